/**
 * Asyncify's driver. Suspended frames live in buffers of the host; to unwind and to rewind, a window at the top of RAM,
 * *as it is then*, is borrowed and given back before anyone else can see it. Frames hold no addresses, so they may come
 * back elsewhere, after memory grew.
 *
 * The order is: `unwind` within the safepoint, the guest returns, `takeFrames`; later `rewind`, the guest is called
 * again, `rewound` within the same safepoint.
 */

import type { GuestInstance } from "./instance.ts";
import type { GuestMemory } from "./memory.ts";
import { windowBytes, windowHeaderBytes } from "./prepare/frames.ts";

/**
 * RAM's own content while the window is borrowed. One for all devices: no code but a guest's frames runs from the
 * moment at which it is filled to that at which it is written back.
 */
const lent = new Uint8Array(windowBytes);

export class Suspension {
  readonly #memory: GuestMemory;
  /** The borrowed window, while there is one. */
  #start = 0;
  #bytes = 0;

  constructor(memory: GuestMemory) {
    this.#memory = memory;
  }

  /** @param frameBytes as much as the frames can take at most */
  unwind(guest: GuestInstance, frameBytes: number): void {
    this.#borrow(windowHeaderBytes + frameBytes);
    const { view } = this.#memory;
    view.setUint32(this.#start, this.#start + windowHeaderBytes, true);
    view.setUint32(this.#start + 4, this.#start + this.#bytes, true);
    guest.startUnwind(this.#start);
  }

  /** The guest has returned: its frames. */
  takeFrames(guest: GuestInstance): Uint8Array {
    guest.stopUnwind();
    const { bytes, view } = this.#memory;
    const frames = bytes.slice(this.#start + windowHeaderBytes, view.getUint32(this.#start, true));
    this.#giveBack();
    return frames;
  }

  /** Prepares for calling the guest again where the frames come from. */
  rewind(guest: GuestInstance, frames: Uint8Array): void {
    this.#borrow(windowHeaderBytes + frames.length);
    const { bytes, view } = this.#memory;
    const end = this.#start + windowHeaderBytes + frames.length;
    view.setUint32(this.#start, end, true);
    view.setUint32(this.#start + 4, end, true);
    bytes.set(frames, this.#start + windowHeaderBytes);
    guest.startRewind(this.#start);
  }

  rewound(guest: GuestInstance): void {
    guest.stopRewind();
    this.#giveBack();
  }

  #borrow(bytes: number): void {
    const ram = this.#memory.bytes;
    // Aligned, for speed.
    this.#start = (ram.length - bytes) & ~7;
    this.#bytes = ram.length - this.#start;
    lent.set(ram.subarray(this.#start));
  }

  #giveBack(): void {
    this.#memory.bytes.set(lent.subarray(0, this.#bytes), this.#start);
  }
}
