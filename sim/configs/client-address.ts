/**
 * Where a request comes from. Behind a proxy each connection is the proxy's, which says in X-Forwarded-For whose request
 * it passes on. Only proxies that are named are believed: the client is the last address there that is none of them.
 * What stands in front of it anybody may have written.
 *
 * Node's `BlockList` holds the networks; the way through the header is all that a library (proxy-addr) has beyond it,
 * and that would take what is no address for one.
 */

import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { SimulatorError } from "../../host/fault/fault.ts";

/** Answers undefined when the connection is gone. */
export type ClientAddress = (request: Pick<IncomingMessage, "headers" | "socket">) => string | undefined;

/**
 * @param trustedProxies addresses, and networks as `10.0.0.0/8`
 * @throws SimulatorError ERR_MVSIM_INVALID_PROXY
 */
export function createClientAddress(trustedProxies: readonly string[] = []): ClientAddress {
  if (trustedProxies.length === 0) return ({ socket }) => socket.remoteAddress;
  const trusted = new BlockList();
  for (const text of trustedProxies) trust(trusted, text);
  return ({ headers, socket }) => {
    const forwarded = `${headers["x-forwarded-for"] ?? ""}`.split(",");
    let address = socket.remoteAddress;
    while (address !== undefined && trusted.check(address, familyOf(address))) {
      const next = addressIn(forwarded.pop() ?? "");
      if (next === undefined) break;
      address = next;
    }
    return address;
  };
}

/** @throws SimulatorError ERR_MVSIM_INVALID_PROXY */
export function assertTrustedProxy(text: string): void {
  trust(new BlockList(), text);
}

function trust(trusted: BlockList, text: string): void {
  const [, address = "", bits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const mostBits = isIPv4(address) ? 32 : 128;
  if (isIP(address) === 0 || Number(bits) > mostBits) {
    throw invalid(
      `${JSON.stringify(text)} is no address and no network, as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32 are`,
    );
  }
  if (Number(bits) === 0) throw invalid(`${text} is everybody: any client could say that it is another`);
  if (bits === undefined) trusted.addAddress(address, familyOf(address));
  else trusted.addSubnet(address, Number(bits), familyOf(address));
}

/** Some proxies add the port. Undefined: no address. */
function addressIn(entry: string): string | undefined {
  const text = entry.trim();
  const [, inBrackets] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? [];
  if (inBrackets !== undefined) return isIPv6(inBrackets) ? inBrackets : undefined;
  if (isIP(text) !== 0) return text;
  const [, beforePort = ""] = /^([^:]*):\d+$/.exec(text) ?? [];
  return isIPv4(beforePort) ? beforePort : undefined;
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv4(address) ? "ipv4" : "ipv6";
}

function invalid(message: string): SimulatorError {
  return new SimulatorError("ERR_MVSIM_INVALID_PROXY", `A trusted proxy can't be read: ${message}.`);
}
