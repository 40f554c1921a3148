/**
 * Every diagnostic, declared once: what is legal, but most likely not meant, and what a device would never tell. Whoever
 * reports one takes its id from here. Contract: an id, once published, stays; `docs/diagnostics.md` has a section for
 * each with these very sentences, which a test checks.
 */

import { FirmwareFaultError, SimulatorError } from "./fault.ts";

interface DiagnosticMeaning {
  /** What happened, in a few words. */
  readonly title: string;
  /** What it does on the device. */
  readonly why: string;
  readonly mend: string;
}

export const diagnostics = {
  "allocating-handler": {
    title: "An interrupt handler may allocate",
    why: "AssemblyScript's allocator and collector are not re-entrant: a handler that allocates while the program does so corrupts the heap, once in many runs.",
    mend: "Set a flag in the handler, and do the work in the program.",
  },
  "answer-unheard": {
    title: "An answer came, and nobody listened any more",
    why: "The answer has cost its time on the air, and is lost; a program that asks again may lose the next one too.",
    mend: "Wait longer than a slow network takes before a channel is closed, and close channels before their notification centre.",
  },
  asleep: {
    title: "The device sleeps, and nothing is left that could wake it",
    why: "The device would sleep until somebody resets it.",
    mend: "Check which interrupt was to come, and whether it is enabled; set a timer for what may never come.",
  },
  "buffer-in-use": {
    title: "A channel's buffer was written to while it was the kernel's",
    why: "The kernel sends from the one buffer and receives into the other at moments of its own: a request goes out changed, or a value is read that nobody sent.",
    mend: "Leave both buffers alone from mvOpenChannel to mvCloseChannel, and give no memory to them that is used elsewhere.",
  },
  "config-value-cut": {
    title: "A config's value was cut, since the buffer was short",
    why: "The call answers OKAY all the same, and the firmware goes on with a part of the value.",
    mend: "Give a larger buffer: a value has 4096 bytes at most.",
  },
  "handle-left-open": {
    title: "A handle was still open when the program ended",
    why: "Handles are few: a program that forgets one in each of its rounds gets TOOMANYCHANNELS or TOOMANYNOTIFICATIONBUFFERS in the end; an open network request keeps the modem powered.",
    mend: "Give back what was opened, in reverse order, and on the ways out that follow an error too.",
  },
  "interrupts-masked-long": {
    title: "Interrupts were masked for 10 ms while one waited",
    why: "Ticks of a timer that come meanwhile are one, records of the kernel overwrite each other, and nothing that a handler does can end the wait.",
    mend: "Mask for a few instructions only: look at the flag, WFI, unmask. A loop around them unmasks in each round.",
  },
  "long-handler": {
    title: "An interrupt handler took more than 10 ms",
    why: "The program and all interrupts that are not more urgent wait meanwhile: ticks are lost, and records of the kernel may overwrite each other.",
    mend: "Set a flag in the handler, and do the work in the program. A handler neither waits nor sleeps.",
  },
  "notification-overrun": {
    title: "A notification was overwritten before the handler ran",
    why: "The kernel never looks at what was read: the oldest record is lost, and with it the answer or the change that it reported.",
    mend: "Enable the interrupt, keep the time short in which it is masked, or give a larger notification buffer.",
  },
  "receive-buffer-damaged": {
    title: "The response in the receive buffer was overwritten",
    why: "The items of a response are read from where they stand in the receive buffer: what was overwritten is lost, or wrong.",
    mend: "Leave a channel's buffers alone until it is closed; check what else is written near them.",
  },
  "uart-overrun": {
    title: "Bytes to the UART were lost",
    why: "What comes while the receive buffer is full is gone.",
    mend: "Read the bytes sooner, in the handler for one.",
  },
  "unknown-interrupt": {
    title: "An interrupt's number does not exist on the chip",
    why: "The call does nothing: the interrupt that was meant stays as it was.",
    mend: "Take the number from the vector table of the STM32U585.",
  },
  "unknown-pin": {
    title: "A pin's number does not exist on the chip",
    why: "The call does nothing, and a read answers 0.",
    mend: "A pin's number is port * 16 + pin: PA0 is 0, PC13 is 45.",
  },
  "wasi-not-there": {
    title: "The standard library called what the device has not",
    why: "There are no files, sockets or arguments: the call answers ENOSYS, and the library may go on as if something were empty.",
    mend: "Do without the function of the standard library that calls it.",
  },
} as const satisfies Readonly<Record<string, DiagnosticMeaning>>;

export type DiagnosticId = keyof typeof diagnostics;

/** One that was found. */
export interface Diagnostic {
  readonly id: DiagnosticId;
  /** What happened this time, and where. */
  readonly message: string;
}

/**
 * The diagnostics that end a run: all, none, or those that are named.
 * @throws SimulatorError ERR_MVSIM_UNKNOWN_DIAGNOSTIC
 */
export function strictDiagnostics(strict: boolean | readonly DiagnosticId[]): ReadonlySet<string> {
  if (strict === false) return new Set();
  if (strict === true) return new Set(Object.keys(diagnostics));
  const unknown = strict.find((id) => !Object.hasOwn(diagnostics, id));
  if (unknown === undefined) return new Set(strict);
  throw new SimulatorError(
    "ERR_MVSIM_UNKNOWN_DIAGNOSTIC",
    `strict: there is no diagnostic ${unknown}: there are ${Object.keys(diagnostics).join(", ")}`,
  );
}

/** A diagnostic that ends the run. */
export function diagnosticFault({ id, message }: Diagnostic): FirmwareFaultError {
  return new FirmwareFaultError("ERR_MVSIM_DIAGNOSTIC", `${id}: ${message}`);
}
