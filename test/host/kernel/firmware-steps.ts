/** What firmware does on its way to a config, one step a function, on the bench. Each step must succeed. */

import { memberValue } from "../../../host/abi/enums.ts";
import type { StructValue } from "../../../host/abi/values.ts";
import type { KernelBench } from "./kernel-bench.ts";

/** Names are lines of the chip that an application may use. */
export const lines = { tim2: 45, tim3: 46, tim4: 47 } as const;

export interface Centre {
  readonly handle: number;
  readonly buffer: number;
  readonly slots: number;
  readonly irq: number;
}

function succeed(status: string): void {
  if (status !== "OKAY") throw new Error(`a step of the test failed: ${status}`);
}

export function notificationSetup(
  bench: KernelBench,
  changes: Partial<StructValue<"MvNotificationSetup">> = {},
): StructValue<"MvNotificationSetup"> {
  const bytes = changes.buffer_size ?? 256;
  const buffer = changes.buffer ?? bench.place(bytes, 16);
  return { irq: lines.tim2, buffer_size: bytes, ...changes, buffer };
}

/** A centre whose buffer is filled with 0xff, as published firmware does. */
export function setUpCentre(bench: KernelBench, changes: Partial<StructValue<"MvNotificationSetup">> = {}): Centre {
  const setup = notificationSetup(bench, changes);
  bench.memory.writeBytes(setup.buffer, new Uint8Array(setup.buffer_size).fill(0xff));
  const out = bench.place(4);
  succeed(bench.call("mvSetupNotifications", bench.put("MvNotificationSetup", setup), out));
  return { handle: bench.word(out), buffer: setup.buffer, slots: setup.buffer_size / 16, irq: setup.irq };
}

/** The records in a centre's ring, slot by slot, as far as they were written. */
export function recordsOf(bench: KernelBench, { buffer, slots }: Centre): StructValue<"MvNotification">[] {
  return Array.from({ length: slots }, (_, slot) => bench.get("MvNotification", buffer + slot * 16)).filter(
    ({ event_type: type }) => type !== 0xffff_ffff,
  );
}

/** Type and tag of each record: `CHANNELDATAREADABLE 7`. */
export function recordNames(bench: KernelBench, centre: Centre): string[] {
  return recordsOf(bench, centre).map(({ event_type: type, tag }) => `${type} ${tag}`);
}

/** @returns where the handle stands */
export function requestNetwork(bench: KernelBench, notificationHandle: number, tag = 1): number {
  const out = bench.place(4);
  const v1 = { notification_handle: notificationHandle, notification_tag: tag };
  succeed(bench.call("mvRequestNetwork", bench.put("MvRequestNetworkParams", { version: 1, v1 }), out));
  return out;
}

/** @param source 0: the network, 1: updates @returns the handle, and where it stands */
export function openSystemNotification(
  bench: KernelBench,
  centre: number,
  source: number,
  tag = 1,
): { readonly handle: number; readonly place: number } {
  const place = bench.place(4);
  const params = { notification_handle: centre, notification_tag: tag, notification_source: source };
  succeed(bench.call("mvOpenSystemNotification", bench.put("MvOpenSystemNotificationParams", params), place));
  return { handle: bench.word(place), place };
}

export function networkStatus(bench: KernelBench, handle: number): number {
  const out = bench.place(4);
  succeed(bench.call("mvGetNetworkStatus", handle, out));
  return bench.word(out);
}

export const status = (name: Parameters<typeof memberValue<"MvNetworkStatus">>[1]): number =>
  memberValue("MvNetworkStatus", name);

export interface Online {
  readonly centre: Centre;
  readonly network: number;
  readonly networkPlace: number;
}

/** A centre, a request for the network, and the connection. */
export async function goOnline(
  bench: KernelBench,
  changes: Partial<StructValue<"MvNotificationSetup">> = {},
): Promise<Online> {
  const centre = setUpCentre(bench, changes);
  const networkPlace = requestNetwork(bench, centre.handle);
  await bench.run(2_100_000);
  const network = bench.word(networkPlace);
  if (networkStatus(bench, network) !== status("CONNECTED")) throw new Error("the bench is not connected");
  return { centre, network, networkPlace };
}

export type OpenParams = StructValue<"MvOpenChannelParams">["v1"];

