/** What a condition is: how firmware comes to the point where a call answers a status. */

import type { Status } from "../../../host/abi/enums.ts";
import type { SyscallName } from "../../../host/abi/syscalls.ts";
import type { KernelBench } from "./kernel-bench.ts";
import type { ScriptedUplink } from "./scripted-uplink.ts";

export interface ConditionBench {
  readonly bench: KernelBench;
  readonly uplink: ScriptedUplink;
}

/** Makes the condition true. @returns the words of the call */
export type Condition = (on: ConditionBench) => readonly number[] | Promise<readonly number[]>;

export type Conditions = Partial<Record<SyscallName, Partial<Record<Status, Condition>>>>;
export type Reasons = Partial<Record<SyscallName, Partial<Record<Status, string>>>>;
