/** How `mvsim run` ends: an exit status for each end, and what it says. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { appBinary } from "../../../sim/firmware/build-apps.ts";
import { firmwareFile } from "./firmware-texts.ts";
import { mvsim, refusal, startMvsim } from "./mvsim.ts";

describe("mvsim run", () => {
  it("ends with 0 when the firmware ends by itself, and sums up", async () => {
    const { status, stdout, stderr } = await mvsim("run", firmwareFile("ends"));
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toMatch(
      /The firmware ended by itself after \d+ µs of virtual time .*: 0 system calls, 0 interrupts/,
    );
  });

  it("ends with 0 when --for has passed, whatever the firmware does", async () => {
    const { status, stderr } = await mvsim("run", firmwareFile("loops"), "--for", "20ms");
    expect(status).toBe(0);
    expect(stderr).toMatch(/stopped as asked after 20\.000 ms of virtual time/);
  });

  it("ends with 1 when main returns something else than zero", async () => {
    expect(await mvsim("run", firmwareFile("fails"))).toMatchObject(
      refusal(1, "MAIN_FAILED", /main returned 3, after/),
    );
  });

  it("ends with 3 at a fault, with the firmware's call stack and the time", async () => {
    const fault = await mvsim("run", firmwareFile("traps"));
    expect(fault).toMatchObject(refusal(3, "TRAP_DIVIDE_BY_ZERO", /After \d+ µs of virtual time, in main/));
    expect(fault.stderr).toMatch(/Call stack, innermost first:\n {2}main\n$/);
  });

  it("ends with 4 at the time limit, and says where it was", async () => {
    const limited = await mvsim("run", firmwareFile("clockReader"), "--timeout", "1ms", "--quiet");
    expect(limited).toMatchObject(
      refusal(4, "TIME_LIMIT", /not ended after 1\.00\d ms of virtual time; it was in main/),
    );
    expect(limited.stderr.match(/^ {2}mvGetMicroseconds at 0\.9\d\d ms in main: OKAY$/gm)).toHaveLength(5);
  });

  it("ends with 4 after 60 s of virtual time when no limit is given", async () => {
    expect(await mvsim("run", firmwareFile("ticks"))).toMatchObject(refusal(4, "TIME_LIMIT", "60.000 s"));
  });

  it("ends with 4 when --timeout is shorter than --for", async () => {
    const limits = ["--timeout", "1ms", "--for", "2ms"];
    expect(await mvsim("run", firmwareFile("loops"), ...limits)).toMatchObject(refusal(4, "TIME_LIMIT", "1.000 ms"));
  });

  it("ends with 3, soon, when the firmware hangs in a loop that nothing could end", async () => {
    const hung = await mvsim("run", firmwareFile("hangs"));
    expect(hung).toMatchObject(
      refusal(3, "ENDLESS_LOOP", /in main that changes nothing.*\nCall stack, innermost first:\n {2}main\n/),
    );
  });

  it("ends with 5, at once, when the device sleeps and nothing could wake it", async () => {
    const asleep = await mvsim("run", firmwareFile("sleeps"));
    expect(asleep).toMatchObject(refusal(5, "ASLEEP", /sleeps since 0\.000 ms \(WFI in main\)/));
    const inHandler = await mvsim("run", firmwareFile("sleepsInHandler"));
    expect(inHandler).toMatchObject(refusal(5, "ASLEEP", /WFI in TIM2_IRQHandler.* more urgent than this handler/));
  });

  it("ends with 7 when the firmware imports what is not there", async () => {
    const path = firmwareFile("importsMore");
    expect(await mvsim("run", path)).toMatchObject(refusal(7, "UNKNOWN_IMPORT", `${path}: the firmware imports`));
  });

  it("ends with 8 when --wall-timeout has passed in real time", async () => {
    const limits = ["--timeout", "8000h", "--wall-timeout", "100ms"];
    const late = await mvsim("run", firmwareFile("loops"), ...limits);
    expect(late).toMatchObject(
      refusal(8, "WALL_TIME_LIMIT", /was in main\.\nCall stack, innermost first:\n {2}main\nIt made no system call/),
    );
  });

  it("ends with 9 when the firmware calls what is not simulated", async () => {
    const refused = await mvsim("run", firmwareFile("wifi"));
    expect(refused).toMatchObject(refusal(9, "NOT_SIMULATED", /called mvSetWifiConfig.* At 0\.000 ms/));
    expect(refused.stderr).toContain("→ ✗ never returned");
  });

  it("ends with 130 at Ctrl-C, with the summary", async () => {
    const run = startMvsim(["run", firmwareFile("loops"), "--timeout", "8000h"]);
    await run.sees("boots");
    run.process.kill("SIGINT");
    const { status, stderr } = await run.ended;
    expect(status).toBe(130);
    expect(stderr).toMatch(/The run was interrupted after .* of virtual time/);
    expect(stderr).not.toContain("error");
  });

  it("ends quietly with 0 when nobody reads its output any more", async () => {
    const run = startMvsim(["run", firmwareFile("chatters"), "--timeout", "8000h", "--quiet"]);
    run.process.stdout!.once("data", () => run.process.stdout!.destroy());
    expect(await run.ended).toMatchObject({ status: 0, stderr: "" });
  });

  it("runs the package's own app, whose log goes to stdout and whose timeline goes to stderr", async () => {
    const { status, stdout, stderr } = await mvsim("run", appBinary("config-reader"), "--config", "greeting=Hello");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "greeting: Hello\nreport_interval_s is missing\n" });
    expect(stderr).toContain('asks for ACCOUNT CONFIG "greeting"');
    expect(stderr).not.toContain("\u001b");
  });

  it("leaves stderr empty with --quiet when all goes well", async () => {
    expect(await mvsim("run", firmwareFile("greets"), "-q")).toEqual({ status: 0, stdout: "hi\n", stderr: "" });
  });

  it("compiles a source before it runs it", async () => {
    const source = join(import.meta.dirname, "../../../firmware/apps/device-identity.ts");
    const entries = [
      "--secret",
      "fleet_token=s3cret",
      "--device-config",
      "device_name=Tom",
      "--config",
      "fleet_name=A",
    ];
    const { stdout, stderr } = await mvsim(
      "run",
      source,
      ...entries,
      "--device-secret",
      `device_key=${"A".repeat(43)}=`,
    );
    expect(stdout).toContain("fleet_name: A\ndevice_name: Tom\nfleet_token: present\ndevice_key: present, 32 bytes\n");
    expect(stderr).not.toContain("s3cret");
    expect(stderr).toContain("OK, ‹secret›");
  });

  it("colours the timeline when FORCE_COLOR asks for it, and not when NO_COLOR does", async () => {
    const path = firmwareFile("ends");
    expect((await startMvsim(["run", path], { env: { FORCE_COLOR: "1" } }).ended).stderr).toContain("\u001b[");
    const env = { FORCE_COLOR: "1", NO_COLOR: "1" };
    expect((await startMvsim(["run", path], { env }).ended).stderr).not.toContain("\u001b[");
  });
});
