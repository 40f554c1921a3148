/** What a test does to a device and its surroundings: inputs from outside, in words. Each is in the trace, and replays. */

import type { SyscallName } from "../../host/abi/syscalls.ts";
import type { Device, NetworkModel } from "../../host/index.ts";
import { type Duration, microsecondsOf } from "./options.ts";

/** The radio link and the way to the service. */
export interface NetworkHand {
  /** The radio link falls; it comes back by `restore`, or by itself after a time. */
  drop(options?: { readonly for?: Duration }): void;
  restore(): void;
  /** Parts of the network model change from now on. */
  change(model: Partial<NetworkModel>): void;
  /** The service's answers are held back for so long. */
  silence(time: Duration): void;
  /** The newest channel, or the one with this number, is closed for a reason of `MvClosureReason`. */
  close(reason: string, channel?: number): void;
}

export interface InjectedAnswer {
  /** How many calls answer so; `Infinity`: all that come. Default: 1. */
  readonly times?: number;
  /** How many go through before. Default: 0. */
  readonly skip?: number;
  /** Allows a status that the call is not documented to answer. */
  readonly undocumented?: boolean;
}

/** System calls that fail. */
export interface FaultsHand {
  /**
   * The next calls answer this status, and do nothing else. Several are taken in their order.
   * @throws SimulatorError ERR_MVSIM_INVALID_INPUT: no such call or status, or not one that it is documented to answer
   */
  answer(call: SyscallName, status: string, options?: InjectedAnswer): void;
  /** Takes back what was to be answered. */
  clear(call: SyscallName): void;
}

export function networkHand({ input }: Device): NetworkHand {
  return {
    drop({ for: time } = {}) {
      input("network", { state: "down", ...(time !== undefined && { forMicroseconds: microsecondsOf(time) }) });
    },
    restore: () => input("network", { state: "up" }),
    change: (model) => input("weather", { ...model }),
    silence: (time) => input("silence", { forMicroseconds: microsecondsOf(time) }),
    close: (reason, channel) => input("closure", { reason, ...(channel !== undefined && { channel }) }),
  };
}

export function faultsHand({ input }: Device): FaultsHand {
  return {
    answer(call, status, { times = 1, skip = 0, undocumented } = {}) {
      const count = times === Number.POSITIVE_INFINITY ? null : times;
      input("answer", { call, status, times: count, skip, ...(undocumented && { undocumented }) });
    },
    clear: (call) => input("answer", { call, status: null }),
  };
}
