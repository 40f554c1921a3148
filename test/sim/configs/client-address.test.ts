/** Whose address counts behind proxies, and that it is the one by which guessing is slowed down. */

import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { createClientAddress } from "../../../sim/configs/client-address.ts";
import { createConfigsService, createMemoryStore, serveConfigs } from "../../../sim/configs/index.ts";
import { rawDevice } from "./raw-device.ts";
import { someDeviceSid } from "./rest/created-device.ts";
import { serveForTest } from "./served-service.ts";

const proxies = ["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "::1"];
const invalidProxy = { code: "ERR_MVSIM_INVALID_PROXY" };

function addressOf(trusted: readonly string[], remoteAddress: string, forwardedFor?: string): string | undefined {
  const headers = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
  return createClientAddress(trusted)({ headers, socket: { remoteAddress } as IncomingMessage["socket"] });
}

describe("the address of a client", () => {
  it.each<[string, string | undefined, string]>([
    ["203.0.113.1", "198.51.100.1", "203.0.113.1"],
    ["10.1.2.3", "198.51.100.1", "198.51.100.1"],
    ["192.0.2.7", "198.51.100.1", "198.51.100.1"],
    ["192.0.2.8", "198.51.100.1", "192.0.2.8"],
    ["::1", "198.51.100.1", "198.51.100.1"],
    ["2001:db8:7::1", "2001:db9::1", "2001:db9::1"],
    // IPv4 on a socket that takes both.
    ["::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1"],
    // What the client wrote itself stands in front.
    ["10.1.2.3", "127.0.0.1, 198.51.100.1", "198.51.100.1"],
    ["10.1.2.3", "10.9.9.9,198.51.100.1 ,  10.0.0.2", "198.51.100.1"],
    ["10.1.2.3", "203.0.113.9, 10.0.0.3, 10.0.0.2", "203.0.113.9"],
    // A client of the proxies' own network.
    ["10.1.2.3", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["10.1.2.3", undefined, "10.1.2.3"],
    ["10.1.2.3", "", "10.1.2.3"],
    ["10.1.2.3", "198.51.100.1, unknown", "10.1.2.3"],
    ["10.1.2.3", "198.51.100.1, unknown, 10.0.0.2", "10.0.0.2"],
    ["10.1.2.3", "198.51.100.1, 10.0.0.2:x", "10.1.2.3"],
    ["10.1.2.3", "198.51.100.1:4711", "198.51.100.1"],
    ["10.1.2.3", "[2001:db9::1]:4711", "2001:db9::1"],
    ["10.1.2.3", "[2001:db9::1]", "2001:db9::1"],
    ["10.1.2.3", "[198.51.100.1]", "10.1.2.3"],
  ])("whose connection is from %s, forwarded for %j, is %s", (remote, forwardedFor, expected) => {
    expect(addressOf(proxies, remote, forwardedFor)).toBe(expected);
  });

  it("is that of the connection where no proxy is trusted", () => {
    expect(addressOf([], "127.0.0.1", "198.51.100.1")).toBe("127.0.0.1");
  });
});

describe("a trusted proxy", () => {
  it.each([
    "",
    "proxy.example",
    "10.0.0",
    "10.0.0.0/33",
    "10.0.0.0/",
    "::1/129",
    "10.0.0.1:80",
    "10.0.0.0/8,::1",
    "[::1]",
  ])("is not %j: the server does not start", async (text) => {
    const service = createConfigsService({ store: createMemoryStore(), accounts: [] });
    await expect(serveConfigs(service, { trustedProxies: [text] })).rejects.toMatchObject(invalidProxy);
  });

  it.each(["0.0.0.0/0", "::/0"])("is not everybody, %s", (text) => {
    expect(() => createClientAddress([text])).toThrow(/everybody/);
  });
});

describe("wrong credentials behind a proxy", () => {
  const guess = { authorization: `Basic ${Buffer.from(`AC${"0".repeat(32)}:guess`).toString("base64")}` };
  const hello = { type: "hello", protocolVersion: 1, token: "guess", clock: "virtual" } as const;
  const rateLimits = { failuresPerMinute: 2 };

  it("close the way in to the client that sent them, over REST and as a device, and not to others", async () => {
    const { server, send } = await serveForTest({ rateLimits }, { trustedProxies: ["127.0.0.1"] });
    const guessFrom = async (address: string) => {
      const headers = { ...guess, "x-forwarded-for": `203.0.113.99, ${address}` };
      return (await send("GET", "/v1/Configs", { headers })).status;
    };
    const connectFrom = async (address: string) => {
      const device = await rawDevice(server.deviceUrl, { "x-forwarded-for": address });
      device.send({ ...hello, deviceSid: someDeviceSid() });
      return (await device.closed).code;
    };
    expect(await guessFrom("198.51.100.1")).toBe(401);
    expect(await connectFrom("198.51.100.1")).toBe("tokenRefused");
    expect(await guessFrom("198.51.100.1")).toBe(429);
    expect(await connectFrom("198.51.100.1")).toBe("rateLimited");
    expect(await connectFrom("198.51.100.2")).toBe("tokenRefused");
    expect((await send("GET", "/v1/Configs", { headers: { "x-forwarded-for": "198.51.100.3" } })).status).toBe(200);
  });

  it("close the way in to all of its clients where it is not trusted, whatever they claim", async () => {
    const { send } = await serveForTest({ rateLimits }, { trustedProxies: ["192.0.2.7"] });
    const statuses = [];
    for (const address of ["198.51.100.1", "198.51.100.2", "198.51.100.3"]) {
      statuses.push((await send("GET", "/v1/Configs", { headers: { ...guess, "x-forwarded-for": address } })).status);
    }
    expect(statuses).toEqual([401, 401, 429]);
  });
});
