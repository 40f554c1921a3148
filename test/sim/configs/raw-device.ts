import { once } from "node:events";
import { WebSocket } from "ws";
import { closeCodes } from "../../../host/wire/close-codes.ts";
import { decodeFrame, encodeFrame, type Frame, subprotocol } from "../../../host/wire/protocol.ts";
import { helloBytes } from "./frames.ts";

/** A device that sends what a test wants, protocol or not. */
export interface RawDevice {
  readonly socket: WebSocket;
  /** Sends a frame, or bytes, or a text message. */
  send(...messages: (Frame | Uint8Array | string)[]): void;
  /** The next frame that the service sends. */
  next(): Promise<Frame>;
  /** How the connection was closed: the name of our code, or WebSocket's code, and the reason. */
  readonly closed: Promise<{ code: string | number; reason: string }>;
}

export async function rawDevice(url: string, headers: Record<string, string> = {}): Promise<RawDevice> {
  const socket = new WebSocket(url, subprotocol, { headers });
  const frames: Frame[] = [];
  const waiting: ((frame: Frame) => void)[] = [];
  socket.on("message", (data) => {
    const frame = decodeFrame(data as Buffer);
    const take = waiting.shift();
    if (take) take(frame);
    else frames.push(frame);
  });
  const closed = new Promise<{ code: string | number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => {
      const name = Object.entries(closeCodes).find(([, value]) => value === code)?.[0];
      resolve({ code: name ?? code, reason: reason.toString() });
    });
  });
  await once(socket, "open");
  // Later errors, such as a reset, show in how the connection was closed.
  socket.on("error", () => {});
  return {
    socket,
    closed,
    send(...messages) {
      for (const message of messages) {
        const isFrame = typeof message === "object" && !(message instanceof Uint8Array);
        socket.send(isFrame ? encodeFrame(message) : message);
      }
    },
    next() {
      const frame = frames.shift();
      return frame ? Promise.resolve(frame) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** A device that was welcomed. */
export async function welcomedDevice(url: string, changes: Parameters<typeof helloBytes>[0] = {}): Promise<RawDevice> {
  const device = await rawDevice(url);
  device.send(helloBytes(changes));
  const welcome = await device.next();
  if (welcome.type !== "welcome") throw new Error(`${welcome.type} in place of the welcome`);
  return device;
}
