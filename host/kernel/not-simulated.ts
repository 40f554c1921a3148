/**
 * The declared calls that have no behaviour yet. Those that take a channel's handle can still be judged: there is no
 * channel of the type that they need, so whatever the handle is, it is not valid for them. Every other one ends the
 * run with an error that names it, whatever its arguments are; none pretends to work.
 */

import { type SyscallName, syscalls } from "../abi/syscalls.ts";
import type { Parameter } from "../abi/types.ts";
import type { Handlers } from "./dispatch.ts";

/** Handlers for the calls that take a channel's handle and that `simulated` lacks. */
export function judgeHandles(simulated: Handlers): Handlers {
  const names = (Object.keys(syscalls) as SyscallName[]).filter((name) => !(name in simulated));
  return Object.fromEntries(names.filter(takesChannelHandle).map((name) => [name, () => "INVALIDHANDLE"]));
}

function takesChannelHandle(name: SyscallName): boolean {
  const { handle } = syscalls[name].parameters as { readonly handle?: Parameter };
  return handle?.pass === "value" && handle.type.kind === "handle" && handle.type.name === "MvChannelHandle";
}
