/**
 * The kernel's whole state as plain data, and the text form in which any plain state can be kept: JSON, with byte
 * arrays as base64.
 */

import type { MemberOf, Status } from "../abi/enums.ts";
import type { SyscallName } from "../abi/syscalls.ts";
import type { NetworkModel } from "./network-model.ts";

export interface CentreState {
  readonly handle: number;
  readonly irq: number;
  readonly buffer: number;
  readonly bufferBytes: number;
  /** The slot of the ring that the next record goes to. */
  slot: number;
  /** Records written since the centre's handler was last entered. */
  unseen: number;
  /** No record before this moment (cycles). */
  earliest: number;
  /** Records to come, by the moment at which they may be written. */
  pending: PendingRecord[];
}

export interface PendingRecord {
  readonly at: number;
  readonly type: number;
  readonly tag: number;
  /** The handle of the network request or channel that it reports on. */
  readonly source: number;
}

export interface NetworkRequestState {
  readonly handle: number;
  readonly centre: number;
  readonly tag: number;
}

export interface SystemNotificationState {
  readonly handle: number;
  readonly centre: number;
  readonly tag: number;
  readonly source: MemberOf<"MvSystemNotificationSource">;
}

export interface ExternalFlashHandleState {
  readonly handle: number;
}

export interface NetworkState {
  requests: NetworkRequestState[];
  status: "DELIBERATELYOFFLINE" | "CONNECTED" | "CONNECTING" | "DISCONNECTEDWITHLINKUP";
  everRequested: boolean;
  /** Failed or lost connections since the last one that held. */
  failures: number;
  /** When the modelled link is free again (cycles). */
  uplinkFreeAt: number;
  downlinkFreeAt: number;
}

/** What a test makes of the modelled network. */
export interface WeatherState {
  /** There is no radio link: every attempt to connect fails. */
  down: boolean;
  /** What is otherwise than the device's options say. */
  model: Partial<NetworkModel>;
  /** No answer of the service arrives before this moment (cycles). */
  silentUntil: number;
}

/** What stands between the kernel and the service. Bytes that came from outside wait here. */
export interface LinkState {
  phase: "idle" | "opening" | "welcomed" | "closed";
  /** Whether the service ever welcomed this device. */
  everWelcomed: boolean;
  /** What the last welcome said. The kernel knows it once it is connected. */
  loggingEnabled: boolean;
  /** By the real clock: the service's time as it was last told, in milliseconds since 1970; 0 once it was taken over. */
  serverTime: number;
  closeCode: number;
  closeReason: string;
  inbox: InboxItem[];
}

export type InboxItem =
  | { readonly type: "data"; readonly channel: number; readonly bytes: Uint8Array }
  | { readonly type: "close"; readonly channel: number; readonly reason: ChannelDeath };

/** Why a channel died by itself: a short name of MvClosureReason. */
export type ChannelDeath =
  | "CHANNELCLOSEDBYSERVER"
  | "CHANNELRESETBYSERVER"
  | "NETWORKDISCONNECTED"
  | "CONNECTIONTERMINATED"
  | "UNEXPECTEDLYTERMINATED";

export interface ChannelState {
  readonly handle: number;
  /** Its number on the wire; 0 as long as the service has not heard of it. */
  number: number;
  readonly centre: number;
  readonly tag: number;
  readonly receiveBuffer: number;
  readonly receiveBytes: number;
  readonly sendBuffer: number;
  readonly sendBytes: number;
  /** Set when it died by itself. */
  death: ChannelDeath | "";
  /** Whether the service knows it. */
  opened: boolean;
  /** The MvConfigKeyFetchStore of each item asked for; empty before the request. */
  requestedStores: number[];
  /** `lost`: no answer came within the limit in real time. */
  reply: "none" | "awaited" | "lost" | "received";
  /** The request's bytes while its answer is awaited: a restored device sends them again. */
  request: Uint8Array | null;
  /** Bytes of the response in the receive buffer, or -1 when it did not fit. */
  responseBytes: number;
  /** Of the response as the kernel wrote it; -1 without one, and once it was found changed. */
  responseSum: number;
}

