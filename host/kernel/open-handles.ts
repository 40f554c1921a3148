/** What the program leaves open at its end: handles that it never gave back. */

import { hexOfWord } from "../data/hex.ts";
import { microsecondsOf } from "../time/cycles.ts";
import type { Kernel } from "./ports.ts";
import type { KernelState } from "./state.ts";

interface HandleKind {
  readonly what: string;
  readonly opening: string;
  readonly closing: string;
  objects(state: KernelState): readonly { readonly handle: number }[];
}

const kinds: readonly HandleKind[] = [
  {
    ...{ what: "notification", opening: "mvSetupNotifications", closing: "mvCloseNotifications" },
    objects: ({ centres }) => centres,
  },
  {
    ...{ what: "system notification", opening: "mvOpenSystemNotification", closing: "mvCloseSystemNotification" },
    objects: ({ systemNotifications }) => systemNotifications,
  },
  {
    ...{ what: "network", opening: "mvRequestNetwork", closing: "mvReleaseNetwork" },
    objects: ({ network }) => network.requests,
  },
  {
    ...{ what: "channel", opening: "mvOpenChannel", closing: "mvCloseChannel" },
    objects: ({ channels }) => channels,
  },
  {
    ...{ what: "external flash", opening: "mvExternalFlashOpen", closing: "mvExternalFlashClose" },
    objects: ({ externalFlashHandles }) => externalFlashHandles,
  },
];

/** To be called at the program's end: a diagnostic for each, in the order in which they were opened. */
export function reportOpenHandles({ state, trace }: Kernel): void {
  if (!trace) return;
  for (const { handle, at } of state.handleTimes) {
    const kind = kinds.find(({ objects }) => objects(state).some((object) => object.handle === handle));
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
