import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfigsFile } from "../../../sim/cli/configs-file.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";

async function read(content: string | Uint8Array) {
  const path = join(temporaryFolder(), "configs.yaml");
  writeFileSync(path, content);
  return readConfigsFile(path);
}

/** The value that a YAML text for it has. */
async function valueWritten(yaml: string): Promise<string | undefined> {
  return (await read(`configs:\n  k: ${yaml}\n`))[0]?.value;
}

describe("a configs file", () => {
  it("has up to four maps, in any order", async () => {
    const entries = await read("deviceSecrets: {a: 1}\nconfigs: {b: 2}\nsecrets: {c: 3}\ndeviceConfigs: {d: 4}\n");
    expect(entries).toEqual([
      { collection: "deviceSecrets", key: "a", value: "1" },
      { collection: "configs", key: "b", value: "2" },
      { collection: "secrets", key: "c", value: "3" },
      { collection: "deviceConfigs", key: "d", value: "4" },
    ]);
  });

  it("may be empty, and may have empty maps", async () => {
    for (const text of ["", "# nothing yet\n", "configs:\nsecrets: {}\n"]) expect(await read(text)).toEqual([]);
  });

  it.each([
    ["007", "007"],
    ["1e3", "1e3"],
    ["true", "true"],
    ["null", "null"],
    ['"a\\nb"', "a\nb"],
    ["|\n    line\n    line", "line\nline\n"],
    ["ä € 😀", "ä € 😀"],
  ])("gives values as they are written: %s", async (yaml, value) => {
    expect(await valueWritten(yaml)).toBe(value);
  });

  it.each([
    ["configs: [1]", "1:10: configs must be a map"],
    ["configs:\n  a: {b: 1}", '2:6: the value of "a" must be a text'],
    ["configs:\n  a: &x b\n  c: *x", '3:6: the value of "c" must be a text'],
    ["configs:\n  ? [a]\n  : b", "2:5: a key must be a text"],
    ["configs:\n  a: 1\n  a: 2", "3:3: Map keys must be unique"],
    ["greetings", "1:1: the file must be a map"],
    ["config:\n  a: b", '1:1: unknown name "config"; known are configs, secrets, deviceConfigs, deviceSecrets'],
    ['configs:\n  a: "open', "2:11: Missing closing"],
    ["configs:\n\ta: b", "2:1: Tabs are not allowed"],
    ["configs: {}\n---\nconfigs: {}", "2:1: a second document"],
    ["configs:\n  a:", '2:5: "a": Value must not be empty'],
    [`configs:\n  ${"k".repeat(101)}: v`, "2:3: Key must have at most 100 characters"],
    [`secrets:\n  k: ${"v".repeat(4097)}`, '2:6: "k": Value must have at most 4096 characters'],
  ])("is refused with line and column: %j", async (text, message) => {
    const refused = { code: "ERR_MVSIM_CONFIGS_FILE", message: expect.stringContaining(`configs.yaml:${message}`) };
    await expect(read(text)).rejects.toMatchObject(refused);
  });

  it("has to be UTF-8, and a file", async () => {
    await expect(read(Uint8Array.of(0xff, 0xfe))).rejects.toMatchObject({ code: "ERR_MVSIM_CONFIGS_FILE" });
    await expect(readConfigsFile(temporaryFolder())).rejects.toMatchObject({ code: "ERR_MVSIM_FILE_NOT_FOUND" });
  });
});
