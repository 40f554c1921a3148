/** Commands of operators reach real devices over real sockets, at whatever node, and the answer says whether. */

import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createDevice, type Device, type TraceEvent, webSocketUplink } from "../../../host/index.ts";
import { decodeFrame, type Frame } from "../../../host/wire/protocol.ts";
import { createDeviceSession } from "../../../sim/configs/device-session.ts";
import { deriveDeviceToken, generateAccount, openSealedSqliteStore } from "../../../sim/configs/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { helloBytes } from "./frames.ts";
import { welcomedDevice } from "./raw-device.ts";
import { someDeviceSid } from "./rest/created-device.ts";
import { form, type ServedService, serveForTest } from "./served-service.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Logs ten times a second, without an end. */
const source = `
import { clock, log, network, Outcome } from "microvisor-sim/firmware/sdk";
export { SysTick_Handler, TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";
export function main(): i32 {
  if (network.open() != Outcome.Ok) return 1;
  while (true) { log("tick"); clock.sleep(100); }
  return 0;
}`;

let ticker: Uint8Array;
beforeAll(async () => {
  ticker = await compileText(source);
}, 60_000);

const update = ({ send, account }: ServedService, sid: string, body: string) =>
  send("POST", `/v1/Devices/${sid}`, { as: account, headers: form, body });

async function online(served: ServedService, clock: "virtual" | "real") {
  const events: TraceEvent[] = [];
  const deviceSid = someDeviceSid();
  const device = await createDevice({
    firmware: ticker,
    uplink: webSocketUplink({ url: served.server.deviceUrl }),
    token: deriveDeviceToken(served.account),
    deviceSid,
    clock,
    timeLimitMicroseconds: 1e12,
    trace: (event) => events.push(event),
  });
  onTestFinished(() => void device.stop());
  await nextLog(device, "OKAY");
  return { device, deviceSid, events };
}

const nextLog = (device: Device, status: string) =>
  device.runUntil((event) => event.kind === "return" && event.name === "mvServerLog" && event.status === status);

async function twoNodes() {
  const file = join(temporaryFolder(), "configs.db");
  const account = generateAccount();
  const node = async () => {
    const stored = await openSealedSqliteStore(file);
    // Far longer than the file's notices take, on a busy machine too.
    const served = await serveForTest({ ...stored, accounts: [account], deliveryTimeoutMilliseconds: 30_000 });
    return { ...served, account };
  };
  return [await node(), await node()] as const;
}

describe.each(["virtual", "real"] as const)("a device on a %s clock", (clock) => {
  it("restarts its application and switches its logging when an operator says so", { timeout: 30_000 }, async () => {
    const served = await serveForTest();
    const { device, deviceSid } = await online(served, clock);
    const restarted = await update(served, deviceSid, "RestartApp=true");
    expect(restarted.headers["mvsim-delivered"]).toBe("true");
    const boot = await device.runUntil("boot");
    expect(boot).toMatchObject({ event: { wakeReason: "REMOTEAPPLICATIONRESTART" } });
    await nextLog(device, "OKAY");
    const off = await update(served, deviceSid, "LoggingEnabled=false");
    expect(off.headers["mvsim-delivered"]).toBe("true");
    await nextLog(device, "LOGGINGDISABLEDBYSERVER");
    const on = await update(served, deviceSid, "LoggingEnabled=true");
    expect(on.headers["mvsim-delivered"]).toBe("true");
    await nextLog(device, "OKAY");
  });

  it("hears it from another node on the same database", { timeout: 60_000 }, async () => {
    const [one, other] = await twoNodes();
    const { device, deviceSid } = await online(other, clock);
    const off = await update(one, deviceSid, "LoggingEnabled=false");
    expect(off.headers["mvsim-delivered"]).toBe("true");
    await nextLog(device, "LOGGINGDISABLEDBYSERVER");
    const both = await update(one, deviceSid, "LoggingEnabled=true&RestartApp=true");
    expect(both.headers["mvsim-delivered"]).toBe("true");
    await device.runUntil("boot");
    await nextLog(device, "OKAY");
  });
});

