import type { Uplink, UplinkListener } from "../../../host/kernel/ports.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../../host/wire/protocol.ts";

/** What an uplink told its listener, in order: `open`, the frames, and the close. */
export type Heard = "open" | Frame | { readonly code: number; readonly reason: string };

export interface Listening extends UplinkListener {
  readonly heard: Heard[];
  /** Resolves when that many things were heard. */
  count(count: number): Promise<Heard[]>;
}

export function listening(): Listening {
  const heard: Heard[] = [];
  const waiting: { count: number; resolve(heard: Heard[]): void }[] = [];
  function hear(what: Heard): void {
    heard.push(what);
    for (const { count, resolve } of waiting) if (heard.length >= count) resolve(heard);
  }
  return {
    heard,
    count(count) {
      if (heard.length >= count) return Promise.resolve(heard);
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
    onOpen: () => hear("open"),
    onFrame: (bytes) => hear(decodeFrame(bytes)),
    onClose: (code, reason) => hear({ code, reason }),
  };
}

export function sendFrames(uplink: Uplink, ...frames: Frame[]): void {
  for (const frame of frames) uplink.send(encodeFrame(frame));
}
