/**
 * What a device's session needs of the service: the rules stand behind this interface, the wire in front of it. The
 * in-process pipe and the WebSocket put the same session before the same backend.
 */

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

/** A device that has shown a good token. */
export interface ConnectedDevice {
  readonly accountSid: string;
  readonly deviceSid: string;
  readonly loggingEnabled: boolean;
}

export interface DeviceBackend {
  /** Answers undefined when the token is not good for this device. Unknown devices may be provisioned by it. */
  authenticateDevice(deviceSid: string, token: string): Promise<ConnectedDevice | undefined>;
  /** One result an item, in the order asked. Never rejects: what fails inside is a `serverError`. */
  fetchItems(device: ConnectedDevice, items: readonly FetchItem[]): Promise<FetchedItem[]>;
  /** Takes one log message of the device (UTF-8 as far as it is valid). */
  receiveLog(device: ConnectedDevice, text: string): void;
  /** The service's clock, in milliseconds since 1970. */
  now(): number;
}
