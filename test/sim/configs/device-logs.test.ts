/** What devices log is kept, listed and followed. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDeviceLogs } from "../../../sim/configs/device-logs.ts";
import {
  createConfigsService,
  createMemoryStore,
  deriveDeviceToken,
  generateAccount,
  openSealedSqliteStore,
} from "../../../sim/configs/index.ts";
import { type RawDevice, welcomedDevice } from "./raw-device.ts";
import { createDevice, someDeviceSid } from "./rest/created-device.ts";
import { form, rawRequest, type ServedService, serveForTest } from "./served-service.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const connect = ({ server, account }: ServedService, deviceSid: string) =>
  welcomedDevice(server.deviceUrl, { deviceSid, token: deriveDeviceToken(account) });

function log(device: RawDevice, ...texts: string[]): void {
  for (const text of texts) device.send({ type: "log", bytes: new TextEncoder().encode(text) });
}

/** A device that has logged these, and all of them are kept. */
async function logged(served: ServedService, deviceSid: string, ...texts: string[]): Promise<RawDevice> {
  const device = await connect(served, deviceSid);
  const taken = new Promise<void>((resolve) => {
    served.service.onLog(({ text }) => text === texts.at(-1) && resolve());
  });
  log(device, ...texts);
  await taken;
  return device;
}

const textsOf = (answer: { json: { logs: { text: string }[] } }) => answer.json.logs.map(({ text }) => text);

describe("GET /mvsim/Devices/{Sid}/Logs", () => {
  it("answers the messages in their order, with when each came", async () => {
    const served = await serveForTest({ clock: () => 1_234 });
    const sid = someDeviceSid();
    await logged(served, sid, "first", "tab\tü", "");
    const { json } = await served.send("GET", `/mvsim/Devices/${sid}/Logs?Wait=1`);
    expect(json).toEqual({
      logs: ["first", "tab\tü", ""].map((text) => {
        return { sequence: expect.any(Number), device_sid: sid, text, date_received: "1970-01-01T00:00:01.234Z" };
      }),
    });
  });

  it("takes After, Limit and the unique name", async () => {
    const served = await serveForTest();
    const sid = someDeviceSid();
    await logged(served, sid, "a", "b", "c");
    await served.send("POST", `/v1/Devices/${sid}`, { headers: form, body: "UniqueName=attic" });
    const all = await served.send("GET", "/mvsim/Devices/attic/Logs?Limit=5000");
    const [first] = all.json.logs;
    expect(textsOf(await served.send("GET", `/mvsim/Devices/attic/Logs?After=${first.sequence}`))).toEqual(["b", "c"]);
    expect(textsOf(await served.send("GET", "/mvsim/Devices/attic/Logs?Limit=2"))).toEqual(["b", "c"]);
    const last = all.json.logs.at(-1).sequence;
    expect(textsOf(await served.send("GET", `/mvsim/Devices/attic/Logs?After=${last}`))).toEqual([]);
  });

  it("has the last messages of each device only", async () => {
    const served = await serveForTest({ keptLogs: 3 });
    const sid = someDeviceSid();
    const other = someDeviceSid();
    await logged(served, other, "theirs");
    await logged(served, sid, "1", "2", "3", "4", "5");
    expect(textsOf(await served.send("GET", `/mvsim/Devices/${sid}/Logs`))).toEqual(["3", "4", "5"]);
    expect(textsOf(await served.send("GET", `/mvsim/Devices/${other}/Logs`))).toEqual(["theirs"]);
  });

  it("refuses parameters that are no such numbers, and devices of others", async () => {
    const served = await serveForTest();
    const sid = await createDevice(served);
    for (const query of ["After=-1", "After=1.5", "Limit=0", "Limit=", "Wait=x", `After=${2 ** 60}`]) {
      const { status, json } = await served.send("GET", `/mvsim/Devices/${sid}/Logs?${query}`);
      expect([query, status, json.message]).toEqual([query, 400, expect.stringContaining(query.split("=")[0]!)]);
    }
    const theirs = await served.send("GET", `/mvsim/Devices/${sid}/Logs`, { as: served.otherAccount });
    expect(theirs.status).toBe(404);
  });
});

