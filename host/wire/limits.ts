/**
 * The limits of the device protocol, in one table. What exceeds one of them closes the connection, so no peer can make
 * the other buffer without end.
 */
import { limits } from "../abi/limits.ts";

export const wireLimits = {
  /** One encoded frame. The largest honest one is a response of 32 values of 16384 bytes. */
  frameBytes: 1024 * 1024,
  /** Channels of one connection that are open, or whose answer the service is still working on. */
  openChannels: 64,
  /** Channel numbers and ping nonces. */
  highestNumber: 0xffff_ffff,
  tokenCharacters: 256,
  channelTypeCharacters: 32,
  /** One log message. */
  logBytes: limits.logMessageBytes.value,
  /** Items of one config fetch. */
  fetchItems: limits.configFetchItems.value,
  fetchKeyCharacters: limits.configKeyCharacters.value,
  /** A character takes up to four bytes. */
  fetchValueBytes: 4 * limits.configValueCharacters.value,
  /** The reason that a WebSocket close frame has room for. */
  closeReasonBytes: 123,
} as const;
