/** Who may speak for whom: accounts, API keys and device tokens of a store, over REST and the devices' socket. */

import { describe, expect, it } from "vitest";
import { createAccess } from "../../../sim/configs/access.ts";
import { createAccountBook } from "../../../sim/configs/accounts.ts";
import {
  type Account,
  type ConfigStore,
  createCredentialBook,
  createDigest,
  createMemoryStore,
  deriveDeviceToken,
  generateAccount,
} from "../../../sim/configs/index.ts";
import { openFrame, readResponse, requestFor } from "./frames.ts";
import { rawDevice, welcomedDevice } from "./raw-device.ts";
import { createDevice, someDeviceSid } from "./rest/created-device.ts";
import { form, type ServedService, serveForTest } from "./served-service.ts";

const credentialKey = new Uint8Array(32).fill(7);

/** A service with two accounts in its store. */
async function serveStored(options: Parameters<typeof serveForTest>[0] = {}) {
  const store = createMemoryStore();
  const credentials = createCredentialBook({ store, digest: createDigest(credentialKey), clock: Date.now });
  const [account, otherAccount] = [await createAccount(), await createAccount()];
  async function createAccount(): Promise<Account> {
    const { credential, secret } = await credentials.createAccount();
    return { sid: credential.sid, authToken: secret };
  }
  const served = await serveForTest({ store, credentialKey, accounts: [], ...options });
  const deviceSid = await createDevice({ ...served, account });
  const { secret: token } = await credentials.rotateDeviceToken(account.sid, deviceSid);
  return { ...served, credentials, account, otherAccount, deviceSid, token };
}

describe("accounts of the store", () => {
  it("are let in with their auth token, and with no other's", async () => {
    const { send, account, otherAccount } = await serveStored();
    expect((await send("GET", "/v1/Configs", { as: account })).status).toBe(200);
    expect((await send("GET", "/v1/Configs", { as: { ...account, authToken: otherAccount.authToken } })).status).toBe(
      401,
    );
    expect((await send("GET", "/v1/Configs", { as: generateAccount() })).status).toBe(401);
  });

  it("stand beside those of the command line", async () => {
    const given = generateAccount();
    const { send, account } = await serveStored({ accounts: [given] });
    for (const as of [given, account]) expect((await send("GET", "/v1/Configs", { as })).status).toBe(200);
  });

  it("have tokens of 128 bits and more, kept as digests only", async () => {
    const { store, account, token, credentials } = await serveStored();
    const { secret } = await credentials.createKey(account.sid);
    expect(account.authToken).toMatch(/^[0-9a-f]{32}$/);
    for (const text of [token, secret]) expect(Buffer.from(text, "base64url").length).toBeGreaterThanOrEqual(16);
    const kept = JSON.stringify(
      await Promise.all((["account", "key", "device"] as const).map((kind) => store.listCredentials(kind))),
    );
    for (const text of [account.authToken, token, secret]) expect(kept).not.toContain(text);
  });

  it("are shut out at once by a revocation, with their keys and devices, and come back by a rotation", async () => {
    const { send, server, credentials, account, deviceSid, token } = await serveStored();
    const { credential, secret } = await credentials.createKey(account.sid);
    const key = { sid: credential.sid, authToken: secret };
    const device = await welcomedDevice(server.deviceUrl, { deviceSid, token });
    await credentials.revokeAccount(account.sid);
    for (const as of [account, key]) expect((await send("GET", "/v1/Configs", { as })).status).toBe(401);
    expect((await device.closed).code).toBe("tokenRefused");
    expect(await refusalOf(server.deviceUrl, deviceSid, token)).toBe("tokenRefused");
    const renewed = { ...account, authToken: (await credentials.rotateAccount(account.sid)).secret };
    expect((await send("GET", "/v1/Configs", { as: renewed })).status).toBe(200);
    expect((await send("GET", "/v1/Configs", { as: account })).status).toBe(401);
    expect((await send("GET", "/v1/Configs", { as: key })).status).toBe(401);
  });

  it("change their auth token over REST", async () => {
    const { send, account } = await serveStored();
    const { status, json } = await send("POST", "/mvsim/AuthToken", { as: account });
    expect([status, json.account_sid]).toEqual([200, account.sid]);
    expect((await send("GET", "/v1/Configs", { as: account })).status).toBe(401);
    expect((await send("GET", "/v1/Configs", { as: { ...account, authToken: json.auth_token } })).status).toBe(200);
  });

  it("have their token changed on the command line where that gave it", async () => {
    const { send } = await serveForTest();
    expect((await send("POST", "/mvsim/AuthToken")).json).toMatchObject({ status: 409, code: 20409 });
  });
});

