/** What is coloured how on a terminal: one place, by meaning. Nothing depends on colour alone. */

import pc from "picocolors";

export type Paint = (text: string) => string;

export interface Style {
  readonly quiet: Paint;
  readonly strong: Paint;
  /** Where code runs: the program, an interrupt handler, and everything that is not the firmware. */
  readonly program: Paint;
  readonly handler: Paint;
  readonly outside: Paint;
  readonly text: Paint;
  readonly handle: Paint;
  readonly good: Paint;
  readonly warning: Paint;
  readonly bad: Paint;
  readonly explanation: Paint;
}

export function createStyle(colour: boolean): Style {
  const c = pc.createColors(colour);
  return {
    quiet: c.dim,
    strong: c.bold,
    program: c.cyan,
    handler: c.magenta,
    outside: c.blue,
    text: c.yellow,
    handle: c.cyan,
    good: c.green,
    warning: (text) => c.bold(c.yellow(text)),
    bad: (text) => c.bold(c.red(text)),
    explanation: (text) => c.italic(c.dim(text)),
  };
}

/** Colour on a terminal, none in a pipe or a file; NO_COLOR and FORCE_COLOR count more. */
export function wantsColour(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY === true && TERM !== "dumb";
}
