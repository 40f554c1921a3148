/**
 * A snapshot as bytes: `MVSIMSNP`, one byte with the format's version, and gzip of the content. The content is a
 * length (32 bits, little-endian), so many bytes of JSON, and then the byte arrays that the JSON refers to by place.
 */

import { plainDataFromText, plainDataToText } from "../data/plain-data.ts";
import { SimulatorError } from "../fault/fault.ts";
import { compress, concatenate, decompress } from "./gzip.ts";

/** Another number when a device of this version could not go on from a value of the former. */
export const snapshotFormatVersion = 1;

const magic = new TextEncoder().encode("MVSIMSNP");
const headerBytes = magic.length + 1;

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
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length, true);
  const body = await compress(concatenate([length, json, ...arrays], length.length + json.length + offset));
  return concatenate([magic, Uint8Array.of(snapshotFormatVersion), body], headerBytes + body.length);
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
  let content: Uint8Array<ArrayBuffer>;
  try {
    content = await decompress(bytes.subarray(headerBytes));
  } catch (error) {
    throw invalidSnapshot("it is damaged, or not whole", error);
  }
  try {
    return contentOf(content);
  } catch (error) {
    throw invalidSnapshot("its content can't be read", error);
  }
}

function contentOf(content: Uint8Array<ArrayBuffer>): unknown {
  const length = new DataView(content.buffer).getUint32(0, true);
  const arrays = content.subarray(4 + length);
  const json = new TextDecoder("utf-8", { fatal: true }).decode(content.subarray(4, 4 + length));
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