describe("an API key", () => {
  it("opens its account, until it is revoked", async () => {
    const { send, account } = await serveStored();
    const { status, json } = await send("POST", "/mvsim/Keys", { as: account, headers: form, body: "Label=ci" });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      sid: expect.stringMatching(/^SK[0-9a-f]{32}$/),
      account_sid: account.sid,
      label: "ci",
    });
    const key = { sid: json.sid, authToken: json.secret };
    expect((await send("POST", "/v1/Configs", { as: key, headers: form, body: "Key=k&Value=v" })).status).toBe(201);
    expect((await send("GET", "/v1/Configs/k", { as: account })).json.value).toBe("v");
    const { keys } = (await send("GET", "/mvsim/Keys", { as: account })).json;
    expect(keys).toEqual([{ sid: key.sid, account_sid: account.sid, label: "ci", date_created: json.date_created }]);
    expect((await send("DELETE", `/mvsim/Keys/${key.sid}`, { as: account })).status).toBe(204);
    expect((await send("GET", "/v1/Configs/k", { as: key })).status).toBe(401);
    expect((await send("DELETE", `/mvsim/Keys/${key.sid}`, { as: account })).status).toBe(404);
  });

  it("makes no keys and no tokens", async () => {
    const { send, credentials, account, deviceSid } = await serveStored();
    const { credential, secret } = await credentials.createKey(account.sid);
    const as = { sid: credential.sid, authToken: secret };
    for (const [method, path] of [
      ["GET", "/mvsim/Keys"],
      ["POST", "/mvsim/Keys"],
      ["DELETE", `/mvsim/Keys/${credential.sid}`],
      ["POST", `/mvsim/Devices/${deviceSid}/Token`],
      ["DELETE", `/mvsim/Devices/${deviceSid}/Token`],
      ["POST", "/mvsim/AuthToken"],
    ] as const) {
      expect([path, (await send(method, path, { as })).json]).toEqual([
        path,
        expect.objectContaining({ status: 403, code: 20403 }),
      ]);
    }
  });

  it("of another account can't be revoked, nor the token of its device", async () => {
    const { send, server, credentials, account, otherAccount, deviceSid, token } = await serveStored();
    const { credential, secret } = await credentials.createKey(account.sid);
    const as = otherAccount;
    expect((await send("DELETE", `/mvsim/Keys/${credential.sid}`, { as })).status).toBe(404);
    expect((await send("DELETE", `/mvsim/Keys/${account.sid}`, { as })).status).toBe(404);
    expect((await send("POST", `/mvsim/Devices/${deviceSid}/Token`, { as })).status).toBe(404);
    expect((await send("DELETE", `/mvsim/Devices/${deviceSid}/Token`, { as })).status).toBe(404);
    expect((await send("GET", "/mvsim/Keys", { as })).json).toEqual({ keys: [] });
    const key = { sid: credential.sid, authToken: secret };
    expect((await send("GET", "/v1/Configs", { as: key })).status).toBe(200);
    await welcomedDevice(server.deviceUrl, { deviceSid, token });
  });
});

