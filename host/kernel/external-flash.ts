/**
 * The external flash chip. Contract: as NOR flash does, an erase sets all bits of whole sectors and a write only clears
 * bits; both, and reading, block the caller for a modelled time.
 */

import { limits } from "../abi/limits.ts";
import { cyclesOf } from "../time/cycles.ts";
import type { Handlers } from "./dispatch.ts";
import { findExternalFlash, newHandle } from "./handles.ts";
import type { ExternalFlash, Kernel } from "./ports.ts";

const sectorBytes = limits.externalFlashSectorBytes.value;
/** JEDEC: a chip of 64 Mbit (a decision of ours). */
const chipId = 0xc2_28_17;
const pageBytes = limits.externalFlashPageBytes.value;

export const externalFlashCalls = {
  mvExternalFlashOpen(kernel, { handle }) {
    const { externalFlashHandles: handles } = kernel.state;
    if (handles.length >= limits.externalFlashHandles.value) return "TOOMANYCHANNELS";
    const opened = { handle: newHandle(kernel) };
    handles.push(opened);
    handle.value = opened.handle;
    return "OKAY";
  },

  mvExternalFlashClose(kernel, { handle }) {
    const { state } = kernel;
    const opened = findExternalFlash(kernel, handle.value);
    if (!opened) return "INVALIDHANDLE";
    state.externalFlashHandles = state.externalFlashHandles.filter((other) => other !== opened);
    handle.value = 0;
    return "OKAY";
  },

  mvExternalFlashGetInfo(kernel, { handle, info }) {
    if (info.value.version !== 1) return "UNSUPPORTEDSTRUCTUREVERSION";
    const flash = openedFlash(kernel, handle);
    if (!flash) return "INVALIDHANDLE";
    const { sizeBytes: size } = flash;
    const { externalFlashHandles: handles } = kernel.state;
    info.value = { version: 1, v1: { chip_id: chipId, size, num_handles: handles.length } };
    return "OKAY";
  },

  mvExternalFlashReadBlocking(kernel, { handle, address, length, buffer }) {
    const flash = openedFlash(kernel, handle);
    if (!flash) return "INVALIDHANDLE";
    if (!isWithin(flash, address, length)) return "ADDRESSOUTOFRANGE";
    kernel.memory.writeBytes(buffer, flash.read(address, length));
    takeMicroseconds(kernel, (length / 1024) * limits.externalFlashReadMicroseconds.value);
    return "OKAY";
  },

  mvExternalFlashWriteBlocking(kernel, { handle, address, length, buffer }) {
    const flash = openedFlash(kernel, handle);
    if (!flash) return "INVALIDHANDLE";
    if (!isWithin(flash, address, length)) return "ADDRESSOUTOFRANGE";
    const bytes = kernel.memory.readBytes(buffer, length);
    flash.write(
      address,
      flash.read(address, length).map((old, index) => old & bytes[index]!),
    );
    takeMicroseconds(kernel, unitsTouched(address, length, pageBytes) * limits.externalFlashPageMicroseconds.value);
    return "OKAY";
  },

  mvExternalFlashEraseBlocking(kernel, { handle, address, length }) {
    const flash = openedFlash(kernel, handle);
    if (!flash) return "INVALIDHANDLE";
    if (!isWithin(flash, address, length)) return "ADDRESSOUTOFRANGE";
    if (address % sectorBytes !== 0 || length % sectorBytes !== 0) return "INVALIDBUFFERALIGNMENT";
    flash.write(address, new Uint8Array(length).fill(0xff));
    takeMicroseconds(kernel, (length / sectorBytes) * limits.externalFlashSectorMicroseconds.value);
    return "OKAY";
  },
} satisfies Handlers;

/** The chip, if the handle is one of its open ones. */
function openedFlash(kernel: Kernel, handle: number): ExternalFlash | undefined {
  return findExternalFlash(kernel, handle) && kernel.externalFlash;
}

function isWithin({ sizeBytes }: ExternalFlash, address: number, bytes: number): boolean {
  return address + bytes <= sizeBytes;
}

function unitsTouched(address: number, bytes: number, unit: number): number {
  return bytes === 0 ? 0 : Math.floor((address + bytes - 1) / unit) - Math.floor(address / unit) + 1;
}

function takeMicroseconds(kernel: Kernel, microseconds: number): void {
  kernel.takeTime(cyclesOf(microseconds));
}
