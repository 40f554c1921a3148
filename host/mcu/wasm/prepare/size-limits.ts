/**
 * What is too large to be prepared in a time and with a memory that stay in proportion to the firmware file: it is
 * refused by name. No compiler's output comes near these limits.
 */

import { SimulatorError } from "../../../fault/fault.ts";
import type { Limits } from "../binary/segments.ts";
import type { InspectedModule } from "./inspect.ts";

/** Asyncify's time grows with the square of it. */
const deepestLoops = 256;
/** Each is an export of the prepared module, and engines take 100,000. */
const mostMutableGlobals = 10_000;
/** Of all tables together: each function pointer of a program needs one. */
const mostTableElements = 100_000;

/** @throws SimulatorError ERR_MVSIM_TOO_COMPLEX */
export function checkSize(module: InspectedModule): void {
  const loops = module.functionBodies.reduce((most, { loopDepth }) => Math.max(most, loopDepth), 0);
  if (loops > deepestLoops) {
    throw tooComplex(
      `loops that are nested ${loops} deep, and the simulator takes ${deepestLoops}. Split the function.`,
    );
  }
  const globals = module.globals.filter(({ mutable }) => mutable).length;
  if (globals > mostMutableGlobals) {
    throw tooComplex(`${globals} mutable globals, and the simulator takes ${mostMutableGlobals}. Keep them in memory.`);
  }
  const elements = module.tables.reduce((sum, { limits }) => sum + limits.minimum, 0);
  if (elements > mostTableElements) {
    throw tooComplex(
      `tables of ${elements} elements, and the simulator takes ${mostTableElements}. Make them smaller.`,
    );
  }
}

/** The limits of a prepared table: `table.grow` fails before all of them together are too large. */
export function limitTable({ minimum, maximum = mostTableElements }: Limits, tables: number): Required<Limits> {
  return { minimum, maximum: Math.min(maximum, Math.max(minimum, Math.floor(mostTableElements / tables))) };
}

export function tooComplex(what: string, cause?: unknown): SimulatorError {
  return new SimulatorError("ERR_MVSIM_TOO_COMPLEX", `the firmware has ${what}`, { cause });
}
