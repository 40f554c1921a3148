/** Rate limits of accounts and devices, and what wrong credentials cost, through a server. */

import { describe, expect, it } from "vitest";
import { createFailedAttempts } from "../../../sim/configs/failed-attempts.ts";
import { type Activity, deriveDeviceToken, generateAccount } from "../../../sim/configs/index.ts";
import { createRateLimits } from "../../../sim/configs/rate-limits.ts";
import { openFrame, readResponse, requestFor } from "./frames.ts";
import { type RawDevice, rawDevice, welcomedDevice } from "./raw-device.ts";
import { someDeviceSid } from "./rest/created-device.ts";
import { basic, send, serveForTest } from "./served-service.ts";

const second = 1000;

describe("the rate limit of an account", () => {
  it("is a 429 that says when to come again, and another account's requests go on", async () => {
    const served = await serveForTest({ rateLimits: { requestsPerSecond: 3 } });
    const refusals: Activity[] = [];
    served.service.onActivity((activity) => activity.kind === "rateRefusal" && refusals.push(activity));
    const answers = await Promise.all(Array.from({ length: 12 }, () => served.send("GET", "/v1/Configs")));
    const refused = answers.filter(({ status }) => status !== 200);
    // Twelve at once lie in two windows at most.
    expect(refused.length).toBeGreaterThanOrEqual(6);
    for (const { status, headers, json } of refused) {
      expect([status, headers["retry-after"], json.code]).toEqual([429, "1", 20429]);
    }
    expect(refusals).toHaveLength(refused.length);
    expect((await served.send("GET", "/v1/Configs", { as: served.otherAccount })).status).toBe(200);
    await expect.poll(async () => (await served.send("GET", "/v1/Configs")).status, { timeout: 5 * second }).toBe(200);
  });
});

describe("the rate limits of a device", () => {
  const rateLimits = { fetchesPerMinute: 2, logsPerMinute: 2, connectionsPerMinute: 2 };

  async function start() {
    const served = await serveForTest({ rateLimits });
    const token = deriveDeviceToken(served.account);
    await served.service.put({ accountSid: served.account.sid, store: "config" }, "k", "v");
    const hello = (clock: "real" | "virtual", deviceSid = someDeviceSid()) => ({ deviceSid, token, clock });
    return { ...served, hello, url: served.server.deviceUrl };
  }

  async function fetchTimes(device: RawDevice, times: number) {
    const answers = [];
    for (let channel = 1; channel <= times; channel++) {
      device.send(openFrame(channel, requestFor("k")));
      const frame = await device.next();
      answers.push(frame.type === "data" ? readResponse(frame.bytes)[0] : frame);
    }
    return answers;
  }

  it("close the channel of a fetch in place of its answer, and leave the connection", async () => {
    const { url, hello } = await start();
    const device = await welcomedDevice(url, hello("real"));
    const refusal = { type: "close", channel: 3, reason: "closedByServer" };
    expect(await fetchTimes(device, 3)).toEqual(["v", "v", refusal]);
    device.send({ type: "ping", nonce: 1 });
    expect(await device.next()).toEqual({ type: "pong", nonce: 1 });
    expect(await fetchTimes(await welcomedDevice(url, hello("real")), 1)).toEqual(["v"]);
  });

  it("drop log messages above", async () => {
    const { url, hello, service } = await start();
    const logs: string[] = [];
    service.onLog(({ text }) => logs.push(text));
    const device = await welcomedDevice(url, hello("real"));
    for (const text of ["1", "2", "3", "4"]) device.send({ type: "log", bytes: Buffer.from(text) });
    device.send({ type: "ping", nonce: 1 });
    await device.next();
    expect(logs).toEqual(["1", "2"]);
  });

  it("refuse a device that connects too often, with a code of their own", async () => {
    const { url, hello } = await start();
    const sid = someDeviceSid();
    for (let n = 0; n < 2; n++) await welcomedDevice(url, hello("real", sid));
    const third = await rawDevice(url);
    third.send({ type: "hello", protocolVersion: 1, ...hello("real", sid) });
    expect(await third.closed).toEqual({
      code: "rateLimited",
      reason: expect.stringMatching(/^too many attempts; again in \d+ s$/),
    });
  });

  it("do not act in virtual time, where an hour of polling takes a second", async () => {
    const { url, hello, service } = await start();
    const sid = someDeviceSid();
    let logs = 0;
    service.onLog(() => logs++);
    for (let n = 0; n < 3; n++) {
      const device = await welcomedDevice(url, hello("virtual", sid));
      expect(await fetchTimes(device, 3)).toEqual(["v", "v", "v"]);
      device.send({ type: "log", bytes: Buffer.from("x") });
      device.send({ type: "ping", nonce: 1 });
      await device.next();
    }
    expect(logs).toBe(3);
  });
});

