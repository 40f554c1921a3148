/** Bad input: each has a clear message with a code, an exit status, and no stack trace. */

import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { appBinary } from "../../../sim/firmware/build-apps.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { firmwareFile } from "./firmware-texts.ts";
import { mvsim, refusal } from "./mvsim.ts";

const reader = appBinary("config-reader");

function file(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

describe("mvsim run refuses", () => {
  it("a file that does not exist, and one that is a folder", async () => {
    for (const path of ["none.wasm", "none.ts"]) {
      expect(await mvsim("run", path)).toMatchObject(refusal(2, "FILE_NOT_FOUND", `${path}: no such file`));
    }
    expect(await mvsim("run", temporaryFolder())).toMatchObject(refusal(2, "FILE_NOT_FOUND", "not a file"));
  });

  it("a file that is not WebAssembly", async () => {
    for (const content of ["Dear reader", "", new Uint8Array(100), Uint8Array.of(0, 97, 115, 109)]) {
      const path = file("letter.wasm", content);
      expect(await mvsim("run", path)).toMatchObject(refusal(7, "(NOT_WASM|INVALID_MODULE)", path));
    }
  });

  it("a source that does not compile, with the compiler's own message", async () => {
    const path = file("broken.ts", "export function main(): i32 { return nothing; }\n");
    const broken = await mvsim("run", path);
    expect(broken).toMatchObject(refusal(7, "COMPILE", /ERROR TS2304: Cannot find name 'nothing'/));
    expect(broken.stderr).toContain("in broken.ts(1,38)");
  });

  it.each([
    ["an option that does not exist", ["--cofig", "a=b"], /unknown option '--cofig'\n\(Did you mean --config\?\)/],
    ["an option without its value", ["--seed"], /argument missing/],
    ["a second firmware", ["other.wasm"], /too many arguments/],
    ["an entry without =", ["--config", "greeting"], /An entry is written KEY=VALUE/],
    ["an entry without a key", ["--secret", "=x"], /An entry is written KEY=VALUE/],
    ["a duration without a unit", ["--timeout", "10"], /'--timeout <duration>'.* Which unit\? Write 10s/],
    ["what is no duration", ["--for", "soon"], /500ms, 10s, 2m, 1h/],
    ["no duration at all", ["--for", "0s"], /longer than nothing/],
    ["what is no time", ["--epoch", "2025-02-30"], /'--epoch <time>'.* A time is written/],
    ["what is no seed", ["--seed", "-1"], /A seed is a whole number/],
    ["what is no device SID", ["--device", "UV12"], /A device SID is UV and 32/],
    ["a token without a service", ["--token", "x"], /--token goes with --service/],
    ["a service without a token", ["--service", "ws://127.0.0.1:1/device"], /\$MVSIM_TOKEN/],
  ])("%s", async (_, options, words) => {
    expect(await mvsim("run", reader, ...options)).toMatchObject({ ...refusal(2, "USAGE", words), stdout: "" });
  });

  it("configs beside a service", async () => {
    const service = ["--service", "ws://127.0.0.1:1/device", "--token", "x"];
    for (const options of [
      ["--config", "a=b"],
      ["--configs", "x.yaml"],
      ["--sqlite", "x.db"],
    ]) {
      const refused = await mvsim("run", reader, ...service, ...options);
      expect(refused.status).toBe(2);
    }
    const refused = await mvsim("run", reader, ...service, "--device-secret", "a=b");
    expect(refused).toMatchObject(refusal(2, "USAGE", "mvsim configs set"));
  });

  it("a service address of another kind", async () => {
    const refused = await mvsim("run", reader, "--service", "http://127.0.0.1:8080", "--token", "x");
    expect(refused).toMatchObject(refusal(2, "SERVICE_ADDRESS", "ws://127.0.0.1:8080/device"));
  });

  it("a key of 101 characters and a value of 4097", async () => {
    const longKey = await mvsim("run", reader, "--config", `${"k".repeat(101)}=v`);
    expect(longKey).toMatchObject(refusal(2, "INVALID_CONFIG", "Key must have at most 100 characters"));
    const longValue = await mvsim("run", reader, "--secret", `k=${"v".repeat(4097)}`);
    expect(longValue).toMatchObject(refusal(2, "INVALID_CONFIG", "Value must have at most 4096 characters"));
    expect(longValue.stderr).not.toContain("vvv");
  });

  it("YAML that is none, with line and column", async () => {
    const path = file("configs.yaml", 'configs:\n  a: "open\n');
    expect(await mvsim("run", reader, "--configs", path)).toMatchObject(refusal(2, "CONFIGS_FILE", `${path}:3:1: `));
    expect(await mvsim("run", reader, "--configs", "none.yaml")).toMatchObject(
      refusal(2, "FILE_NOT_FOUND", "none.yaml: no such file"),
    );
  });

  it("a database that can't be written, or is none", async () => {
    const letter = file("letter.db", "Dear reader, this is no database. ".repeat(100));
    for (const path of [letter, temporaryFolder(), join(temporaryFolder(), "none", "configs.db")]) {
      expect(await mvsim("run", reader, "--sqlite", path)).toMatchObject(refusal(2, "DATABASE_UNUSABLE", path));
    }
  });

  it("a trace file that can't be written, before it runs anything", async () => {
    const path = join(temporaryFolder(), "none", "trace.jsonl");
    const refused = await mvsim("run", firmwareFile("greets"), "--trace", path);
    expect(refused).toMatchObject({ ...refusal(2, "NOT_WRITABLE", path), stdout: "" });
  });
});

describe("the other commands refuse", () => {
  it("a port that is in use", async () => {
    const occupant = createServer();
    onTestFinished(() => void occupant.close());
    await new Promise<void>((resolve) => occupant.listen(0, "127.0.0.1", resolve));
    const { port } = occupant.address() as { port: number };
    expect(await mvsim("serve", "--port", String(port))).toMatchObject(refusal(1, "PORT_IN_USE", `Port ${port}`));
  });

  it("a database that is none", async () => {
    const letter = file("letter.db", "Dear reader, this is no database. ".repeat(100));
    const refused = await mvsim("serve", "--port", "0", "--sqlite", letter);
    expect(refused).toMatchObject(refusal(2, "DATABASE_UNUSABLE", letter));
  });

  it("a source that does not compile", async () => {
    const path = file("broken.ts", "export function main(): i32 { return nothing; }\n");
    expect(await mvsim("build", path)).toMatchObject(refusal(7, "COMPILE", "Cannot find name 'nothing'"));
    expect(await mvsim("build", "none.ts")).toMatchObject(refusal(2, "FILE_NOT_FOUND", "none.ts: no such file"));
  });

  it("a service that is not there, and bad credentials", async () => {
    const account = `AC${"0".repeat(32)}:token`;
    const away = ["--service", "http://127.0.0.1:1", "--account", account];
    expect(await mvsim("configs", "list", ...away)).toMatchObject(refusal(6, "SERVICE_UNREACHABLE", "127.0.0.1:1"));
    expect(await mvsim("configs", "list", "--account", "x")).toMatchObject(refusal(2, "INVALID_ACCOUNT", "SID:TOKEN"));
  });
});
