/** The external flash of a device that keeps its content with its own state: plain data, of snapshots a part. */

import { limits } from "./abi/limits.ts";
import type { ExternalFlash } from "./kernel/ports.ts";

const sizeBytes = limits.externalFlashBytes.value;
const sectorBytes = limits.externalFlashSectorBytes.value;

export interface ExternalFlashState {
  /** Sectors that were ever written, by number; all others are erased. */
  sectors: Record<string, Uint8Array>;
}

export function createExternalFlashState(): ExternalFlashState {
  return { sectors: {} };
}

/** @param state the present one: it may be replaced at any time */
export function externalFlashMemory(state: () => ExternalFlashState): ExternalFlash {
  return {
    sizeBytes,
    read(address, bytes) {
      const { sectors } = state();
      const content = new Uint8Array(bytes).fill(0xff);
      for (const { sector, start, end, offset } of piecesOf(address, bytes)) {
        const stored = sectors[sector];
        if (stored) content.set(stored.subarray(start, end), offset);
      }
      return content;
    },
    write(address, bytes) {
      const { sectors } = state();
      for (const { sector, start, end, offset } of piecesOf(address, bytes.length)) {
        const stored = sectors[sector] ?? new Uint8Array(sectorBytes).fill(0xff);
        stored.set(bytes.subarray(offset, offset + end - start), start);
        if (stored.every((byte) => byte === 0xff)) delete sectors[sector];
        else sectors[sector] = stored;
      }
    },
  };
}

/** A range, cut at the sectors' borders: where each piece is in its sector, and in the range. */
function* piecesOf(address: number, bytes: number) {
  for (let offset = 0; offset < bytes; ) {
    const start = (address + offset) % sectorBytes;
    const end = Math.min(start + bytes - offset, sectorBytes);
    yield { sector: String(Math.floor((address + offset) / sectorBytes)), start, end, offset };
    offset += end - start;
  }
}
