/**
 * Handles: random non-zero 32-bit numbers from the seeded generator. They are typed by the list in which their object
 * stands: a handle of another kind, an old one and zero are found nowhere.
 */

import { nextUint32 } from "../time/random.ts";
import type { Kernel } from "./ports.ts";
import type {
  CentreState,
  ChannelState,
  ExternalFlashHandleState,
  KernelState,
  NetworkRequestState,
  SystemNotificationState,
} from "./state.ts";

interface HandleKind {
  readonly what: string;
  readonly opening: string;
  readonly closing: string;
  objects(state: KernelState): readonly { readonly handle: number }[];
}

/** What has handles. */
export const handleKinds: readonly HandleKind[] = [
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

export function newHandle(kernel: Kernel): number {
  for (;;) {
    const handle = nextUint32(kernel.random, "handles");
    if (handle === 0 || isTaken(kernel, handle)) continue;
    const { state } = kernel;
    state.handleTimes = state.handleTimes.filter((other) => isTaken(kernel, other.handle));
    state.handleTimes.push({ handle, at: kernel.now() });
    return handle;
  }
}

function isTaken({ state }: Kernel, handle: number): boolean {
  const has = (objects: readonly { readonly handle: number }[]) => objects.some((object) => object.handle === handle);
  return handleKinds.some(({ objects }) => has(objects(state))) || has(state.closedChannels);
}

export function findCentre({ state }: Kernel, handle: number): CentreState | undefined {
  return state.centres.find((centre) => centre.handle === handle);
}

export function findNetworkRequest({ state }: Kernel, handle: number): NetworkRequestState | undefined {
  return state.network.requests.find((request) => request.handle === handle);
}

/** A channel that is open, or dead and not yet closed. */
export function findChannel({ state }: Kernel, handle: number): ChannelState | undefined {
  return state.channels.find((channel) => channel.handle === handle);
}

export function findSystemNotification({ state }: Kernel, handle: number): SystemNotificationState | undefined {
  return state.systemNotifications.find((opened) => opened.handle === handle);
}

export function findExternalFlash({ state }: Kernel, handle: number): ExternalFlashHandleState | undefined {
  return state.externalFlashHandles.find((opened) => opened.handle === handle);
}
