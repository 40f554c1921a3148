import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { firmwareFile } from "./firmware-texts.ts";
import { mvsim, refusal } from "./mvsim.ts";

async function record(firmware: string, ...options: string[]): Promise<string> {
  const path = join(temporaryFolder(), "trace.jsonl");
  await mvsim("run", firmware, "--quiet", "--trace", path, ...options);
  return path;
}

/** The same trace with its text changed, in another file. */
function changed(path: string, change: (text: string) => string): string {
  const other = join(temporaryFolder(), "changed.jsonl");
  writeFileSync(other, change(readFileSync(path, "utf8")));
  return other;
}

const events = (path: string) => readFileSync(path, "utf8").trimEnd().split("\n").length - 1;

describe("mvsim replay", () => {
  it("finds a fetch from a service equal, without the service", async () => {
    const config = ["--config", "greeting=Hello", "--config", "report_interval_s=3"];
    const path = await record("firmware/apps/config-reader.ts", ...config);
    expect(await mvsim("replay", path)).toMatchObject({ status: 0, stdout: `All ${events(path)} events are equal.\n` });
  });

  it("repeats what came from outside at its moment", async () => {
    const path = await record("firmware/apps/blinky.ts", "--pin", "PC13=1@600ms");
    expect(await mvsim("replay", path)).toMatchObject({ status: 0, stdout: `All ${events(path)} events are equal.\n` });
  });

  it.each(["traps", "fails", "sleeps", "wifi"] as const)(
    "repeats an end that is none of the best: %s",
    async (name) => {
      const path = await record(firmwareFile(name));
      expect(await mvsim("replay", path)).toMatchObject({
        status: 0,
        stdout: `All ${events(path)} events are equal.\n`,
      });
    },
  );

  it("stops at the first difference, and shows both sides", async () => {
    const path = changed(await record(firmwareFile("greets")), (text) => text.replace('"text":"hi"', '"text":"ho"'));
    const { status, stdout } = await mvsim("replay", path);
    expect(status).toBe(1);
    expect(stdout).toMatch(/first difference is at event 1\b/);
    expect(stdout).toMatch(/recorded .*"ho"/);
    expect(stdout).toMatch(/now .*"hi"/);
  });

  it("names the line at which a trace is cut off, or is none", async () => {
    const path = await record(firmwareFile("greets"));
    const cut = changed(path, (text) => text.slice(0, -10));
    expect(await mvsim("replay", cut)).toMatchObject(refusal(2, "TRACE_INVALID", /:\d+: the line is cut off/));
    const broken = changed(path, (text) => text.replace('{"sequence":1', "{sequence:1"));
    expect(await mvsim("replay", broken)).toMatchObject(refusal(2, "TRACE_INVALID", /:3: /));
    const other = changed(path, (text) => text.replace('"version":1', '"version":99'));
    expect(await mvsim("replay", other)).toMatchObject(refusal(2, "TRACE_VERSION", /version 99/));
  });

  it("refuses another firmware than the recorded one", async () => {
    const path = await record(firmwareFile("greets"));
    expect(await mvsim("replay", path, "--firmware", firmwareFile("ends"))).toMatchObject(
      refusal(2, "TRACE_MISMATCH", /SHA-256/),
    );
  });

  it("refuses a run by the wall clock", async () => {
    const path = await record(firmwareFile("greets"), "--realtime");
    expect(await mvsim("replay", path)).toMatchObject(refusal(2, "NOT_REPLAYABLE", /real clock/));
  });
});
