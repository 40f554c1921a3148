/** The command line as a whole: help, version, wrong commands, and one table of exit statuses for all commands. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exitMeanings, exitStatuses, exitStatusOfError } from "../../../sim/cli/exit-status.ts";
import { commands } from "../../../sim/cli/program.ts";
import { mvsim, refusal } from "./mvsim.ts";

const root = join(import.meta.dirname, "../../..");

describe("mvsim", () => {
  it.each(commands.map(({ name, summary }) => [name, summary]))(
    "lists %s with its own summary",
    async (name, summary) => {
      const command = await commands.find((each) => each.name === name)!.load();
      expect(command.summary()).toBe(summary);
      expect((await mvsim("--help")).stdout).toContain(`${name.padEnd(14)}  ${summary}`);
    },
  );

  it.each([[""], ...commands.map(({ name }) => [name])])("has help with examples: mvsim %s --help", async (name) => {
    const help = await mvsim(...[name, "--help"].filter((word) => word !== ""));
    expect(help).toMatchObject({ status: 0, stderr: "" });
    expect(help.stdout).toContain(`Usage: ${`mvsim ${name}`.trim()}`);
    expect(help.stdout).toMatch(/Examples:\n( {2}\$ .*\n)* {2}\$ mvsim /);
    if (name !== "") expect(await mvsim("help", name)).toEqual(help);
  });

  it("prints its version", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(await mvsim("--version")).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("shows its help on stderr, with status 2, when it is called without a command", async () => {
    const { status, stdout, stderr } = await mvsim();
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("Usage: mvsim");
  });

  it("suggests the command that was meant", async () => {
    expect(await mvsim("rnu")).toMatchObject(refusal(2, "USAGE", /unknown command 'rnu'\n\(Did you mean run\?\)/));
  });

  it("refuses a command of a command that does not exist", async () => {
    expect(await mvsim("configs", "lst")).toMatchObject(refusal(2, "USAGE", /unknown command 'lst'/));
  });
});

describe("the exit statuses", () => {
  it("know each error that the simulator throws", () => {
    const sources = ["host", "sim"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => readFileSync(join(root, folder, name), "utf8")),
    );
    const codes = new Set(
      sources.flatMap((text) => [...text.matchAll(/SimulatorError\(\s*"(\w+)"/g)].map(([, code]) => code!)),
    );
    // Misuse of the library, which the command line can't cause.
    codes.delete("ERR_MVSIM_ALREADY_RUN");
    expect(codes.size).toBeGreaterThan(20);
    const unknown = [...codes].filter((code) => exitStatusOfError(code) === exitStatuses.internalError);
    expect(unknown).toEqual([]);
  });

  it("stand in the help of run and in the document, with the same words", async () => {
    const help = (await mvsim("run", "--help")).stdout;
    const page = readFileSync(join(root, "docs", "command-line.md"), "utf8");
    const rows = [...page.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, status, meaning]) => [Number(status), meaning]);
    expect(rows).toEqual(exitMeanings);
    for (const [status, meaning] of exitMeanings) expect(help).toContain(`${String(status).padStart(5)}  ${meaning}`);
  });
});
