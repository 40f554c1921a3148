/** `mvsim run --expect-text` and `--fail-text`: a run ends by what the firmware logs. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { appBinary } from "../../../sim/firmware/build-apps.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { firmwareFile } from "./firmware-texts.ts";
import { mvsim, refusal } from "./mvsim.ts";

const poller = ["run", appBinary("config-poller"), "--config", "greeting=Hello", "--config", "report_interval_s=7"];

describe("--expect-text", () => {
  it("ends a run that would never end with 0 as soon as it is logged", async () => {
    const trace = join(temporaryFolder(), "trace.jsonl");
    const { status, stdout, stderr } = await mvsim(...poller, "--expect-text", "greeting: Hello", "--trace", trace);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "greeting: Hello\n" });
    expect(stderr).toMatch(/The run was stopped as asked after 2\d\d\d\.\d+ ms of virtual time/);
    expect(await mvsim("replay", trace)).toMatchObject({ status: 0 });
    expect(readFileSync(trace, "utf8")).not.toContain("report_interval_s: 7");
  });

  it("waits for all of them, in their order", async () => {
    const both = ["--expect-text", "greeting", "--expect-text", "report_interval_s: 7"];
    expect(await mvsim(...poller, ...both)).toMatchObject({ status: 0 });
    const inTurn = ["--expect-text", "report_interval_s", "--expect-text", "greeting", "--for", "1m", "--quiet"];
    expect(await mvsim(...poller, ...inTurn)).toMatchObject(
      refusal(10, "TEXT", 'did not log "greeting" (--expect-text)'),
    );
  });

  it("ends with 10 when the run ends well without it, and as ever when it does not", async () => {
    const never = ["--expect-text", "never", "--quiet"];
    const reader = ["run", appBinary("config-reader"), ...never];
    expect(await mvsim(...reader)).toMatchObject(refusal(10, "TEXT", 'did not log "never"'));
    expect(await mvsim("run", firmwareFile("traps"), ...never)).toMatchObject(refusal(3, "TRAP_DIVIDE_BY_ZERO", ""));
    expect(await mvsim(...poller, ...never, "--timeout", "10s")).toMatchObject(refusal(4, "TIME_LIMIT", ""));
  });
});

describe("--fail-text", () => {
  it("ends the run with 10 as soon as it is logged, also when the other was logged", async () => {
    const texts = ["--expect-text", "never", "--fail-text", "interval", "--quiet"];
    const failed = await mvsim(...poller, ...texts);
    expect(failed).toMatchObject(refusal(10, "TEXT", 'logged "interval" (--fail-text)'));
    expect(failed.stdout).toBe("greeting: Hello\nreport_interval_s: 7\n");
  });

  it("lets a run that does not log it end as it does", async () => {
    expect(await mvsim("run", appBinary("config-reader"), "--fail-text", "never")).toMatchObject({ status: 0 });
    expect(await mvsim("run", firmwareFile("fails"), "--fail-text", "never")).toMatchObject(
      refusal(1, "MAIN_FAILED", ""),
    );
  });
});

it("an empty text, and a snapshot beside them, are bad usage", async () => {
  expect((await mvsim(...poller, "--expect-text", "")).status).toBe(2);
  const both = ["--expect-text", "a", "--snapshot", `${join(temporaryFolder(), "s")}@1s`];
  expect(await mvsim(...poller, ...both)).toMatchObject(refusal(2, "USAGE", "in a run without it"));
});
