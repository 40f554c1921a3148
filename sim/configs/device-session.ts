/**
 * The service's side of one device connection, whatever carries it: frames in, frames and a close out. The in-process
 * pipe and the WebSocket both put a session in front of the backend.
 *
 *     awaitingHello ──hello──▶ authenticating ──good token──▶ welcomed ──▶ ended
 *
 * Whatever breaks the protocol ends the session, in any phase, with a close code (`host/wire/close-codes.ts`).
 */

import { type CloseCodeName, closeCodes, WireError } from "../../host/wire/close-codes.ts";
import { wireLimits } from "../../host/wire/limits.ts";
import { configFetchChannelType, decodeFrame, encodeFrame, type Frame } from "../../host/wire/protocol.ts";
import { answerConfigFetch } from "./config-fetch.ts";
import type { ConnectedDevice, DeviceBackend, Presence } from "./device-backend.ts";
import { TurnedAway } from "./failed-attempts.ts";

/** What carries the session's frames to the device. */
export interface SessionPeer {
  /** Where the device connects from; undefined within this process. */
  readonly address?: string | undefined;
  /** Whether an earlier connection of the device ends with this one. */
  readonly isExclusive?: boolean;
  send(frame: Uint8Array): void;
  /** The session has ended by itself; the connection is to be closed like this. Nothing is sent afterwards. */
  close(code: number, reason: string): void;
  /** The device has shown a good token; its welcome follows. */
  accepted?(device: ConnectedDevice): void;
}

export interface DeviceSession {
  /** Takes one frame, whatever its bytes are. After the end it does nothing. */
  receive(frame: Uint8Array): void;
  /** Ends the session from the service's side. */
  close(code: CloseCodeName, reason: string): void;
  /** The connection is gone. */
  disconnected(): void;
}

type State =
  | { readonly phase: "awaitingHello" | "authenticating" | "ended" }
  | { readonly phase: "welcomed"; readonly device: ConnectedDevice };

/** `forgotten`: closed, but the backend still works on its request. */
type ChannelPhase = "open" | "fetching" | "answered" | "forgotten";

const logDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function createDeviceSession(backend: DeviceBackend, peer: SessionPeer): DeviceSession {
  let state: State = { phase: "awaitingHello" };
  let presence: Presence | undefined;
  let tokenChanged = false;
  /** What the device was told last, or is to be told with its welcome. */
  let loggingEnabled: boolean | undefined;
  let highestChannel = 0;
  const channels = new Map<number, ChannelPhase>();

  function step(frame: Frame): void {
    if (state.phase === "awaitingHello") {
      if (frame.type !== "hello") throw outOfOrder(`${frame.type} before hello`);
      void authenticate(frame);
    } else if (state.phase === "welcomed") {
      whenWelcomed(frame, state.device);
    } else {
      throw outOfOrder(`${frame.type} before the welcome`);
    }
  }

  function whenWelcomed(frame: Frame, device: ConnectedDevice): void {
    switch (frame.type) {
      case "open":
        return openChannel(frame, device);
      case "data":
        return receiveData(frame.channel, frame.bytes, device);
      case "close":
        if (frame.reason !== "closedByApplication") throw outOfOrder(`${frame.reason} comes from the service only`);
        return forgetChannel(frame.channel);
      case "log":
        return backend.receiveLog(device, logDecoder.decode(frame.bytes));
      case "ping":
        return send({ type: "pong", nonce: frame.nonce });
      case "hello":
        throw outOfOrder("a second hello");
      default:
        throw outOfOrder(`${frame.type} comes from the service only`);
    }
  }

  async function authenticate(hello: Frame & { type: "hello" }): Promise<void> {
    const { deviceSid, token, clock } = hello;
    state = { phase: "authenticating" };
    presence = backend.enter?.(deviceSid, {
      isExclusive: peer.isExclusive ?? false,
      recheck,
      replace,
      restart,
      setLogging,
    });
    let device: ConnectedDevice | undefined;
    try {
      do {
        tokenChanged = false;
        device = await backend.authenticateDevice(deviceSid, token, { clock, address: peer.address });
      } while (tokenChanged && !isEnded());
    } catch (error) {
      if (error instanceof TurnedAway) return close("rateLimited", error.message);
      return close("serviceFailed", "the service could not check the token");
    }
    if (isEnded()) return;
    if (!device) return close("tokenRefused", `the token is not good for device ${deviceSid}`);
    state = { phase: "welcomed", device };
    peer.accepted?.(device);
    presence?.welcomed();
    // It may have been switched since the record was read.
    loggingEnabled ??= device.loggingEnabled;
    send({ type: "welcome", serverTime: backend.now(), loggingEnabled });
  }

  /** The device's token was rotated or revoked, now or a moment ago. */
  async function recheck(): Promise<void> {
    tokenChanged = true;
    if (state.phase === "welcomed") await assertStillGood(state.device);
  }

  async function assertStillGood(device: ConnectedDevice): Promise<void> {
    try {
      if ((await backend.isStillGood?.(device)) === false) {
        close("tokenRefused", "the device's token was rotated or revoked");
      }
    } catch {
      // Not trusted while it can't be asked: the device comes again.
      close("serviceFailed", "the service could not check the token");
    }
  }

  function restart(): boolean {
    if (state.phase !== "welcomed") return false;
    send({ type: "restart" });
    return true;
  }

  function setLogging(enabled: boolean): boolean {
    const isWelcomed = state.phase === "welcomed";
    if (isWelcomed && loggingEnabled !== enabled) send({ type: "logging", enabled });
    loggingEnabled = enabled;
    return isWelcomed;
  }

  function replace(): void {
    close("replaced", "the device has connected again");
  }

  function isEnded(): boolean {
    return state.phase === "ended";
  }

  function openChannel({ channel, channelType, firstData }: Frame & { type: "open" }, device: ConnectedDevice): void {
    if (channel <= highestChannel) throw outOfOrder(`open of channel ${channel} after ${highestChannel}`);
    if (channels.size >= wireLimits.openChannels) {
      throw new WireError("tooManyChannels", `more than ${wireLimits.openChannels} channels`);
    }
    highestChannel = channel;
    if (channelType !== configFetchChannelType) return reset(channel);
    channels.set(channel, "open");
    if (firstData) receiveData(channel, firstData, device);
  }

  function receiveData(channel: number, bytes: Uint8Array, device: ConnectedDevice): void {
    switch (phaseOf(channel)) {
      case "open":
        channels.set(channel, "fetching");
        void answer(channel, bytes, device);
        return;
      case "fetching":
      case "answered":
        return reset(channel);
    }
  }

  async function answer(channel: number, request: Uint8Array, device: ConnectedDevice): Promise<void> {
    if (device.clock === "real" && (await backend.mayFetch?.(device)) === false) return refuseFetch(channel);
    // The backend promises not to reject; if it does, or answers with what can't be sent, this channel alone suffers.
    const response = await answerConfigFetch(backend, device, request).catch(() => undefined);
    const phase = channels.get(channel);
    channels.delete(channel);
    if (phase !== "fetching") return;
    if (!response) return send({ type: "close", channel, reason: "resetByServer" });
    channels.set(channel, "answered");
    send({ type: "data", channel, bytes: response });
  }

  /** The device asks too often. */
  function refuseFetch(channel: number): void {
    const phase = channels.get(channel);
    channels.delete(channel);
    if (phase === "fetching") send({ type: "close", channel, reason: "closedByServer" });
  }

  function reset(channel: number): void {
    forgetChannel(channel);
    send({ type: "close", channel, reason: "resetByServer" });
  }

  function forgetChannel(channel: number): void {
    const phase = phaseOf(channel);
    if (phase === "fetching") channels.set(channel, "forgotten");
    else if (phase !== "forgotten") channels.delete(channel);
  }

  /** Undefined for a closed channel: what the device sent before it heard of the close is dropped. */
  function phaseOf(channel: number): ChannelPhase | undefined {
    if (channel > highestChannel) throw outOfOrder(`channel ${channel} was never opened`);
    return channels.get(channel);
  }

  function send(frame: Frame): void {
    if (state.phase === "welcomed") peer.send(encodeFrame(frame));
  }

  function end(code: number, reason: string): void {
    if (state.phase === "ended") return;
    state = { phase: "ended" };
    presence?.leave();
    peer.close(code, reason);
  }

  function close(code: CloseCodeName, reason: string): void {
    end(closeCodes[code], reason);
  }

  return {
    receive(bytes) {
      if (state.phase === "ended") return;
      try {
        step(decodeFrame(bytes));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        end(error.closeCode, error.message);
      }
    },
    close,
    disconnected() {
      state = { phase: "ended" };
      presence?.leave();
    },
  };
}

function outOfOrder(message: string): WireError {
  return new WireError("outOfOrderFrame", message);
}
