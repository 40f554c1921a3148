/**
 * Guest memory by address: a WebAssembly memory starts at 0, and `null` is not legal all the same. Growing a memory
 * detaches all views of it, so they are looked at before each use.
 */

import type { Memory } from "../core.ts";

export class GuestMemory implements Memory {
  #memory: WebAssembly.Memory;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  /** The whole of it as it is now; of no use after the next call into the guest. */
  get bytes(): Uint8Array {
    // A detached view has no length; a memory always has a page at least.
    if (this.#bytes.length === 0) this.#refresh();
    return this.#bytes;
  }

  get view(): DataView {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#view;
  }

  get end(): number {
    return this.bytes.length;
  }

  isLegal(address: number, bytes: number): boolean {
    return bytes === 0 || (address > 0 && bytes > 0 && address + bytes <= this.end);
  }

  readUint8(address: number): number {
    return this.view.getUint8(address);
  }

  readUint16(address: number): number {
    return this.view.getUint16(address, true);
  }

  readUint32(address: number): number {
    return this.view.getUint32(address, true);
  }

  writeUint8(address: number, value: number): void {
    this.view.setUint8(address, value);
  }

  writeUint16(address: number, value: number): void {
    this.view.setUint16(address, value, true);
  }

  writeUint32(address: number, value: number): void {
    this.view.setUint32(address, value, true);
  }

  readBytes(address: number, bytes: number): Uint8Array {
    return this.bytes.slice(address, address + bytes);
  }

  writeBytes(address: number, bytes: Uint8Array): void {
    // No bytes may go to any address.
    if (bytes.length > 0) this.bytes.set(bytes, address);
  }

  /** Makes it at least this long. */
  growTo(bytes: number): void {
    const missing = bytes - this.end;
    if (missing > 0) this.#memory.grow(missing / pageBytes);
  }

  /** Takes over another memory: the guest was made anew. */
  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
    this.#refresh();
  }

  #refresh(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }
}

const pageBytes = 65536;