export interface LogState {
  readonly buffer: number;
  readonly bufferBytes: number;
  /** Where the oldest queued message starts in the ring. */
  head: number;
  /** Bytes of each queued message, oldest first. */
  lengths: number[];
}

/** What a call answers instead of doing anything. */
export interface InjectedAnswer {
  readonly call: SyscallName;
  readonly status: Status;
  /** How many calls of it are still to answer this; null: all. */
  times: number | null;
  /** How many go through beforehand. */
  skip: number;
}

export interface KernelState {
  /** What this boot came from. */
  wakeReason: MemberOf<"MvWakeReason">;
  /** When this boot began (cycles). */
  bootedAt: number;
  wallTimeSet: boolean;
  /** What the wall time is ahead of epoch and time since power-on (microseconds): not 0 by the real clock only. */
  wallTimeCorrection: number;
  /** The service's word on the device's logging; unknown before the first connection. */
  logging: "unknown" | "enabled" | "disabled";
  /** When each handle was given (cycles), oldest first; those that are gone are forgotten at the next one. */
  handleTimes: { readonly handle: number; readonly at: number }[];
  centres: CentreState[];
  network: NetworkState;
  weather: WeatherState;
  link: LinkState;
  channels: ChannelState[];
  nextChannelNumber: number;
  /** The last closed channels, oldest first. */
  closedChannels: { readonly handle: number; readonly reason: ChannelDeath | "CLOSEDBYAPPLICATION" }[];
  /** When the latest channels were opened (cycles). */
  channelOpens: number[];
  log: LogState | null;
  testLog: LogState | null;
  systemNotifications: SystemNotificationState[];
  /** An update waits for the restart that applies it. */
  updateDownloaded: boolean;
  externalFlashHandles: ExternalFlashHandleState[];
  /** Peripheral registers that the application changed, by address. */
  registers: Record<string, number>;
  systemLed: boolean;
  /** Oldest first. */
  injectedAnswers: InjectedAnswer[];
}

export function createKernelState(wakeReason: MemberOf<"MvWakeReason"> = "COLDBOOT", bootedAt = 0): KernelState {
  return {
    wakeReason,
    bootedAt,
    wallTimeSet: false,
    wallTimeCorrection: 0,
    logging: "unknown",
    handleTimes: [],
    centres: [],
    network: {
      requests: [],
      status: "DELIBERATELYOFFLINE",
      everRequested: false,
      failures: 0,
      uplinkFreeAt: 0,
      downlinkFreeAt: 0,
    },
    weather: { down: false, model: {}, silentUntil: 0 },
    link: {
      phase: "idle",
      everWelcomed: false,
      loggingEnabled: false,
      serverTime: 0,
      closeCode: 0,
      closeReason: "",
      inbox: [],
    },
    channels: [],
    nextChannelNumber: 1,
    closedChannels: [],
    channelOpens: [],
    log: null,
    testLog: null,
    systemNotifications: [],
    updateDownloaded: false,
    externalFlashHandles: [],
    registers: {},
    systemLed: true,
    injectedAnswers: [],
  };
}

/**
 * After a reset: everything anew, but what the wall clock and the link have seen since power-on, an update that was not
 * applied, and what is a test's and not the firmware's.
 */
export function rebootKernelState(
  { wallTimeSet, wallTimeCorrection, link, updateDownloaded, weather, injectedAnswers }: KernelState,
  wakeReason: MemberOf<"MvWakeReason">,
  bootedAt: number,
): KernelState {
  const anew = createKernelState(wakeReason, bootedAt);
  return {
    ...anew,
    wallTimeSet,
    wallTimeCorrection,
    link: { ...anew.link, everWelcomed: link.everWelcomed },
    updateDownloaded: updateDownloaded && wakeReason !== "APPLICATIONUPDATE",
    weather,
    injectedAnswers,
  };
}
