/**
 * What a device's session needs of the service: the rules stand behind this interface, the wire in front of it. The
 * in-process pipe and the WebSocket put the same session before the same backend.
 */

import type { DeviceClock } from "../../host/wire/protocol.ts";

export type FetchScope = "account" | "device";
export type FetchStore = "secret" | "config";

export interface FetchItem {
  readonly scope: FetchScope;
  readonly store: FetchStore;
  readonly key: string;
}

export type FetchedItem =
  | { readonly result: "ok"; readonly value: string }
  | { readonly result: "keyNotFound" }
  | { readonly result: "serverError" };

/** What is known of a device that shows its token, beyond the token. */
export interface DeviceOrigin {
  /** As its hello states it; "virtual" unless given. */
  readonly clock?: DeviceClock | undefined;
  /** Where it connects from; undefined within this process. */
  readonly address?: string | undefined;
}

/** A device that has shown a good token. */
export interface ConnectedDevice {
  readonly accountSid: string;
  readonly deviceSid: string;
  readonly loggingEnabled: boolean;
  /** Its rate limits act where it is "real": an hour of virtual polling arrives within a second. */
  readonly clock?: DeviceClock | undefined;
  /** Digest of the token that it has shown, which may become worthless while it is connected. */
  readonly shown?: Uint8Array | undefined;
}

/** What the service does to a session. */
export interface PresentSession {
  /** Whether the device may have no other connection: not where one process runs copies of a device. */
  readonly isExclusive: boolean;
  /** What the device showed may have become worthless. Never rejects. @returns resolves when it was looked at */
  recheck(): Promise<void>;
  /** The device has connected again. */
  replace(): void;
  /** @returns whether it was sent to the device */
  restart(): boolean;
  /** @returns whether the device knows it now: one that is not welcomed yet may be an impostor */
  setLogging(enabled: boolean): boolean;
}

export interface Presence {
  /** The device was let in. */
  welcomed(): void;
  leave(): void;
}

export interface DeviceBackend {
  /**
   * Answers undefined when the token is not good for this device. Unknown devices may be provisioned by it.
   * Rejects with `TurnedAway` when the device must come again later.
   */
  authenticateDevice(deviceSid: string, token: string, origin?: DeviceOrigin): Promise<ConnectedDevice | undefined>;
  /** Whether the token that the device has shown is still good. */
  isStillGood?(device: ConnectedDevice): Promise<boolean>;
  /** Whether the device may fetch now, by its rate limit. */
  mayFetch?(device: ConnectedDevice): Promise<boolean>;
  /** A session begins that says it is this device's. */
  enter?(deviceSid: string, session: PresentSession): Presence;
  /** One result an item, in the order asked. Never rejects: what fails inside is a `serverError`. */
  fetchItems(device: ConnectedDevice, items: readonly FetchItem[]): Promise<FetchedItem[]>;
  /** Takes one log message of the device (UTF-8 as far as it is valid). */
  receiveLog(device: ConnectedDevice, text: string): void;
  /** The service's clock, in milliseconds since 1970. */
  now(): number;
}