describe("a device's token", () => {
  it("is good for its SID only", async () => {
    const { server, send, account, deviceSid, token } = await serveStored();
    await welcomedDevice(server.deviceUrl, { deviceSid, token });
    const sibling = await createDevice({ send, account } as ServedService);
    expect(await refusalOf(server.deviceUrl, sibling, token)).toBe("tokenRefused");
    expect(await refusalOf(server.deviceUrl, someDeviceSid(), token)).toBe("tokenRefused");
    for (const other of [account.authToken, "wrong"]) {
      expect(await refusalOf(server.deviceUrl, deviceSid, other)).toBe("tokenRefused");
    }
  });

  it("is the only one that its device is let in with, where unknown devices are provisioned too", async () => {
    const given = generateAccount();
    const { server, send, deviceSid } = await serveStored({ accounts: [given] });
    const accountToken = deriveDeviceToken(given);
    await welcomedDevice(server.deviceUrl, { deviceSid: someDeviceSid(), token: accountToken });
    const own = await createDevice({ send, account: given } as ServedService);
    await welcomedDevice(server.deviceUrl, { deviceSid: own, token: accountToken });
    const { token } = (await send("POST", `/mvsim/Devices/${own}/Token`, { as: given })).json;
    await welcomedDevice(server.deviceUrl, { deviceSid: own, token });
    expect(await refusalOf(server.deviceUrl, own, accountToken)).toBe("tokenRefused");
    await send("DELETE", `/mvsim/Devices/${own}/Token`, { as: given });
    for (const worthless of [token, accountToken]) {
      expect(await refusalOf(server.deviceUrl, own, worthless)).toBe("tokenRefused");
    }
    expect(await refusalOf(server.deviceUrl, deviceSid, accountToken)).toBe("tokenRefused");
  });

  it.each(["rotated", "revoked"])("that is %s ends the connection that it opened, and says so", async (how) => {
    const { server, send, account, deviceSid, token } = await serveStored();
    const device = await welcomedDevice(server.deviceUrl, { deviceSid, token });
    const sibling = await createDevice({ send, account } as ServedService);
    const siblingToken = (await send("POST", `/mvsim/Devices/${sibling}/Token`, { as: account })).json.token;
    const bystander = await welcomedDevice(server.deviceUrl, { deviceSid: sibling, token: siblingToken });
    await send(how === "rotated" ? "POST" : "DELETE", `/mvsim/Devices/${deviceSid}/Token`, { as: account });
    expect(await device.closed).toEqual({ code: "tokenRefused", reason: "the device's token was rotated or revoked" });
    bystander.send({ type: "ping", nonce: 3 });
    expect(await bystander.next()).toEqual({ type: "pong", nonce: 3 });
  });

  it("that is good still keeps its connection when a notice comes late", async () => {
    const { server, store, deviceSid, token } = await serveStored();
    const device = await welcomedDevice(server.deviceUrl, { deviceSid, token });
    await store.notify({ kind: "credential", sid: deviceSid });
    device.send({ type: "ping", nonce: 1 });
    expect(await device.next()).toEqual({ type: "pong", nonce: 1 });
  });

  it("that can't be checked again ends the connection as a failure of the service", async () => {
    const { server, store, reported, deviceSid, token } = await serveStored();
    const device = await welcomedDevice(server.deviceUrl, { deviceSid, token });
    const findCredential = store.findCredential;
    store.findCredential = async () => {
      store.findCredential = findCredential;
      throw new Error("the store is gone");
    };
    await store.notify({ kind: "credential", sid: deviceSid });
    expect((await device.closed).code).toBe("serviceFailed");
    expect(reported).toEqual([new Error("the store is gone")]);
  });

  it("that is revoked while it is checked lets nobody in", async () => {
    const { server, store, credentials, account, deviceSid, token } = await serveStored();
    const findDevice = store.findDevice;
    store.findDevice = async (sid) => {
      store.findDevice = findDevice;
      const found = await findDevice(sid);
      await credentials.revokeDeviceToken(account.sid, deviceSid);
      return found;
    };
    expect(await refusalOf(server.deviceUrl, deviceSid, token)).toBe("tokenRefused");
  });
});

