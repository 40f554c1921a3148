/** Bytes as lower-case hex text and back. */

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function hexOfBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += hexOfByte[byte];
  return text;
}

export function bytesOfHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}

/** A 32-bit number as `0x` and eight digits: how handles and addresses are shown. */
export function hexOfWord(word: number): string {
  const high = hexOfByte[word >>> 24]! + hexOfByte[(word >>> 16) & 0xff]!;
  return `0x${high}${hexOfByte[(word >>> 8) & 0xff]}${hexOfByte[word & 0xff]}`;
}
