/**
 * What the guest calls when it calls an import: the boundary between guest and host, and the hottest path of all. The
 * usual way is: the call, its price, and three comparisons that find nothing to do. Wrappers stand for each number of
 * parameters, so that nothing is allocated.
 */

import type { CoreControl, ImportedCall } from "../core.ts";

export type CallResult = number | bigint | undefined;

/** Who runs: the guest, an imported call, or the guest's frames on their way back to the call that they stopped in. */
export type Phase = "guest" | "call" | "rewinding";

/** The core's side of the boundary. */
export interface Boundary {
  phase: Phase;
  /** The deadline that the fuel was measured for; NaN if it has to be measured again in any case. */
  fueledFor: number;
  readonly control: CoreControl;
  /** Takes cycles from the fuel, and answers what is left. */
  charge: (cycles: number) => number;
  /** The frames are back: the result that the call had before. */
  rewound(): CallResult;
  /** Something is due after a call: stops the guest if it may be, else measures the fuel again. */
  settle(call: ImportedCall, result: CallResult): CallResult;
}

type AnyCall = (...values: (number | bigint)[]) => CallResult;

/** The function that the guest imports for a call. */
export function wrapCall(call: ImportedCall, boundary: Boundary): AnyCall {
  const { cycles } = call;
  const { control } = boundary;
  // The preparation has checked that the guest passes what the call declares.
  const target = call as unknown as { invoke: AnyCall };

  const after = (result: CallResult): CallResult => {
    boundary.phase = "guest";
    const isDone = boundary.charge(cycles) > 0 && control.deadline === boundary.fueledFor && control.stop === "";
    return isDone ? result : boundary.settle(call, result);
  };
  const isRewinding = (): boolean => {
    if (boundary.phase === "rewinding") return true;
    boundary.phase = "call";
    return false;
  };

  switch (call.params.length) {
    case 0:
      return () => (isRewinding() ? boundary.rewound() : after(target.invoke()));
    case 1:
      return (a) => (isRewinding() ? boundary.rewound() : after(target.invoke(a!)));
    case 2:
      return (a, b) => (isRewinding() ? boundary.rewound() : after(target.invoke(a!, b!)));
    case 3:
      return (a, b, c) => (isRewinding() ? boundary.rewound() : after(target.invoke(a!, b!, c!)));
    case 4:
      return (a, b, c, d) => (isRewinding() ? boundary.rewound() : after(target.invoke(a!, b!, c!, d!)));
    default:
      return (...values) => (isRewinding() ? boundary.rewound() : after(target.invoke(...values)));
  }
}
