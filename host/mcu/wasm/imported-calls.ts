/**
 * What the guest calls when it calls an import: the boundary between guest and host, and the hottest path of all. The
 * price of a call, and the safepoint at its return, are in the guest's own code (`prepare/ticks.ts`); here it is only
 * looked whether the call moved the deadline or asked for a stop. Wrappers stand for each number of parameters, so that
 * nothing is allocated.
 */

import type { CoreControl, ImportedCall } from "../core.ts";

export type CallResult = number | bigint | undefined;

/** The core's side of the boundary. */
export interface Boundary {
  /** An imported call runs: what is thrown now is not the guest's. */
  isInCall: boolean;
  /** The deadline that the fuel was measured for; NaN if it has to be measured again in any case. */
  fueledFor: number;
  readonly control: CoreControl;
  /** Measures the fuel again. */
  refuel(): void;
}

type AnyCall = (...values: (number | bigint)[]) => CallResult;

/** The function that the guest imports for a call. */
export function wrapCall(call: ImportedCall, boundary: Boundary): AnyCall {
  const { control } = boundary;
  // The preparation has checked that the guest passes what the call declares.
  const target = call as unknown as { invoke: AnyCall };

  const after = (result: CallResult): CallResult => {
    boundary.isInCall = false;
    if (control.deadline !== boundary.fueledFor || control.stop !== "") boundary.refuel();
    return result;
  };

  switch (call.params.length) {
    case 0:
      return () => {
        boundary.isInCall = true;
        return after(target.invoke());
      };
    case 1:
      return (a) => {
        boundary.isInCall = true;
        return after(target.invoke(a!));
      };
    case 2:
      return (a, b) => {
        boundary.isInCall = true;
        return after(target.invoke(a!, b!));
      };
    case 3:
      return (a, b, c) => {
        boundary.isInCall = true;
        return after(target.invoke(a!, b!, c!));
      };
    case 4:
      return (a, b, c, d) => {
        boundary.isInCall = true;
        return after(target.invoke(a!, b!, c!, d!));
      };
    default:
      return (...values) => {
        boundary.isInCall = true;
        return after(target.invoke(...values));
      };
  }
}
