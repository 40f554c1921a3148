/** Gzip by the streams that Node and browsers both have. Its checksum finds damage. */

export function compress(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return through(new CompressionStream("gzip"), bytes);
}

/** Rejects when the bytes are not one whole gzip member. */
export function decompress(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return through(new DecompressionStream("gzip"), bytes);
}

async function through({ writable, readable }: ByteStreamEnds, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const writer = writable.getWriter();
  // What fails fails at the reading end too, and is reported there.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const reader = readable.getReader();
  const chunks: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done || !value) return concatenate(chunks);
    chunks.push(value);
  }
}

export function concatenate(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}
