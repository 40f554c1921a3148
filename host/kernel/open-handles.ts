/** What the program leaves open at its end: handles that it never gave back. */

import { hexOfWord } from "../data/hex.ts";
import { microsecondsOf } from "../time/cycles.ts";
import { handleKinds } from "./handles.ts";
import type { Kernel } from "./ports.ts";

/** To be called at the program's end: a diagnostic for each, in the order in which they were opened. */
export function reportOpenHandles({ state, trace }: Kernel): void {
  if (!trace) return;
  for (const { handle, at } of state.handleTimes) {
    const kind = handleKinds.find(({ objects }) => objects(state).some((object) => object.handle === handle));
    if (!kind) continue;
    trace({
      kind: "diagnostic",
      id: "handle-left-open",
      message:
        `the ${kind.what} handle ${hexOfWord(handle)} that ${kind.opening} gave at ` +
        `${(microsecondsOf(at) / 1000).toFixed(3)} ms is open at the program's end: ${kind.closing} gives it back`,
    });
  }
}
