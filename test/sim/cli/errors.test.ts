import { afterEach, describe, expect, it, vi } from "vitest";
import { SimulatorError } from "../../../host/fault/fault.ts";
import { reportError } from "../../../sim/cli/errors.ts";

/** What is written for an error, and the exit status. */
function reported(error: unknown): { status: number; text: string } {
  let text = "";
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  return { status: reportError(error), text };
}

describe("an error on the command line", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it("is its code and its message, with its exit status and no stack trace", () => {
    vi.stubEnv("NO_COLOR", "1");
    const error = new SimulatorError("ERR_MVSIM_COMPILE", "a.ts does not compile.\nERROR TS1: \u001b[2Jno\n");
    const text = "error ERR_MVSIM_COMPILE: a.ts does not compile.\nERROR TS1: \\u001b[2Jno\n";
    expect(reported(error)).toEqual({ status: 7, text });
  });

  it("that nobody expected asks to be reported, with its stack, and has status 70", () => {
    for (const error of [new TypeError("x is not a function"), new SimulatorError("ERR_MVSIM_ALREADY_RUN", "once")]) {
      const { status, text } = reported(error);
      expect(status).toBe(70);
      expect(text).toMatch(/ERR_MVSIM_INTERNAL: this is a bug of the simulator\. Please report it/);
      expect(text).toContain(error.message);
      expect(text).toContain("errors.test.ts");
    }
    expect(reported("thrown text")).toMatchObject({ status: 70, text: expect.stringContaining("thrown text") });
  });
});