describe("wrong credentials", () => {
  it("close their address's way in for a while, but not to what was good before", async () => {
    const served = await serveForTest({ rateLimits: { failuresPerMinute: 3 } });
    const { account, otherAccount, server } = served;
    expect((await served.send("GET", "/v1/Configs")).status).toBe(200);
    const wrong = { ...account, authToken: "guess" };
    const statuses = [];
    for (let n = 0; n < 5; n++) statuses.push((await served.send("GET", "/v1/Configs", { as: wrong })).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const refused = await served.send("GET", "/v1/Configs", { as: generateAccount() });
    expect([refused.status, refused.json.code]).toEqual([429, 20429]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await served.send("GET", "/v1/Configs")).status).toBe(200);
    // Right, but never shown before: from this address it must wait.
    expect((await send(server.url, "GET", "/v1/Configs", { authorization: basic(otherAccount) })).status).toBe(429);
  });

  it("of devices count too, and close the connection as rate limited", async () => {
    const { server } = await serveForTest({ rateLimits: { failuresPerMinute: 2 } });
    const codes = [];
    for (let n = 0; n < 3; n++) {
      const device = await rawDevice(server.deviceUrl);
      device.send({ type: "hello", protocolVersion: 1, deviceSid: someDeviceSid(), token: "guess", clock: "virtual" });
      codes.push((await device.closed).code);
    }
    expect(codes).toEqual(["tokenRefused", "tokenRefused", "rateLimited"]);
  });

  it("of one IPv6 network count together, however its addresses are chosen", async () => {
    const attempts = createFailedAttempts(createRateLimits({ failuresPerMinute: 2 }).failures);
    const guess = (address: string, sid: string) =>
      attempts.check({ sid, shown: Buffer.from("guess"), address }, async () => undefined);
    await guess("2001:db8:0:7::1", "AC1");
    await guess("2001:db8:0:7:ffff:1:2:3", "AC2");
    await expect(guess("2001:db8:0:7::9", "AC3")).rejects.toMatchObject({ name: "TurnedAway" });
    expect(await guess("2001:db8:0:8::1", "AC4")).toBeUndefined();
    expect(await guess("::1", "AC5")).toBeUndefined();
    expect(await guess("::ffff:192.0.2.1", "AC6")).toBeUndefined();
  });

  it("from many addresses slow an account down, and lock nobody out", async () => {
    const attempts = createFailedAttempts(createRateLimits({ failuresPerMinute: 2 }).failures);
    const good = { sid: "AC1", shown: Buffer.from("good") };
    const check = (shown: Buffer, address: string) =>
      attempts.check({ sid: "AC1", shown, address }, async () => (shown.equals(good.shown) ? "in" : undefined));
    const milliseconds = async (work: Promise<unknown>) => {
      const begin = performance.now();
      await work;
      return performance.now() - begin;
    };
    expect(await check(good.shown, "owner")).toBe("in");
    for (const address of ["a", "b"]) expect(await check(Buffer.from("guess"), address)).toBeUndefined();
    expect(await milliseconds(check(Buffer.from("guess"), "c"))).toBeGreaterThan(900);
    expect(await milliseconds(check(good.shown, "anywhere"))).toBeLessThan(500);
  });
});
