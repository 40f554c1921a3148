/** The options of the service's commands stand in their help and in the document. */

import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { commands } from "../../../sim/cli/program.ts";

const page = readFileSync(new URL("../../../docs/command-line.md", import.meta.url), "utf8");

/** The section of a command. */
function sectionOf(name: string): string {
  const [section] = new RegExp(`^## mvsim [^\\n]*\\b${name}\\b[\\s\\S]*?(?=^## |$(?![\\s\\S]))`, "m").exec(page) ?? [];
  if (section === undefined) throw new Error(`docs/command-line.md has no section of ${name}`);
  return section;
}

function optionsOf(command: Command): string[] {
  const own = command.options.map(({ long }) => long!);
  return [...new Set([...own, ...command.commands.flatMap(optionsOf)])];
}

describe.each(["serve", "configs", "logs", "accounts", "keys", "devices", "master-key"])("mvsim %s", (name) => {
  it("has the options that its document names, and each of its commands", async () => {
    const command = await commands.find((each) => each.name === name)!.load();
    const section = sectionOf(name).replace("--[no-]provision-unknown", "--provision-unknown --no-provision-unknown");
    const documented = new Set(section.match(/--[a-z][a-z-]+/g));
    const known = optionsOf(command);
    expect(known.filter((option) => !documented.has(option))).toEqual([]);
    for (const { name: subcommand } of command.commands.map((each) => ({ name: each.name() }))) {
      expect(section).toContain(`mvsim ${name} ${subcommand}`);
    }
  });

  it("names no option in its document that no command has", async () => {
    const all = await Promise.all(commands.map(({ load }) => load()));
    const known = new Set([...all.flatMap(optionsOf), "--no-provision-unknown"]);
    const section = sectionOf(name).replace("--[no-]provision-unknown", "--provision-unknown");
    expect((section.match(/--[a-z][a-z-]+/g) ?? []).filter((option) => !known.has(option))).toEqual([]);
  });
});
