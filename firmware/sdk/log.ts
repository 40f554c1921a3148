/**
 * Logging to the server: the messages appear in the terminal of `mvsim run`. The kernel queues them, before there is a
 * network too.
 */

import { MvStatus, mvServerLog, mvServerLoggingInit } from "./abi";
import { failure, Outcome, outcomeOf } from "./outcome";

const QUEUE_BYTES: u32 = 4096;
const QUEUE: usize = memory.data(QUEUE_BYTES, 512);
const MESSAGE_BYTES: i32 = 1024;
const MESSAGE: usize = memory.data(MESSAGE_BYTES);

let ready = false;

/**
 * Logs a message of up to 1024 bytes of UTF-8. TooLarge above that, Busy when the queue is full; Refused with the
 * status LOGGINGDISABLEDBYSERVER when the device's logging is off. Allocates nothing, but is not for handlers: it
 * has one buffer.
 */
export function log(text: string): Outcome {
  const bytes = String.UTF8.byteLength(text);
  if (bytes > MESSAGE_BYTES) return failure("log", MvStatus.MV_STATUS_LOGMESSAGETOOLONG, Outcome.TooLarge);
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, MESSAGE);
  return logBytes(MESSAGE, bytes);
}

/** Logs bytes of UTF-8 from where they are. The same outcomes as `log`. */
export function logBytes(address: usize, length: i32): Outcome {
  if (!ready) {
    const status = mvServerLoggingInit(QUEUE, QUEUE_BYTES);
    if (status != MvStatus.MV_STATUS_OKAY) return outcomeOf("mvServerLoggingInit", status);
    ready = true;
  }
  // A length beyond 16 bits would be cut on its way into the call.
  if (length > 0xffff) return failure("logBytes", MvStatus.MV_STATUS_LOGMESSAGETOOLONG, Outcome.TooLarge);
  const status = mvServerLog(address, <u16>length);
  if (status == MvStatus.MV_STATUS_LOGMESSAGETOOLONG) return failure("mvServerLog", status, Outcome.TooLarge);
  if (status == MvStatus.MV_STATUS_INVALIDBUFFERSIZE) return failure("mvServerLog", status, Outcome.Busy);
  return outcomeOf("mvServerLog", status);
}
