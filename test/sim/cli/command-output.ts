import type { Command } from "commander";
import { vi } from "vitest";

/** Runs a command in this process, and answers what it writes to stdout. Rejects where it would end the process. */
export async function outputOf(command: Command, words: readonly string[]): Promise<string> {
  let output = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    output += text;
    return true;
  });
  try {
    await throwing(command).parseAsync(words, { from: "user" });
  } finally {
    write.mockRestore();
  }
  return output;
}

/** Makes the command and those below it throw where they would end the process. */
function throwing(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => {} });
  command.commands.forEach(throwing);
  return command;
}
