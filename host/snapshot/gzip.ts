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
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || !value) break;
    chunks.push(value);
    length += value.length;
  }
  return concatenate(chunks, length);
}

export function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}
