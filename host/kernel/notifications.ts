/**
 * Notification centres: a ring of records in the firmware's memory and an interrupt line. Contract: a record goes to
 * the next slot, then the line is pended; the kernel never looks at what the application has read; two records of one
 * centre are never closer than a gap, because published handlers consume one record an entry.
 */

import { memberName, memberValue } from "../abi/enums.ts";
import { writeStruct } from "../abi/layout.ts";
import { limits } from "../abi/limits.ts";
import { hexOfWord } from "../data/hex.ts";
import { cyclesOf, microsecondsOf } from "../time/cycles.ts";
import { cancel, schedule } from "../time/queue.ts";
import { isInUse } from "./buffers.ts";
import type { Handlers } from "./dispatch.ts";
import { findCentre, newHandle } from "./handles.ts";
import { isApplicationLine } from "./lines.ts";
import type { Kernel } from "./ports.ts";
import type { CentreState, PendingRecord } from "./state.ts";

const recordBytes = limits.notificationRecordBytes.value;

export const notificationCalls = {
  mvSetupNotifications(kernel, { notifications, handle_out }) {
    const { irq, buffer, buffer_size: bufferBytes } = notifications;
    const { state } = kernel;
    if (bufferBytes % recordBytes !== 0 || bufferBytes < limits.notificationBufferMinimumBytes.value) {
      return "INVALIDBUFFERSIZE";
    }
    if (isInUse(state, { address: buffer, bytes: bufferBytes })) return "BUFFERALREADYINUSE";
    if (!isApplicationLine(irq) || kernel.fastInterrupts.isFast(irq)) return "INVALIDINTERRUPT";
    if (state.centres.some((centre) => centre.irq === irq)) return "INVALIDINTERRUPT";
    if (state.centres.length >= limits.notificationCentres.value) return "TOOMANYNOTIFICATIONBUFFERS";
    const handle = newHandle(kernel);
    state.centres.push({ handle, irq, buffer, bufferBytes, slot: 0, unseen: 0, earliest: 0, pending: [] });
    handle_out.value = handle;
    return "OKAY";
  },

  /** The users of the centre keep working; their events are dropped. A pended line stays pended. */
  mvCloseNotifications(kernel, { handle_in_out }) {
    const { state, queue } = kernel;
    const centre = findCentre(kernel, handle_in_out.value);
    if (!centre) return "INVALIDHANDLE";
    state.centres = state.centres.filter((other) => other !== centre);
    cancel(queue, (event) => isRecordEvent(event) && event.centre === centre.handle);
    handle_in_out.value = 0;
    return "OKAY";
  },

  /** Writes a record as asked, before it returns; exempt from the gap. */
  mvTempTriggerNotification(kernel, { handle, type, tag }) {
    const centre = findCentre(kernel, handle);
    if (!centre) return "INVALIDHANDLE";
    writeRecord(kernel, centre, typeof type === "number" ? type : memberValue("MvEventType", type), tag);
    return "OKAY";
  },
} satisfies Handlers;

type EventTypeName = Parameters<typeof memberValue<"MvEventType">>[1];

/** Reports something to a centre from `delayMicroseconds` on. A centre that does not exist hears nothing. */
export function notify(
  kernel: Kernel,
  centreHandle: number,
  record: { readonly type: EventTypeName; readonly tag: number; readonly source: number },
  delayMicroseconds: number,
): void {
  const centre = findCentre(kernel, centreHandle);
  if (!centre) return;
  const at = kernel.now() + cyclesOf(delayMicroseconds);
  const position = centre.pending.findIndex((other) => other.at > at);
  const pending = { at, type: memberValue("MvEventType", record.type), tag: record.tag, source: record.source };
  centre.pending.splice(position < 0 ? centre.pending.length : position, 0, pending);
  scheduleRecord(kernel, centre);
}

/** Forgets the records to come about a network request or channel. */
export function dropRecords(kernel: Kernel, source: number): void {
  for (const centre of kernel.state.centres) {
    centre.pending = centre.pending.filter((record) => record.source !== source);
    scheduleRecord(kernel, centre);
  }
}

interface RecordEvent {
  readonly at: number;
  readonly kind: "notification";
  readonly centre: number;
}

function isRecordEvent(event: { readonly kind: string }): event is RecordEvent {
  return event.kind === "notification";
}

/** One event stands in the queue for a centre with records to come. */
function scheduleRecord(kernel: Kernel, centre: CentreState): void {
  cancel(kernel.queue, (event) => isRecordEvent(event) && event.centre === centre.handle);
  const next = centre.pending[0];
  if (!next) return;
  const at = Math.max(next.at, centre.earliest);
  schedule<RecordEvent>(kernel.queue, { at, kind: "notification", centre: centre.handle });
}

/** The queue's `notification` event. */
export function deliverRecord(kernel: Kernel, event: { readonly centre: number }): void {
  const centre = findCentre(kernel, event.centre);
  if (!centre) return;
  const { type, tag } = centre.pending.shift() as PendingRecord;
  writeRecord(kernel, centre, type, tag);
  centre.earliest = kernel.now() + cyclesOf(limits.notificationGapMicroseconds.value);
  scheduleRecord(kernel, centre);
}

function writeRecord(kernel: Kernel, centre: CentreState, type: number, tag: number): void {
  const { memory, trace, state } = kernel;
  const slots = centre.bufferBytes / recordBytes;
  const address = centre.buffer + centre.slot * recordBytes;
  const microseconds = microsecondsOf(kernel.now() - state.bootedAt);
  writeStruct(memory, address, "MvNotification", { microseconds, event_type: type, tag });
  centre.slot = (centre.slot + 1) % slots;
  centre.unseen++;
  trace?.({
    kind: "notification",
    handle: hexOfWord(centre.handle),
    irq: centre.irq,
    type: memberName("MvEventType", type) ?? String(type),
    tag,
    address,
    microseconds,
  });
  if (centre.unseen === slots + 1) {
    trace?.({
      kind: "diagnostic",
      id: "notification-overrun",
      message:
        `the notification buffer at ${hexOfWord(centre.buffer)} holds ${slots} records, and one more was written ` +
        `before the handler of interrupt ${centre.irq} ran: the oldest is lost. Enable the interrupt, or give a larger buffer`,
    });
  }
  kernel.pend(centre.irq);
}

/** The handler of a line was entered: whatever its centre holds can be seen now. */
export function handlerEntered(kernel: Kernel, irq: number): void {
  const centre = kernel.state.centres.find((candidate) => candidate.irq === irq);
  if (centre) centre.unseen = 0;
}
