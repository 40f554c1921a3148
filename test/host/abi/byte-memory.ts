import type { StructMemory } from "../../../host/abi/layout.ts";

/** Memory for the layout codec, read and written by a DataView, filled with one byte. */
export class ByteMemory implements StructMemory {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: number, fill: number) {
    this.bytes = new Uint8Array(bytes).fill(fill);
    this.#view = new DataView(this.bytes.buffer);
  }
  readUint8(address: number): number {
    return this.#view.getUint8(address);
  }
  readUint16(address: number): number {
    return this.#view.getUint16(address, true);
  }
  readUint32(address: number): number {
    return this.#view.getUint32(address, true);
  }
  writeUint8(address: number, value: number): void {
    this.#view.setUint8(address, value);
  }
  writeUint16(address: number, value: number): void {
    this.#view.setUint16(address, value, true);
  }
  writeUint32(address: number, value: number): void {
    this.#view.setUint32(address, value, true);
  }
}
