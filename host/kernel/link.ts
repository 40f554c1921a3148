/**
 * Between the kernel and the uplink: says hello, takes the welcome, and puts what arrives into the inbox, where it
 * waits until modelled time comes to it. Nothing here is in the trace: it is the transport's.
 */

import { connectionLost, WireError } from "../wire/close-codes.ts";
import { decodeFrame, encodeFrame, type Frame, protocolVersion } from "../wire/protocol.ts";
import type { Kernel, Uplink } from "./ports.ts";
import type { InboxItem } from "./state.ts";

/** Starts to connect. */
export function openLink(kernel: Kernel, uplink: Uplink): void {
  const { link } = kernel.state;
  link.phase = "opening";
  link.inbox = [];
  uplink.open({
    onOpen: () => sayHello(kernel),
    onFrame: (bytes) => {
      receive(kernel, bytes);
      kernel.activity();
    },
    onClose: (code, reason) => {
      markClosed(kernel, code, reason);
      kernel.activity();
    },
  });
}

export function closeLink(kernel: Kernel): void {
  const { link } = kernel.state;
  if (link.phase !== "closed") kernel.uplink?.close();
  link.phase = "idle";
  link.inbox = [];
}

/** Sends a frame, if the connection stands; what is sent into a broken one is lost as on the device. */
export function sendFrame(kernel: Kernel, frame: Frame): void {
  if (kernel.state.link.phase === "welcomed") kernel.uplink?.send(encodeFrame(frame));
}

/** Gives up on a service that does not answer. */
export function abandonLink(kernel: Kernel, reason: string): void {
  kernel.uplink?.close();
  markClosed(kernel, connectionLost, reason);
}

function markClosed(kernel: Kernel, code: number, reason: string): void {
  const { link } = kernel.state;
  link.phase = "closed";
  link.closeCode = code;
  link.closeReason = reason;
}

function sayHello(kernel: Kernel): void {
  const { deviceSid, token, clock } = kernel.settings;
  kernel.uplink?.send(encodeFrame({ type: "hello", protocolVersion, deviceSid, token, clock }));
}

function receive(kernel: Kernel, bytes: Uint8Array): void {
  try {
    accept(kernel, decodeFrame(bytes));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    abandonLink(kernel, `the service broke the protocol: ${error.message}`);
  }
}

/** @throws WireError when the frame may not come now, or not in this direction */
function accept(kernel: Kernel, frame: Frame): void {
  const { state, settings } = kernel;
  const { link, nextChannelNumber } = state;
  if ("channel" in frame && frame.channel >= nextChannelNumber) {
    throw new WireError("outOfOrderFrame", `channel ${frame.channel} was never opened`);
  }
  if ((frame.type === "welcome") !== (link.phase === "opening")) {
    throw new WireError(
      "outOfOrderFrame",
      `${frame.type} ${link.phase === "opening" ? "before" : "after"} the welcome`,
    );
  }
  switch (frame.type) {
    case "welcome":
      link.phase = "welcomed";
      link.everWelcomed = true;
      link.loggingEnabled = frame.loggingEnabled;
      if (settings.clock === "real") link.serverTime = frame.serverTime;
      break;
    case "data":
      link.inbox.push({ type: "data", channel: frame.channel, bytes: frame.bytes });
      break;
    case "close": {
      const reason = frame.reason === "resetByServer" ? "CHANNELRESETBYSERVER" : "CHANNELCLOSEDBYSERVER";
      link.inbox.push({ type: "close", channel: frame.channel, reason });
      break;
    }
    case "pong":
      break;
    case "restart":
      kernel.input("restart", null);
      break;
    case "logging":
      kernel.input("logging", { enabled: frame.enabled });
      break;
    default:
      throw new WireError("outOfOrderFrame", `${frame.type} comes from a device only`);
  }
}

/** Takes the first thing that arrived for a channel out of the inbox. */
export function takeFromInbox({ state }: Kernel, channel: number): InboxItem | undefined {
  const { inbox } = state.link;
  const index = inbox.findIndex((item) => item.channel === channel);
  return index < 0 ? undefined : inbox.splice(index, 1)[0];
}