describe("Wait", () => {
  it("answers with the next message when it comes, also when it comes to another node", async () => {
    const file = join(temporaryFolder(), "configs.db");
    const account = generateAccount();
    const node = async () => serveForTest({ ...(await openSealedSqliteStore(file)), accounts: [account] });
    const [one, other] = [await node(), await node()];
    const sid = await createDevice({ ...one, account });
    const device = await connect({ ...one, account }, sid);
    await one.send("POST", `/v1/Devices/${sid}`, { as: account, headers: form, body: "LoggingEnabled=true" });
    let after = 0;
    for (const text of ["first", "second"]) {
      const answers = [one, other].map(({ send }) =>
        send("GET", `/mvsim/Devices/${sid}/Logs?Wait=25&After=${after}`, { as: account }),
      );
      log(device, text);
      const [here, there] = await Promise.all(answers);
      expect([textsOf(here!), textsOf(there!)]).toEqual([[text], [text]]);
      after = here!.json.logs[0].sequence;
    }
  });

  it("ends without a message when the server stops, and then at once", async () => {
    const served = await serveForTest();
    const sid = await createDevice(served);
    const listening = new Promise<void>((resolve) => {
      const { onNotice } = served.store;
      served.store.onNotice = (listener) => {
        resolve();
        return onNotice.call(served.store, listener);
      };
    });
    const answer = served.send("GET", `/mvsim/Devices/${sid}/Logs?Wait=25`);
    await listening;
    const begin = performance.now();
    await served.server.close();
    expect((await answer).json).toEqual({ logs: [] });
    expect(performance.now() - begin).toBeLessThan(4_000);
  });

  it("ends when the client has ended its side", async () => {
    const served = await serveForTest();
    const sid = await createDevice(served);
    const answer = await rawRequest(served, `GET /mvsim/Devices/${sid}/Logs?Wait=25 HTTP/1.1\r\nHost: x`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"logs":\[\]\}$/);
  });

  it("ends when its time is over", async () => {
    const served = await serveForTest();
    const sid = await createDevice(served);
    expect((await served.send("GET", `/mvsim/Devices/${sid}/Logs?Wait=1`)).json).toEqual({ logs: [] });
  });
});

describe("a device whose logging is off", () => {
  it.each([
    ["switched off", { loggingEnabled: false }, []],
    ["run out", { loggingEnabled: true, loggingExpiresAt: 999 }, []],
    ["on still", { loggingEnabled: true, loggingExpiresAt: 1001 }, ["text"]],
    ["on without an end", { loggingEnabled: true }, ["text"]],
  ])("is not heard: %s", async (_, logging, kept) => {
    const store = createMemoryStore();
    const account = generateAccount();
    const service = createConfigsService({ store, accounts: [account], clock: () => 1000 });
    const sid = someDeviceSid();
    const device = await service.backend.authenticateDevice(sid, deriveDeviceToken(account));
    await store.updateDevice(sid, { loggingExpiresAt: undefined, ...logging });
    const heard: string[] = [];
    service.onLog(({ text }) => heard.push(text));
    service.backend.receiveLog(device!, "text");
    await service.close();
    expect((await store.listLogs(sid, 0, 9)).map(({ text }) => text)).toEqual(kept);
    expect(heard).toEqual(kept);
  });
});

describe("while the store is slow", () => {
  it("waits for it with no more messages than it keeps, and closes when all are written", async () => {
    const store = createMemoryStore();
    let goOn = () => {};
    const slow = new Promise<void>((resolve) => (goOn = resolve));
    const { appendLog } = store;
    store.appendLog = async (...of) => {
      await slow;
      return appendLog.apply(store, of);
    };
    const account = generateAccount();
    const service = createConfigsService({ store, accounts: [account], keptLogs: 10 });
    const sid = someDeviceSid();
    const device = (await service.backend.authenticateDevice(sid, deriveDeviceToken(account)))!;
    const heard: string[] = [];
    service.onLog(({ text }) => heard.push(text));
    for (let n = 1; n <= 100; n++) service.backend.receiveLog(device, `${n}`);
    goOn();
    await service.close();
    expect(heard.length).toBeLessThanOrEqual(20);
    const kept = Array.from({ length: 10 }, (_, n) => `${91 + n}`);
    expect((await store.listLogs(sid, 0, 99)).map(({ text }) => text)).toEqual(kept);
  });
});

it("when the store does not keep up, what all devices log is bounded, which is reported once", async () => {
  const store = createMemoryStore();
  const sids = Array.from({ length: 10 }, someDeviceSid);
  for (const sid of sids) {
    await store.createDevice({ sid, accountSid: "AC", loggingEnabled: true, createdAt: 0, updatedAt: 0 });
  }
  const reported: unknown[] = [];
  const logs = createDeviceLogs({
    store,
    keep: 100,
    maxWaiting: 25,
    clock: () => 0,
    listeners: new Set(),
    reportError: (error) => reported.push(error),
  });
  const kept = async () => (await Promise.all(sids.map((sid) => store.listLogs(sid, 0, 100)))).flat().length;
  const receive = (n: number) =>
    logs.receive({ accountSid: "AC", deviceSid: sids[n % 10]!, text: `${n}`, receivedAt: 0 });
  for (let n = 0; n < 100; n++) receive(n);
  await logs.settled();
  expect([await kept(), reported.length]).toEqual([25, 1]);
  expect(String(reported[0])).toContain("does not keep up");
  for (let n = 0; n < 25; n++) receive(n);
  await logs.settled();
  expect([await kept(), reported.length]).toEqual([50, 1]);
});

it("a failing store is reported, and what comes later is kept", async () => {
  const store = createMemoryStore();
  const { appendLog } = store;
  store.appendLog = async () => {
    store.appendLog = appendLog;
    throw new Error("disk full");
  };
  const served = await serveForTest({ store });
  const sid = someDeviceSid();
  const device = await logged(served, sid, "lost");
  log(device, "kept");
  expect(textsOf(await served.send("GET", `/mvsim/Devices/${sid}/Logs?Wait=25`))).toEqual(["kept"]);
  expect(served.reported).toEqual([new Error("disk full")]);
});
