import type { Memory } from "../../../host/mcu/core.ts";

/**
 * Application memory as a plain array, from 1024 (below it stands what the simulator keeps for itself) to `end`.
 * Unlike a WebAssembly memory it throws at whatever is not application memory, so that no test misses a stray access.
 */
export class BenchMemory implements Memory {
  readonly start = 1024;
  readonly end: number;
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(end: number) {
    this.end = end;
    this.bytes = new Uint8Array(end).fill(0xa5);
    this.#view = new DataView(this.bytes.buffer);
  }

  isLegal(address: number, bytes: number): boolean {
    return bytes === 0 || (address >= this.start && bytes > 0 && address + bytes <= this.end);
  }

  readUint8(address: number): number {
    return this.#view.getUint8(this.#checked(address, 1));
  }
  readUint16(address: number): number {
    return this.#view.getUint16(this.#checked(address, 2), true);
  }
  readUint32(address: number): number {
    return this.#view.getUint32(this.#checked(address, 4), true);
  }
  writeUint8(address: number, value: number): void {
    this.#view.setUint8(this.#checked(address, 1), value);
  }
  writeUint16(address: number, value: number): void {
    this.#view.setUint16(this.#checked(address, 2), value, true);
  }
  writeUint32(address: number, value: number): void {
    this.#view.setUint32(this.#checked(address, 4), value, true);
  }
  readBytes(address: number, bytes: number): Uint8Array {
    return this.bytes.slice(this.#checked(address, bytes), address + bytes);
  }
  writeBytes(address: number, bytes: Uint8Array): void {
    if (bytes.length > 0) this.bytes.set(bytes, this.#checked(address, bytes.length));
  }

  #checked(address: number, bytes: number): number {
    if (!this.isLegal(address, bytes)) throw new Error(`the kernel touched ${bytes} bytes at ${address}`);
    return address;
  }
}
