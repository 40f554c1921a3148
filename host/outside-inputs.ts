/**
 * Inputs from outside: what a person, a test or a replay does to the device, by name. Each is applied at a boundary and
 * stands in the trace as `outside` beforehand, with all that it takes to apply it again.
 */

import { SimulatorError } from "./fault/fault.ts";
import { answerDetail } from "./inputs/answer-detail.ts";
import { gpioDetail, loggingDetail, uartDetail } from "./inputs/device-details.ts";
import { closureDetail, networkDetail, silenceDetail, weatherDetail } from "./inputs/network-details.ts";
import { closeFromOutside } from "./kernel/channels.ts";
import { injectAnswer, takeBackAnswers } from "./kernel/injected-answers.ts";
import { switchLogging } from "./kernel/logging.ts";
import { dropRadioLink, restoreRadioLink } from "./kernel/network.ts";
import type { Kernel } from "./kernel/ports.ts";
import { checkIn, restartByServer } from "./kernel/power.ts";
import { downloadUpdate } from "./kernel/system-notifications.ts";
import type { McuPorts } from "./mcu/mcu.ts";
import type { PeripheralPorts } from "./mcu/peripherals/calls.ts";
import { drivePin } from "./mcu/peripherals/gpio.ts";
import { receiveBytes } from "./mcu/peripherals/uart.ts";
import { cyclesOf } from "./time/cycles.ts";
import type { TraceValue } from "./trace/events.ts";

/** An input that waits for the next boundary. */
export interface OutsideInput {
  readonly name: string;
  readonly detail: TraceValue;
}

/** What an input may act on. */
export interface OutsideParts {
  readonly kernel: Kernel;
  readonly mcu: McuPorts;
  readonly peripherals: PeripheralPorts;
}

interface InputKind {
  /** @throws SimulatorError when the detail is not one of this input */
  check(detail: TraceValue): void;
  apply(parts: OutsideParts, detail: TraceValue): void;
}

/** @param read checks the detail: throws SimulatorError ERR_MVSIM_INVALID_INPUT */
function input<Detail>(
  read: (detail: TraceValue) => Detail,
  apply: (parts: OutsideParts, detail: Detail) => void,
): InputKind {
  return { check: read, apply: (parts, detail) => apply(parts, read(detail)) };
}

const noDetail = (): void => {};

export const outsideInputs: Readonly<Record<string, InputKind>> = {
  /** An update has been downloaded; no detail (null). */
  update: input(noDetail, ({ kernel }) => downloadUpdate(kernel)),
  /** The server wants to hear of the device; ends a deep sleep. No detail (null). */
  "check-in": input(noDetail, ({ kernel, mcu }) => checkIn(kernel, mcu.costs.resetCycles)),
  /** The server restarts the application. No detail (null). */
  restart: input(noDetail, ({ kernel }) => restartByServer(kernel)),
  /** The server switches the device's logging: `{ enabled: false }`. */
  logging: input(loggingDetail, ({ kernel }, enabled) => switchLogging(kernel, enabled)),
  /** A pin is driven from outside, or let go: `{ pin: "PC13", level: 1 }`, level 0, 1 or null. */
  gpio: input(gpioDetail, ({ peripherals }, { pin, level }) => drivePin(peripherals, pin, level)),
  /** Bytes arrive at the UART: `{ bytes: "48690a" }`, in hex. */
  uart: input(uartDetail, ({ peripherals }, bytes) => receiveBytes(peripherals, bytes)),
  /**
   * Calls to come answer a status, and do nothing else: `{ call: "mvOpenChannel", status: "RATELIMITED", times: 2,
   * skip: 1 }`. Status null takes the call's answers back.
   */
  answer: input(answerDetail, ({ kernel: { state } }, answer) => {
    if (answer.status === null) takeBackAnswers(state, answer.call);
    else injectAnswer(state, answer);
  }),
  /** The radio link falls, or comes back: `{ state: "down", forMicroseconds: 5_000_000 }`, `{ state: "up" }`. */
  network: input(networkDetail, ({ kernel }, { state, forMicroseconds }) => {
    if (state === "down") dropRadioLink(kernel, forMicroseconds);
    else restoreRadioLink(kernel);
  }),
  /** Parts of the network model change: `{ roundTripMicroseconds: 900_000 }`; null: as the device's options say. */
  weather: input(weatherDetail, ({ kernel: { state } }, changes) => {
    state.weather.model = changes ? { ...state.weather.model, ...changes } : {};
  }),
  /** A channel dies: `{ reason: "CHANNELRESETBYSERVER" }` the newest one, with `channel: 2` that one. */
  closure: input(closureDetail, ({ kernel }, { reason, channel }) => closeFromOutside(kernel, reason, channel)),
  /** Answers of the service are held back: `{ forMicroseconds: 5_000_000 }`. */
  silence: input(silenceDetail, ({ kernel }, microseconds) => {
    kernel.state.weather.silentUntil = kernel.now() + cyclesOf(microseconds);
  }),
};

/** Applies what waits, oldest first. */
export function applyInputs(parts: OutsideParts, inputs: OutsideInput[]): void {
  // One that boots the device again does not come back: what waits behind it has its turn then.
  for (let input = inputs.shift(); input; input = inputs.shift()) {
    parts.mcu.trace?.({ kind: "outside", input: input.name, detail: input.detail });
    outsideInputs[input.name]?.apply(parts, input.detail);
  }
}

/** Is it an input that the device knows, with all that it takes? @throws SimulatorError that says what is missing */
export function checkInput(name: string, detail: TraceValue): void {
  if (!Object.hasOwn(outsideInputs, name)) {
    const known = Object.keys(outsideInputs).join(", ");
    throw new SimulatorError("ERR_MVSIM_UNKNOWN_INPUT", `there is no input ${name}: there are ${known}`);
  }
  outsideInputs[name]?.check(detail);
}
