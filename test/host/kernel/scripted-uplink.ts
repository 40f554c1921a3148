import type { Uplink, UplinkListener } from "../../../host/kernel/ports.ts";
import { closeCodes } from "../../../host/wire/close-codes.ts";
import { decodeRequest, encodeResponse, type FetchResponseItem } from "../../../host/wire/config-fetch.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../../host/wire/protocol.ts";

/** An uplink whose other end is the test: it sees what the device sends, and says what the service would. */
export interface ScriptedUplink extends Uplink {
  /** Every frame of the device, decoded, over all connections. */
  readonly sent: Frame[];
  /** How often the device began to connect. */
  opens: number;
  /** What happens to a new connection. */
  onConnect: "welcome" | "silence" | "refuse" | "unreachable";
  loggingEnabled: boolean;
  /** Whether a request is answered by itself, each item with OK and its key as the value. */
  answers: boolean;
  say(frame: Frame): void;
  sayBytes(bytes: Uint8Array): void;
  cut(code?: number, reason?: string): void;
  readonly isOpen: boolean;
}

export function scriptedUplink(changes: Partial<ScriptedUplink> = {}): ScriptedUplink {
  let listener: UplinkListener | undefined;
  const later = (action: (to: UplinkListener) => void): void => {
    const to = listener;
    queueMicrotask(() => to && to === listener && action(to));
  };
  const uplink: ScriptedUplink = {
    sent: [],
    opens: 0,
    onConnect: "welcome",
    loggingEnabled: true,
    answers: true,
    open(next) {
      listener = next;
      uplink.opens++;
      if (uplink.onConnect === "unreachable") later(() => uplink.cut());
      else later((to) => to.onOpen());
    },
    send(bytes) {
      const frame = decodeFrame(bytes);
      uplink.sent.push(frame);
      if (frame.type === "hello") greet();
      const request = frame.type === "open" ? frame.firstData : frame.type === "data" ? frame.bytes : undefined;
      if (!request || !uplink.answers || !("channel" in frame)) return;
      later(() => uplink.say({ type: "data", channel: frame.channel, bytes: echo(request) }));
    },
    close() {
      listener = undefined;
    },
    say: (frame) => uplink.sayBytes(encodeFrame(frame)),
    sayBytes: (bytes) => listener?.onFrame(bytes),
    cut(code = 1006, reason = "the connection is gone") {
      const to = listener;
      listener = undefined;
      to?.onClose(code, reason);
    },
    get isOpen() {
      return listener !== undefined;
    },
  };
  function greet(): void {
    if (uplink.onConnect === "refuse") later(() => uplink.cut(closeCodes.tokenRefused, "the token is not good"));
    else if (uplink.onConnect === "welcome") {
      later(() => uplink.say({ type: "welcome", serverTime: 1, loggingEnabled: uplink.loggingEnabled }));
    }
  }
  return Object.assign(uplink, changes);
}

function echo(request: Uint8Array): Uint8Array {
  return responseOf((decodeRequest(request) ?? []).map(({ key }) => ({ result: 0, value: key })));
}

export function responseOf(items: readonly FetchResponseItem[]): Uint8Array {
  return encodeResponse(items);
}
