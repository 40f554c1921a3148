/**
 * Reads the primitive parts of a WebAssembly binary: bytes, LEB128 numbers, names. Every read is checked against the
 * end, so that no input makes it crash or loop: it throws `MalformedError` instead.
 */

/** The input is not a well-formed module. Inside this folder only: `decodeModule` turns it into a SimulatorError. */
export class MalformedError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  fail(message: string): never {
    throw new MalformedError(message, this.position);
  }

  byte(): number {
    if (this.position >= this.end) this.fail("unexpected end");
    return this.bytes[this.position++] as number;
  }

  skip(bytes: number): void {
    if (bytes > this.end - this.position) this.fail("unexpected end");
    this.position += bytes;
  }

  /** A reader of the next `bytes` bytes, which this one skips. */
  part(bytes: number): ByteReader {
    const start = this.position;
    this.skip(bytes);
    return new ByteReader(this.bytes, start, this.position);
  }

  unsigned32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffffffff) break;
        return value;
      }
    }
    return this.fail("a number of more than 32 bits");
  }

  /** Any signed LEB128 of up to 64 bits; the value is exact within 32 bits, which is all that is looked at. */
  signed(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return shift < 25 && byte & 0x40 ? value | (-1 << (shift + 7)) : value;
    }
    return this.fail("a number of more than 64 bits");
  }

  name(): string {
    const part = this.part(this.unsigned32());
    try {
      return utf8.decode(part.bytes.subarray(part.position, part.end));
    } catch {
      return part.fail("a name that is not UTF-8");
    }
  }

  /** Reads a count, then that many items. */
  list<Item>(item: (index: number) => Item): Item[] {
    const count = this.unsigned32();
    const items: Item[] = [];
    for (let index = 0; index < count; index++) items.push(item(index));
    return items;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