describe("devices of two accounts", () => {
  it("fetch what is their own, whatever the other has under the same key", async () => {
    const { server, send, credentials, account, otherAccount, deviceSid, token } = await serveStored();
    const otherSid = await createDevice({ send, account: otherAccount } as ServedService);
    const { secret: otherToken } = await credentials.rotateDeviceToken(otherAccount.sid, otherSid);
    for (const [as, value] of [
      [account, "mine"],
      [otherAccount, "theirs"],
    ] as const) {
      await send("POST", "/v1/Configs", { as, headers: form, body: `Key=k&Value=${value}` });
    }
    await send("POST", "/v1/Configs", { as: account, headers: form, body: "Key=only&Value=mine" });
    const fetch = async (sid: string, shown: string, key: string) => {
      const device = await welcomedDevice(server.deviceUrl, { deviceSid: sid, token: shown });
      device.send(openFrame(1, requestFor(key)));
      const answer = await device.next();
      return answer.type === "data" && readResponse(answer.bytes)[0];
    };
    expect(await fetch(deviceSid, token, "k")).toBe("mine");
    expect(await fetch(otherSid, otherToken, "k")).toBe("theirs");
    expect(await fetch(otherSid, otherToken, "only")).toBe(1);
  });

  it("can't take each other's SID: neither by provisioning nor by creating it", async () => {
    const given = generateAccount();
    const { server, send, deviceSid, otherAccount } = await serveStored({ accounts: [given] });
    expect(await refusalOf(server.deviceUrl, deviceSid, deriveDeviceToken(given))).toBe("tokenRefused");
    const taken = await send("POST", "/mvsim/Devices", { as: otherAccount, headers: form, body: `Sid=${deviceSid}` });
    expect(taken.status).toBe(409);
  });
});

describe("a check of credentials", () => {
  it("makes the same digests and reads for the known and the unknown", async () => {
    const store = createMemoryStore();
    const plainDigest = createDigest(credentialKey);
    const credentials = createCredentialBook({ store, digest: plainDigest, clock: Date.now });
    const given = generateAccount();
    const stored = await credentials.createAccount();
    const key = await credentials.createKey(given.sid);
    const deviceSid = someDeviceSid();
    await store.provisionDevice({
      sid: deviceSid,
      accountSid: given.sid,
      loggingEnabled: true,
      createdAt: 0,
      updatedAt: 0,
    });
    await credentials.rotateDeviceToken(given.sid, deviceSid);
    let operations: string[] = [];
    const digest = (secret: string) => {
      operations.push("digest");
      return plainDigest(secret);
    };
    const counting = new Proxy(store, {
      get(target, name: keyof ConfigStore) {
        const operation = target[name] as (...words: unknown[]) => unknown;
        return (...words: unknown[]) => {
          operations.push(name);
          return operation(...words);
        };
      },
    });
    const accounts = createAccountBook([given], plainDigest);
    const access = createAccess({
      store: counting,
      accounts,
      digest,
      provisionUnknownDevices: true,
      trustAccountTokens: false,
    });
    const operationsOf = async (check: () => Promise<unknown>) => {
      operations = [];
      await check();
      return operations.sort();
    };
    for (const sid of [
      given.sid,
      stored.credential.sid,
      key.credential.sid,
      generateAccount().sid,
      "",
      "x".repeat(5000),
    ]) {
      for (const secret of [given.authToken, stored.secret, key.secret, "wrong", ""]) {
        expect(await operationsOf(() => access.findOperator(sid, digest(secret)))).toEqual([
          "digest",
          "findCredential",
        ]);
      }
    }
    for (const sid of [deviceSid, someDeviceSid()]) {
      for (const secret of [deriveDeviceToken(given), "wrong"]) {
        const read = ["digest", "findCredential", "findDevice"];
        expect(await operationsOf(() => access.findDevice(sid, digest(secret)))).toEqual(read);
      }
    }
  });
});

/** How a device's connection is closed that should not be welcomed. */
async function refusalOf(url: string, deviceSid: string, token: string): Promise<string | number> {
  const device = await rawDevice(url);
  device.send({ type: "hello", protocolVersion: 1, deviceSid, token, clock: "virtual" });
  return (await device.closed).code;
}
