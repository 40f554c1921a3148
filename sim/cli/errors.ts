/** How the command line says what went wrong: one form for all commands, on stderr. */

import { SimulatorError } from "../../host/fault/fault.ts";
import { createStyle, wantsColour } from "../trace/style.ts";
import { visibleText } from "../trace/visible-text.ts";
import { exitStatuses, exitStatusOfError } from "./exit-status.ts";

/** Prints `error CODE: message`; further lines of the message stay lines. */
export function printError(code: string, message: string): void {
  const style = createStyle(wantsColour(process.stderr, process.env));
  const lines = message.trimEnd().split("\n").map(visibleText);
  process.stderr.write(`${style.bad("error")} ${style.strong(code)}: ${lines.join("\n")}\n`);
}

/** Prints any error, and answers the exit status. What is not ours to expect is a bug, and says so with its stack. */
export function reportError(error: unknown): number {
  if (error instanceof SimulatorError && exitStatusOfError(error.code) !== exitStatuses.internalError) {
    printError(error.code, error.message);
    return exitStatusOfError(error.code);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printError(
    "ERR_MVSIM_INTERNAL",
    `this is a bug of the simulator. Please report it, with the command line, the firmware and this text:\n${stack}`,
  );
  return exitStatuses.internalError;
}
