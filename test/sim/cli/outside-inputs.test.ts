/** `mvsim run --pin`, `--uart-input`, `--realtime` and `--speed`. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { mvsim, refusal, startMvsim } from "./mvsim.ts";

const blinky = "firmware/apps/blinky.ts";
const echo = "test/host/device/fixtures/peripherals.ts";

describe("--pin", () => {
  it("drives a pin at its moment, as often as it is given", async () => {
    const pins = ["PC13=1@600ms", "PC13=z@610ms", "PC13=1@1100ms"].flatMap((pin) => ["--pin", pin]);
    const { status, stdout, stderr } = await mvsim("run", blinky, ...pins);
    expect(status).toBe(0);
    expect(stdout).toBe("blinking\nstopped by the button\nblinking again\ndone\n");
    expect(stderr).toMatch(/600\.000 {2}outside +PC13 is driven to 1/);
    expect(stderr).toMatch(/610\.000 {2}outside +PC13 is let go/);
    expect(stderr).toMatch(/PA5 \(output\) goes to 1/);
  });

  it.each(["PC13", "PC13=2@1s", "PC13=1", "PC16=1@1s", "PC13=1@soon"])("refuses %s", async (pin) => {
    expect(await mvsim("run", blinky, "--pin", pin)).toMatchObject(refusal(2, "USAGE", /--pin/));
  });
});

describe("--uart-input", () => {
  it("sends a file, from its moment on", async () => {
    const file = join(temporaryFolder(), "input.txt");
    writeFileSync(file, "hello\nworld!");
    const { stdout, stderr } = await mvsim("run", echo, "--uart-input", `${file}@2s`);
    expect(stdout).toBe("hello\nworld!\n");
    // Twelve bytes at 11,520 a second.
    expect(stderr).toMatch(/2001\.042 {2}outside +12 bytes come to the UART/);
  });

  it("sends standard input", async () => {
    const run = startMvsim(["run", echo, "--uart-input", "-", "--quiet"]);
    run.process.stdin?.end("piped!");
    expect((await run.ended).stdout).toBe("piped!\n");
  });

  it("names a file that is not there", async () => {
    expect(await mvsim("run", echo, "--uart-input", "nowhere.txt")).toMatchObject(
      refusal(2, "FILE_NOT_FOUND", /nowhere\.txt/),
    );
  });
});

describe("--realtime", () => {
  it("goes with the wall clock, so many times as fast", async () => {
    const began = performance.now();
    const { status, stdout } = await mvsim("run", blinky, "--realtime", "--speed", "4", "--quiet");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "blinking\ndone\n" });
    expect(performance.now() - began).toBeGreaterThan(500);
  });

  it.each(["0", "1001", "fast"])("refuses a speed of %s", async (speed) => {
    expect(await mvsim("run", blinky, "--realtime", "--speed", speed)).toMatchObject(refusal(2, "USAGE", /speed/));
  });

  it("is what --speed goes with", async () => {
    expect(await mvsim("run", blinky, "--speed", "2")).toMatchObject(refusal(2, "USAGE", /--realtime/));
  });
});
