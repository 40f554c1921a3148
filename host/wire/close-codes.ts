/**
 * Why a connection of the device protocol is closed: WebSocket close codes of the range that is left to applications.
 * `docs/wire.md` lists the same table; a test compares them.
 */

import { wireLimits } from "./limits.ts";

export const closeCodes = {
  /** Not CBOR as we write it, or fields of the wrong number, type or range. */
  malformedFrame: 4000,
  unknownFrameType: 4001,
  /** A frame that may not come now, or not in this direction. */
  outOfOrderFrame: 4002,
  frameTooLarge: 4003,
  tooManyChannels: 4004,
  tokenRefused: 4010,
  unsupportedVersion: 4011,
  helloTimeout: 4012,
  shuttingDown: 4020,
  /** The same device has connected again. */
  replaced: 4021,
  /** The device does not read what it is sent. */
  tooSlow: 4022,
  serviceFailed: 4023,
  /** The device has connected, or was refused, too often. */
  rateLimited: 4024,
} as const;

export type CloseCodeName = keyof typeof closeCodes;

/** WebSocket's own code for a connection that could not be made, or is gone without a close frame. */
export const connectionLost = 1006;

/** A peer broke the protocol: the connection is closed with this code, and the message as its reason. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly closeCode: number;

  /** @param message plain ASCII; what exceeds a close frame's reason is cut */
  constructor(code: CloseCodeName, message: string) {
    super(message.slice(0, wireLimits.closeReasonBytes));
    this.closeCode = closeCodes[code];
  }
}
