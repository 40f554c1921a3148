/** Bytes as text, whatever they are: UTF-8, with the replacement character for what is none. */

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function textOfBytes(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
