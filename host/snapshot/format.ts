/**
 * A snapshot as bytes: `MVSIMSNP`, one byte with the format's version, and two lengths with what follows: of the gzip
 * stream, and in it of the JSON, behind which stand the byte arrays that the JSON refers to by place. Lengths have 32
 * bits, little-endian.
 */

import { plainDataFromText, plainDataToText } from "../data/plain-data.ts";
import { SimulatorError } from "../fault/fault.ts";
import { compress, concatenate, decompress } from "./gzip.ts";

/** Another number when a device of this version could not go on from a value of the former. */
export const snapshotFormatVersion = 1;

const magic = new TextEncoder().encode("MVSIMSNP");
const lengthBytes = 4;
const headerBytes = magic.length + 1 + lengthBytes;

/** Where a byte array stands behind the JSON: offset and length. */
type Place = readonly [offset: number, bytes: number];

/** @param content plain data */
export async function encodeSnapshot(content: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const arrays: Uint8Array[] = [];
  let offset = 0;
  const text = plainDataToText(content, (bytes): Place => {
    const place: Place = [offset, bytes.length];
    arrays.push(bytes);
    offset += bytes.length;
    return place;
  });
  const json = new TextEncoder().encode(text);
  const body = await compress(concatenate([lengthOf(json), json, ...arrays]));
  return concatenate([magic, Uint8Array.of(snapshotFormatVersion), lengthOf(body), body]);
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
}

function readLength(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
}

/** @throws SimulatorError ERR_MVSIM_SNAPSHOT_INVALID, or _MISMATCH when the format is another one */
export async function decodeSnapshot(bytes: Uint8Array): Promise<unknown> {
  if (magic.some((byte, index) => bytes[index] !== byte)) throw invalidSnapshot("it does not begin as a snapshot does");
  const version = bytes[magic.length];
  if (version !== snapshotFormatVersion) {
    throw snapshotMismatch(
      `its format is version ${version ?? "?"}, and this simulator knows version ${snapshotFormatVersion}`,
    );
  }
  if (bytes.length < headerBytes || bytes.length !== headerBytes + readLength(bytes, magic.length + 1)) {
    throw invalidSnapshot("it is not whole, or something was added to it");
  }
  let content: Uint8Array<ArrayBuffer>;
  try {
    content = await decompress(bytes.subarray(headerBytes));
  } catch (error) {
    throw invalidSnapshot("it is damaged", error);
  }
  try {
    return contentOf(content);
  } catch (error) {
    throw invalidSnapshot("its content can't be read", error);
  }
}

function contentOf(content: Uint8Array<ArrayBuffer>): unknown {
  const jsonEnd = lengthBytes + readLength(content, 0);
  const json = new TextDecoder("utf-8", { fatal: true }).decode(content.subarray(lengthBytes, jsonEnd));
  const arrays = content.subarray(jsonEnd);
  return plainDataFromText(json, ([offset, bytes]: Place) => {
    if (!(offset >= 0 && bytes >= 0 && offset + bytes <= arrays.length)) throw new RangeError("bytes are missing");
    return arrays.slice(offset, offset + bytes);
  });
}

export function invalidSnapshot(problem: string, cause?: unknown): SimulatorError {
  return new SimulatorError(
    "ERR_MVSIM_SNAPSHOT_INVALID",
    `the snapshot can't be used: ${problem}. Take it again with device.snapshot().`,
    { cause },
  );
}

export function snapshotMismatch(difference: string): SimulatorError {
  return new SimulatorError(
    "ERR_MVSIM_SNAPSHOT_MISMATCH",
    `the snapshot does not fit this device: ${difference}. Restore it with what it was taken with.`,
  );
}
