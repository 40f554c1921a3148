/**
 * The address of a service's device socket, checked before anything connects: the platforms' WebSocket classes each
 * have their own errors for a bad one.
 */

import { SimulatorError } from "../fault/fault.ts";

const form = /^wss?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?(?:[/?][^\s#]*)?$/i;

/** @throws SimulatorError when it is not a WebSocket URL, such as `ws://127.0.0.1:8080/device` */
export function checkServiceAddress(url: string): void {
  const match = form.exec(url);
  if (match && Number(match[1] ?? 0) <= 65_535) return;
  throw new SimulatorError(
    "ERR_MVSIM_SERVICE_ADDRESS",
    `"${url}" is not the address of a service. Give one such as ws://127.0.0.1:8080/device.`,
  );
}
