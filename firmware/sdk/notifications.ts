/**
 * Notifications: how the kernel tells what has happened. It writes a 16-byte record (time, event type, tag) to the
 * next slot of a ring in our memory, and pends an interrupt. The handler here takes the records and keeps, for each
 * tag, which types of event have come; the program waits for them, or looks.
 *
 * Events of the same tag and type that come before anyone looks count once: a notification says that something has
 * changed, the calls (`mvGetNetworkStatus` and the like) say what.
 */

import {
  __disable_irq,
  __enable_irq,
  __WFI,
  IRQn_Type,
  MvEventType,
  MvNotification,
  MvNotificationHandle,
  MvNotificationSetup,
  MvStatus,
  mvCloseNotifications,
  mvSetupNotifications,
  NVIC_ClearPendingIRQ,
  NVIC_DisableIRQ,
  NVIC_EnableIRQ,
} from "./abi";
import * as clock from "./clock";
import { Outcome, outcomeOf } from "./outcome";

/** Tags are 0 to 15; the SDK's own are the last two. Records with a greater tag are dropped. */
export const TAGS: u32 = 16;
export const NETWORK_TAG: u32 = 14;
export const CHANNEL_TAG: u32 = 15;

const IRQ: IRQn_Type = IRQn_Type.TIM1_BRK_IRQn;
const RECORDS: u32 = 8;
const RING_BYTES: u32 = RECORDS * offsetof<MvNotification>();
const RING: usize = memory.data(RING_BYTES, 16);
/** What the ring is filled with: no event type has this value, so it marks a slot without a record. */
const EMPTY: u32 = 0xffff_ffff;
/** A word for each tag; bit n is set when an event of type n has come. */
const SEEN: usize = memory.data(TAGS * 4, 4);
const SETUP: MvNotificationSetup = changetype<MvNotificationSetup>(memory.data(offsetof<MvNotificationSetup>(), 4));
const HANDLE: usize = memory.data(4, 4);

let nextSlot: u32 = 0;
let users: u32 = 0;

/** Takes the records out of the ring. Export it from your entry file. It allocates nothing. */
export function TIM1_BRK_IRQHandler(): void {
  // One turn of the whole ring, oldest slot first: a record is found even after an overrun has moved the kernel's
  // place in the ring past ours.
  const first = nextSlot;
  for (let turn: u32 = 0; turn < RECORDS; turn++) {
    const slot = (first + turn) % RECORDS;
    const record = changetype<MvNotification>(RING + slot * offsetof<MvNotification>());
    const type = <u32>record.event_type;
    if (type == EMPTY) continue;
    if (record.tag < TAGS && type < 32) {
      const seen = SEEN + record.tag * 4;
      store<u32>(seen, load<u32>(seen) | (1 << type));
    }
    record.event_type = <MvEventType>EMPTY;
    nextSlot = (slot + 1) % RECORDS;
  }
}

/** Sets up the notification centre. Each `open` that answered Ok asks for one `close`; the last one closes it. */
export function open(): Outcome {
  if (users == 0) {
    memory.fill(RING, 0xff, RING_BYTES);
    memory.fill(SEEN, 0, TAGS * 4);
    nextSlot = 0;
    SETUP.irq = IRQ;
    SETUP.buffer = RING;
    SETUP.buffer_size = RING_BYTES;
    const status = mvSetupNotifications(SETUP, HANDLE);
    if (status != MvStatus.MV_STATUS_OKAY) return outcomeOf("mvSetupNotifications", status);
    // An interrupt that an earlier centre left pending is not ours.
    NVIC_ClearPendingIRQ(IRQ);
    NVIC_EnableIRQ(IRQ);
  }
  users++;
  return Outcome.Ok;
}

/** Gives the centre back. */
export function close(): Outcome {
  if (users == 0) return Outcome.Ok;
  users--;
  if (users > 0) return Outcome.Ok;
  NVIC_DisableIRQ(IRQ);
  const status = mvCloseNotifications(HANDLE);
  NVIC_ClearPendingIRQ(IRQ);
  return outcomeOf("mvCloseNotifications", status);
}

/** The centre's handle, for raw calls with tags of your own; zero while it is closed. */
export function handle(): MvNotificationHandle {
  return users == 0 ? 0 : load<u32>(HANDLE);
}

/** Forgets what has come for a tag. */
export function forget(tag: u32): void {
  if (tag >= TAGS) return;
  __disable_irq();
  store<u32>(SEEN + tag * 4, 0);
  __enable_irq();
}

/** The lowest event type that has come for a tag, which is thereby taken; NOEVENT when none has. */
export function take(tag: u32): MvEventType {
  __disable_irq();
  const type = takeMasked(tag);
  __enable_irq();
  return type;
}

/** Sleeps until an event has come for a tag, and takes it; NOEVENT when the time is over. Not for handlers. */
export function wait(tag: u32, timeoutMilliseconds: u32 = clock.FOREVER): MvEventType {
  return waitUntil(tag, clock.deadlineIn(timeoutMilliseconds));
}

/** Like `wait`, up to a moment that `clock.deadlineIn` has answered. */
export function waitUntil(tag: u32, deadline: u64): MvEventType {
  if (deadline != u64.MAX_VALUE && clock.ensureStarted() != Outcome.Ok) return take(tag);
  while (true) {
    // Mask, look, WFI, unmask: an interrupt between the look and WFI stays pending, so WFI returns at once. Its
    // handler runs at __enable_irq.
    __disable_irq();
    const type = takeMasked(tag);
    const over = type != MvEventType.MV_EVENTTYPE_NOEVENT || clock.isPast(deadline);
    if (!over) __WFI();
    __enable_irq();
    if (over) return type;
  }
}

/** Interrupts are masked, or the handler could set a bit between load and store. */
function takeMasked(tag: u32): MvEventType {
  if (tag >= TAGS) return MvEventType.MV_EVENTTYPE_NOEVENT;
  const seen = load<u32>(SEEN + tag * 4);
  if (seen == 0) return MvEventType.MV_EVENTTYPE_NOEVENT;
  store<u32>(SEEN + tag * 4, seen & (seen - 1));
  return <MvEventType>ctz(seen);
}