export function openParams(bench: KernelBench, online: Online, changes: Partial<OpenParams> = {}): OpenParams {
  const receiveBytes = changes.receive_buffer_len ?? 512;
  const sendBytes = changes.send_buffer_len ?? 512;
  return {
    notification_handle: online.centre.handle,
    notification_tag: 7,
    network_handle: online.network,
    receive_buffer_len: receiveBytes,
    send_buffer_len: sendBytes,
    channel_type: "CONFIGFETCH",
    endpoint: { data: 0, length: 0 },
    ...changes,
    receive_buffer: changes.receive_buffer ?? bench.place(receiveBytes, 512),
    send_buffer: changes.send_buffer ?? bench.place(sendBytes, 512),
  };
}

export interface Channel extends OpenParams {
  readonly handle: number;
  /** Where the firmware keeps the handle. */
  readonly place: number;
}

export function openChannel(bench: KernelBench, online: Online, changes: Partial<OpenParams> = {}): Channel {
  const v1 = openParams(bench, online, changes);
  const place = bench.place(4);
  succeed(bench.call("mvOpenChannel", bench.put("MvOpenChannelParams", { version: 1, v1 }), place));
  return { ...v1, handle: bench.word(place), place };
}

export function closeChannel(bench: KernelBench, { place }: Channel): void {
  succeed(bench.call("mvCloseChannel", place));
}

export interface FetchItem {
  readonly scope?: StructValue<"MvConfigKeyToFetch">["scope"];
  readonly store?: StructValue<"MvConfigKeyToFetch">["store"];
  readonly key?: string;
  /** In the place of the key's own address. */
  readonly address?: number;
}

/** Writes a request. @returns the address of its struct */
export function fetchRequest(bench: KernelBench, items: readonly FetchItem[]): number {
  const address = bench.place(16 * items.length);
  for (const [index, { scope = "ACCOUNT", store = "CONFIG", key = "greeting", address: data }] of items.entries()) {
    const words = [
      typeof scope === "number" ? scope : memberValue("MvConfigKeyFetchScope", scope),
      typeof store === "number" ? store : memberValue("MvConfigKeyFetchStore", store),
      data ?? bench.putText(key),
      new TextEncoder().encode(key).length,
    ];
    for (const [position, word] of words.entries()) bench.memory.writeUint32(address + 16 * index + 4 * position, word);
  }
  return bench.put("MvConfigKeyFetchParams", { num_items: items.length, keys_to_fetch: address });
}

/** Sends a request, and lets time pass until the answer is there. */
export async function fetchItems(
  bench: KernelBench,
  channel: Channel,
  items: readonly FetchItem[] = [{}],
): Promise<void> {
  succeed(bench.call("mvSendConfigFetchRequest", channel.handle, fetchRequest(bench, items)));
  await bench.run(1_000_000);
}

export interface ItemPlaces {
  readonly params: number;
  readonly result: number;
  readonly data: number;
  readonly length: number;
}

export function itemParams(
  bench: KernelBench,
  { index = 0, size = 64, data }: { index?: number; size?: number; data?: number } = {},
): ItemPlaces {
  const places = { result: bench.place(4), data: data ?? bench.place(size), length: bench.place(4) };
  const buf = { data: places.data, size, length: places.length };
  return {
    ...places,
    params: bench.put("MvConfigResponseReadItemParams", { item_index: index, result: places.result, buf }),
  };
}

export interface ReadItem {
  readonly result: number;
  readonly value: string;
}

export function readItem(
  bench: KernelBench,
  channel: Channel,
  options: { index?: number; size?: number } = {},
): ReadItem {
  const places = itemParams(bench, options);
  succeed(bench.call("mvReadConfigResponseItem", channel.handle, places.params));
  const bytes = bench.memory.readBytes(places.data, bench.word(places.length));
  return { result: bench.word(places.result), value: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) };
}

export function closureReason(bench: KernelBench, handle: number): number {
  const out = bench.place(4);
  succeed(bench.call("mvGetChannelClosureReason", handle, out));
  return bench.word(out);
}

export const reason = (name: Parameters<typeof memberValue<"MvClosureReason">>[1]): number =>
  memberValue("MvClosureReason", name);

export function diagnostics(bench: KernelBench): string[] {
  return bench.events.flatMap((event) => (event.kind === "diagnostic" ? [event.id] : []));
}
