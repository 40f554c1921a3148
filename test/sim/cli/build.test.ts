import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildCommand } from "../../../sim/cli/build.ts";
import { mvsim } from "./mvsim.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mvsim-build-"));
  await writeFile(
    join(folder, "blink.ts"),
    'import { mvSystemLedEnable } from "microvisor-sim/firmware/sdk";\nexport function main(): i32 { return mvSystemLedEnable(1); }\n',
  );
  await writeFile(join(folder, "broken.ts"), "export function main(): i32 { return nothing; }\n");
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command; what it wrote, with the folder's name taken out, and what it threw. */
async function mvsimBuild(...commandLine: string[]) {
  let output = "";
  const take = (text: string | Uint8Array) => {
    output += text;
    return true;
  };
  const write = vi.spyOn(process.stdout, "write").mockImplementation(take);
  const build = buildCommand().exitOverride().configureOutput({ writeErr: take, writeOut: take });
  try {
    await new Command("mvsim").addCommand(build).parseAsync(["build", ...commandLine], { from: "user" });
    return { output: output.replaceAll(folder, "…"), error: undefined };
  } catch (error) {
    return { output: output.replaceAll(folder, "…"), error: error as Error & { code: string } };
  } finally {
    write.mockRestore();
  }
}

describe("mvsim build", () => {
  it("writes binary and source map beside the source, and says so with the size", async () => {
    const { output, error } = await mvsimBuild(join(folder, "blink.ts"));
    expect(error).toBeUndefined();
    const bytes = (await readFile(join(folder, "blink.wasm"))).length.toLocaleString("en");
    expect(output).toBe(`…/blink.wasm: ${bytes} bytes, with names\n…/blink.wasm.map: source map\n`);
    expect(await readdir(folder)).toContain("blink.wasm.map");
  });

  it("writes a small binary alone with --release, where -o says", async () => {
    const out = join(folder, "out", "small.wasm");
    const { output } = await mvsimBuild(join(folder, "blink.ts"), "--release", "-o", out);
    const { length } = await readFile(out);
    expect(output).toBe(`…/out/small.wasm: ${length} bytes\n`);
    expect(length).toBeLessThan(500);
    expect(await readdir(join(folder, "out"))).toEqual(["small.wasm"]);
  });

  it("throws the compiler's message, and writes nothing, when the source does not compile", async () => {
    const { error } = await mvsimBuild(join(folder, "broken.ts"));
    expect(error).toMatchObject({ code: "ERR_MVSIM_COMPILE" });
    expect(error?.message).toContain("Cannot find name 'nothing'");
    expect(await readdir(folder)).not.toContain("broken.wasm");
  });

  it.each([
    [[], "missing required argument"],
    [["blink.ts", "other.ts"], "too many arguments"],
    [["blink.ts", "--fast"], "unknown option"],
    [["blink.ts", "-o"], "argument missing"],
  ])("refuses %j", async (commandLine, words) => {
    const { error, output } = await mvsimBuild(...commandLine);
    expect(error?.code).toMatch(/^commander\./);
    expect(output).toContain(words);
  });

  it("writes a map that a run's call stack has lines from, and a release build has none", async () => {
    const source = join(folder, "late.ts");
    await writeFile(source, "export function main(): void {\n  assert(false, 'late');\n}\n");
    const binary = join(folder, "late.wasm");
    await mvsimBuild(source);
    expect((await mvsim("run", binary)).stderr).toMatch(/innermost first:\n {2}late\/main \(late\.ts:2:\d+\)\n$/);
    expect((await mvsim("run", source)).stderr).toMatch(/innermost first:\n {2}late\/main \(late\.ts:2:\d+\)\n$/);
    // The map of the debug build lies beside it still.
    await mvsimBuild(source, "--release", "-o", binary);
    expect((await mvsim("run", binary)).stderr).toMatch(/innermost first:\n {2}function \d+\n$/);
  });

  it("never writes over the source", async () => {
    const before = await readFile(join(folder, "blink.ts"), "utf8");
    const { error } = await mvsimBuild(join(folder, "blink.ts"), "-o", join(folder, "out", "..", "blink.ts"));
    expect(error?.code).toBe("ERR_MVSIM_USAGE");
    expect(await readFile(join(folder, "blink.ts"), "utf8")).toBe(before);
  });

  it("explains itself with examples and its exit statuses", async () => {
    const { output } = await mvsimBuild("--help");
    for (const words of ["$ mvsim build", "--release", "-o, --out", "Exit status", "microvisor-sim/firmware/sdk"]) {
      expect(output).toContain(words);
    }
  });
});
