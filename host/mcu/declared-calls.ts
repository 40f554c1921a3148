/** Calls that are declared with C's types, as a core imports them: the CMSIS intrinsics, and the peripherals'. */

import type { McuCall } from "../abi/mcu-calls.ts";
import type { ImportedCall } from "./core.ts";

/** All of a call but what it does and what it costs: the same for all devices. */
export interface DeclaredCall<Name extends string> extends Omit<ImportedCall, "cycles" | "invoke"> {
  readonly name: Name;
}

/** @param readers those that only look: a loop that asks them waits for something else to happen */
export function declaredCalls<Name extends string>(
  calls: Readonly<Record<Name, McuCall>>,
  readers: ReadonlySet<Name>,
): readonly DeclaredCall<Name>[] {
  return (Object.keys(calls) as Name[]).map((name) => {
    const { parameters, result, neverReturns } = calls[name];
    return {
      name,
      params: Object.keys(parameters).map(() => "i32" as const),
      results: result === "void" ? ([] as const) : (["i32"] as const),
      suspends: !neverReturns,
      readsOnly: readers.has(name),
    };
  });
}

/** One device's call. Field by field: each device has a hundred of them, and a spread takes ten times as long. */
export function importedCall(
  call: DeclaredCall<string>,
  cycles: number,
  invoke: (...values: number[]) => number | bigint | undefined,
): ImportedCall {
  const { name, module, params, results, suspends, readsOnly } = call;
  return { name, params, results, cycles, suspends, invoke, module: module ?? "env", readsOnly: readsOnly === true };
}
