/**
 * What a config-fetch channel carries: the bytes that stand in the firmware's send and receive buffers, and in the
 * `open` and `data` frames. A plain binary form (little-endian), so that one item can be read straight out of guest
 * memory, and a damaged byte of a value shows in that value and nowhere else.
 *
 *     request:  version u8, count u8, then for each item: scope u8, store u8, key length u8, key (ASCII)
 *     response: version u8, count u8, then for each item: result u8, value length u16, value (UTF-8)
 *
 * Scopes, stores and results are the ABI's numbers (`MvConfigKeyFetchScope`, `MvConfigKeyFetchStore`,
 * `MvConfigKeyFetchResult`); both ends give them their meaning, this file passes them through.
 */

import { wireLimits } from "./limits.ts";

export interface FetchRequestItem {
  readonly scope: number;
  readonly store: number;
  /** 1 to 100 printable ASCII characters. */
  readonly key: string;
}

export interface FetchResponseItem {
  readonly result: number;
  /** Empty unless the result is OK. */
  readonly value: string;
}

/** Where an item's value stands in an encoded response. */
export interface LocatedItem {
  readonly result: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Reads one byte of an encoded response. */
export type ByteAt = (offset: number) => number;

const formatVersion = 1;
const headBytes = 2;
const requestItemBytes = 3;
const responseItemBytes = 3;
const encoder = new TextEncoder();
const printable = /^[\x20-\x7e]+$/;

/** Encodes a request of 1 to 32 items. The caller has checked the keys. */
export function encodeRequest(items: readonly FetchRequestItem[]): Uint8Array {
  const bytes = new Uint8Array(items.reduce((sum, { key }) => sum + requestItemBytes + key.length, headBytes));
  bytes.set([formatVersion, items.length]);
  let offset = headBytes;
  for (const { scope, store, key } of items) {
    bytes.set([scope, store, key.length], offset);
    offset += requestItemBytes;
    for (let index = 0; index < key.length; index++) bytes[offset++] = key.charCodeAt(index);
  }
  return bytes;
}

/** Decodes a request; undefined when it is none: damaged, another version, no item or too many, a bad key. */
export function decodeRequest(bytes: Uint8Array): FetchRequestItem[] | undefined {
  const [version, count = 0] = bytes;
  if (version !== formatVersion || count < 1 || count > wireLimits.fetchItems) return undefined;
  const items: FetchRequestItem[] = [];
  let offset = headBytes;
  for (let index = 0; index < count; index++) {
    const scope = bytes[offset];
    const store = bytes[offset + 1];
    const keyLength = bytes[offset + 2];
    if (scope === undefined || store === undefined || keyLength === undefined) return undefined;
    offset += requestItemBytes;
    if (keyLength > wireLimits.fetchKeyCharacters || offset + keyLength > bytes.length) return undefined;
    const key = asciiText(bytes, offset, keyLength);
    if (!printable.test(key)) return undefined;
    offset += keyLength;
    items.push({ scope, store, key });
  }
  return offset === bytes.length ? items : undefined;
}

function asciiText(bytes: Uint8Array, offset: number, length: number): string {
  let text = "";
  for (let index = offset; index < offset + length; index++) text += String.fromCharCode(bytes[index]!);
  return text;
}

/**
 * Encodes a response, its items in the order asked.
 * @throws RangeError when a value is longer than any value may be
 */
export function encodeResponse(items: readonly FetchResponseItem[]): Uint8Array {
  const values = items.map(({ value }) => encoder.encode(value));
  const bytes = new Uint8Array(values.reduce((sum, value) => sum + responseItemBytes + value.length, headBytes));
  bytes.set([formatVersion, items.length]);
  let offset = headBytes;
  for (const [index, value] of values.entries()) {
    if (value.length > wireLimits.fetchValueBytes) throw new RangeError(`a value of ${value.length} bytes`);
    bytes.set([items[index]!.result, value.length & 0xff, value.length >> 8], offset);
    bytes.set(value, offset + responseItemBytes);
    offset += responseItemBytes + value.length;
  }
  return bytes;
}

/** How many items a response of `length` bytes says it has; undefined when it is damaged. */
export function readCount(byteAt: ByteAt, length: number): number | undefined {
  return length >= headBytes && byteAt(0) === formatVersion ? byteAt(1) : undefined;
}

/** Finds one item of a response of `length` bytes; undefined when there is none, or damage hides it. */
export function locateItem(byteAt: ByteAt, length: number, index: number): LocatedItem | undefined {
  const count = readCount(byteAt, length);
  if (count === undefined || index >= count) return undefined;
  let offset = headBytes;
  for (let position = 0; offset + responseItemBytes <= length; position++) {
    const result = byteAt(offset);
    const bytes = byteAt(offset + 1) | (byteAt(offset + 2) << 8);
    offset += responseItemBytes;
    if (offset + bytes > length) return undefined;
    if (position === index) return { result, offset, bytes };
    offset += bytes;
  }
  return undefined;
}
