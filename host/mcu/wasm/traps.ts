/** Turns what an engine throws when a guest traps into a fault of the firmware, with the firmware's own call stack. */

import { type CallStack, type ErrorCode, FirmwareFaultError } from "../../fault/fault.ts";
import { guestStack, type TracedModule } from "./code-places.ts";

/** Engines word traps differently; these are V8's, SpiderMonkey's and JavaScriptCore's words. */
const traps: readonly { readonly pattern: RegExp; readonly code: ErrorCode; readonly message: string }[] = [
  {
    pattern: /unreachable/i,
    code: "ERR_MVSIM_TRAP_UNREACHABLE",
    message:
      "the firmware reached code that its compiler marked as never reached: a failed assertion, a panic, undefined " +
      "behaviour, or a function without return. Look at the innermost function.",
  },
  {
    pattern: /(indirect|null function|signature mismatch|table (index|access|element)|undefined element)/i,
    code: "ERR_MVSIM_TRAP_INDIRECT_CALL",
    message:
      "the firmware called through a function pointer that is null, outside the table or of another type. " +
      "Check how the pointer is set, and its casts.",
  },
  {
    pattern: /out[ -]of[ -]bounds/i,
    code: "ERR_MVSIM_TRAP_OUT_OF_BOUNDS",
    message: "the firmware accessed memory outside its RAM. Check pointers and array indexes.",
  },
  {
    pattern: /(divi\w+|remainder) by zero/i,
    code: "ERR_MVSIM_TRAP_DIVIDE_BY_ZERO",
    message: "the firmware divided an integer by zero. Check the divisor.",
  },
  {
    pattern: /(unrepresentable|integer overflow)/i,
    code: "ERR_MVSIM_TRAP_INTEGER_OVERFLOW",
    message:
      "a division or a conversion gave a number that its integer type can't hold. Check the range before, or " +
      "compile with saturating conversions.",
  },
];

export const stackOverflowCode = "ERR_MVSIM_STACK_OVERFLOW";

/** The firmware's recursion went too deep. */
export function stackOverflow(message: string, stack: CallStack): FirmwareFaultError {
  return new FirmwareFaultError(stackOverflowCode, message, stack);
}

/** A trap of the guest as a fault; anything else as it is. */
export function trapFault(error: unknown, module: TracedModule): unknown {
  if (!(error instanceof Error)) return error;
  const stack = guestStack(error, module);
  if (isStackExhaustion(error)) {
    return stackOverflow("the firmware's calls nest too deeply for this engine. Check for endless recursion.", stack);
  }
  if (!(error instanceof WebAssembly.RuntimeError)) return error;
  const trap = traps.find(({ pattern }) => pattern.test(error.message));
  if (trap) return new FirmwareFaultError(trap.code, trap.message, stack);
  return new FirmwareFaultError("ERR_MVSIM_TRAP", `the firmware trapped: ${error.message}.`, stack);
}

/** A fault that was raised in an imported call does not know the firmware's stack yet. */
export function withStack(error: unknown, module: TracedModule): unknown {
  if (!(error instanceof FirmwareFaultError) || error.fault.stack.length > 0) return error;
  const { code, message } = error.fault;
  return new FirmwareFaultError(code, message, guestStack(error, module));
}

/** The engine's own stack ran out: a RangeError in V8 and JavaScriptCore, an InternalError in SpiderMonkey. */
export function isStackExhaustion(error: unknown): boolean {
  return error instanceof Error && /(call stack|too much recursion)/i.test(error.message);
}
