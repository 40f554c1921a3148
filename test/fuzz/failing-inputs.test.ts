/** A failure of the fuzz target can be had again: from the file that it saved, by the command that it names. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromText } from "../host/mcu/wasm/firmware.ts";
import { checkOfFile, FailureKeeper } from "./failing-inputs.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mvsim-fuzz-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** `main` traps in the simulator's view and in the engine's; what it imports no bare engine has. */
const text = '(module (import "env" "mvNoOp" (func (result i32))) (memory (export "memory") 1) (func (export "main")))';

describe("a failing input", () => {
  it("is saved with its seed, text and error: the smallest that was found", async () => {
    const keeper = new FailureKeeper(77);
    // The check against an engine fails for all of these.
    const property = fc.asyncProperty(fc.nat(1000), async (size) => {
      const sized = text.replace('"main")', `"main") ${"(nop)".repeat(size)}`);
      await keeper.check("pure", fromText(sized), sized);
    });
    const error = await keeper
      .keep(folder, () => fc.assert(property, { seed: 77, numRuns: 5 }))
      .catch((error) => error);
    const [file, ...others] = readdirSync(folder).filter((name) => name.endsWith(".wasm"));
    expect(others).toEqual([]);
    const path = join(folder, file!);
    expect(error.message).toContain(`saved as ${path}; run it again: MVSIM_FUZZ_INPUT=${path} npm run fuzz`);
    expect(readFileSync(path)).toEqual(Buffer.from(fromText(text)));
    expect(readFileSync(path.replace(/wasm$/, "wat"), "utf8")).toBe(text.replace('"main")', '"main") '));
    const note = readFileSync(path.replace(/wasm$/, "txt"), "utf8");
    expect(note).toMatch(/^seed 77\nMVSIM_FUZZ_INPUT=/);
    expect(note).toContain("TypeError");
    expect(checkOfFile(path)).toBe("pure");
  });

  it("is not saved when nothing failed", async () => {
    const keeper = new FailureKeeper(1);
    const none = join(folder, "none");
    expect(await keeper.check("device", fromText(text))).toBe("finished");
    await keeper.keep(none, async () => {});
    expect(readdirSync(folder)).not.toContain("none");
  });

  it("is run again, alone, by the command that the report names", () => {
    // `npm run fuzz` without the build before it.
    const config = join(folder, "vitest.config.mjs");
    writeFileSync(config, "export default { test: { testTimeout: 30_000 } };");
    const file = join(folder, "pure-again.wasm");
    writeFileSync(file, fromText(text));
    const { status, stdout } = spawnSync(
      "npx",
      ["vitest", "run", "--root", process.cwd(), "--config", config, "test/fuzz/fuzz.test.ts"],
      {
        env: { ...process.env, npm_lifecycle_event: "fuzz", MVSIM_FUZZ_INPUT: file, NO_COLOR: "1" },
        encoding: "utf8",
      },
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/pure-again\.wasm is checked again[\s\S]*Tests {2}1 failed \(1\)/);
  });
});
