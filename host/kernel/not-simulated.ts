/**
 * The declared calls that have no behaviour yet. Those that take a channel's handle can still be judged: there is no
 * channel of the type that they need, so whatever the handle is, it is not valid for them. Every other one ends the
 * run with an error that names it; none pretends to work.
 */

import { type SyscallName, syscalls } from "../abi/syscalls.ts";
import type { Parameter } from "../abi/types.ts";
import { SimulatorError } from "../fault/fault.ts";
import type { Handlers } from "./dispatch.ts";

/** A handler for each declared call that `simulated` lacks. */
export function completeHandlers(simulated: Handlers): Required<Handlers> {
  const handlers: Record<string, unknown> = { ...simulated };
  for (const name of Object.keys(syscalls) as SyscallName[]) {
    handlers[name] ??= takesChannelHandle(name) ? () => "INVALIDHANDLE" : () => refuse(name);
  }
  return handlers as Required<Handlers>;
}

function takesChannelHandle(name: SyscallName): boolean {
  const { handle } = syscalls[name].parameters as { readonly handle?: Parameter };
  return handle?.pass === "value" && handle.type.kind === "handle" && handle.type.name === "MvChannelHandle";
}

function refuse(name: SyscallName): never {
  throw new SimulatorError("ERR_MVSIM_NOT_SIMULATED", `the firmware called ${name}, which is not simulated yet`);
}