describe("Mvsim-Delivered", () => {
  it("is false for a device that is not connected, after the timeout where another node could have it", async () => {
    const memory = await serveForTest({ deliveryTimeoutMilliseconds: 1e9 });
    const stored = await openSealedSqliteStore(join(temporaryFolder(), "configs.db"));
    const sqlite = await serveForTest({ ...stored, deliveryTimeoutMilliseconds: 1 });
    for (const served of [memory, sqlite]) {
      const deviceSid = someDeviceSid();
      await served.send("POST", "/mvsim/Devices", { headers: form, body: `Sid=${deviceSid}` });
      for (const body of ["RestartApp=true", "LoggingEnabled=true", "LoggingEnabled=false&RestartApp=true"]) {
        const { status, headers } = await update(served, deviceSid, body);
        expect([body, status, headers["mvsim-delivered"]]).toEqual([body, 200, "false"]);
      }
    }
  });

  it("is not there where nothing was commanded", async () => {
    const served = await serveForTest();
    const sid = someDeviceSid();
    await welcomedDevice(served.server.deviceUrl, helloOf(served, sid));
    for (const body of ["", "UniqueName=attic", "RestartApp=false"]) {
      expect((await update(served, sid, body)).headers).not.toHaveProperty("mvsim-delivered");
    }
  });

  it("is false while a connection has shown no good token; its welcome knows of the switch", async () => {
    const served = await serveForTest();
    const sid = someDeviceSid();
    await served.send("POST", "/mvsim/Devices", { headers: form, body: `Sid=${sid}` });
    const sent: Frame[] = [];
    let check = () => {};
    const checked = new Promise<void>((resolve) => (check = resolve));
    const { account, service } = served;
    const device = { accountSid: account.sid, deviceSid: sid, loggingEnabled: false };
    const authenticateDevice = () => checked.then(() => device);
    const welcomed = new Promise<void>((resolve) => {
      const peer = { send: (frame: Uint8Array) => resolve(void sent.push(decodeFrame(frame))), close() {} };
      createDeviceSession({ ...service.backend, authenticateDevice }, peer).receive(helloBytes({ deviceSid: sid }));
    });
    const { headers } = await update(served, sid, "LoggingEnabled=true&RestartApp=true");
    expect(headers["mvsim-delivered"]).toBe("false");
    check();
    await welcomed;
    expect(sent).toMatchObject([{ type: "welcome", loggingEnabled: true }]);
  });
});

it("a device is told of its logging only when that changes", async () => {
  const served = await serveForTest();
  const sid = someDeviceSid();
  const device = await welcomedDevice(served.server.deviceUrl, helloOf(served, sid));
  for (const enabled of [true, true, false, false, true]) {
    expect((await update(served, sid, `LoggingEnabled=${enabled}`)).headers["mvsim-delivered"]).toBe("true");
  }
  await update(served, sid, "UniqueName=attic");
  device.send({ type: "ping", nonce: 1 });
  const frames = [await device.next(), await device.next(), await device.next()];
  expect(frames).toEqual([
    { type: "logging", enabled: false },
    { type: "logging", enabled: true },
    { type: "pong", nonce: 1 },
  ]);
});

it("a device of another account can't be commanded", async () => {
  const served = await serveForTest();
  const sid = someDeviceSid();
  const device = await welcomedDevice(served.server.deviceUrl, helloOf(served, sid));
  const { send, otherAccount } = served;
  const refused = await send("POST", `/v1/Devices/${sid}`, {
    as: otherAccount,
    headers: form,
    body: "RestartApp=true",
  });
  expect(refused.status).toBe(404);
  device.send({ type: "ping", nonce: 1 });
  expect(await device.next()).toEqual({ type: "pong", nonce: 1 });
});

it("a switch that was missed while the way between the nodes was cut is made up for", async () => {
  const served = await serveForTest();
  const sid = someDeviceSid();
  const device = await welcomedDevice(served.server.deviceUrl, helloOf(served, sid));
  await served.store.updateDevice(sid, { loggingEnabled: false });
  await served.store.notify({ kind: "gap" });
  expect(await device.next()).toEqual({ type: "logging", enabled: false });
});

const helloOf = ({ account }: ServedService, deviceSid: string) => ({ deviceSid, token: deriveDeviceToken(account) });
