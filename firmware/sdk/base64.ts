/**
 * Base64 (RFC 4648, the alphabet with + and /): config values are text, so binary data travels encoded.
 */

/** The room that the decoding of so many characters needs at most. */
export function decodedBytes(length: i32): i32 {
  return (length / 4) * 3 + (length % 4);
}

/**
 * Decodes `length` characters at `source` to `destination`, which has room for `size` bytes. Padding may be left out.
 * Answers the number of bytes, or -1 when the text is not base64 or the room does not suffice. Allocates nothing.
 */
export function decode(source: usize, length: i32, destination: usize, size: i32): i32 {
  let end = length;
  while (end > 0 && length - end < 2 && load<u8>(source + end - 1) == 0x3d) end--;
  if (end % 4 == 1 || (end != length && length % 4 != 0)) return -1;

  let bits: u32 = 0;
  let bitCount = 0;
  let written = 0;
  for (let i = 0; i < end; i++) {
    const value = sextet(load<u8>(source + i));
    if (value < 0) return -1;
    bits = (bits << 6) | value;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    if (written == size) return -1;
    store<u8>(destination + written, <u8>(bits >> bitCount));
    written++;
  }
  return written;
}

function sextet(character: i32): i32 {
  if (character >= 0x41 && character <= 0x5a) return character - 0x41;
  if (character >= 0x61 && character <= 0x7a) return character - 0x61 + 26;
  if (character >= 0x30 && character <= 0x39) return character - 0x30 + 52;
  if (character == 0x2b) return 62;
  if (character == 0x2f) return 63;
  return -1;
}
