/** Two nodes on one store: what happens to a device at one of them reaches the other. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createCredentialBook,
  createDigest,
  deriveDeviceToken,
  generateAccount,
  openSealedSqliteStore,
} from "../../../sim/configs/index.ts";
import { welcomedDevice } from "./raw-device.ts";
import { someDeviceSid } from "./rest/created-device.ts";
import { serveForTest } from "./served-service.ts";
import { temporaryFolder } from "./temporary-folder.ts";

async function twoNodes() {
  const file = join(temporaryFolder(), "configs.db");
  const account = generateAccount();
  const node = async () => {
    const { store, credentialKey } = await openSealedSqliteStore(file);
    return serveForTest({ store, credentialKey, accounts: [account] });
  };
  return { file, account, one: await node(), other: await node() };
}

describe("a device", () => {
  it("that connects to another node is connected to that one only, and the older connection is told why", async () => {
    const { account, one, other } = await twoNodes();
    const hello = { deviceSid: someDeviceSid(), token: deriveDeviceToken(account) };
    const older = await welcomedDevice(one.server.deviceUrl, hello);
    const newer = await welcomedDevice(other.server.deviceUrl, hello);
    expect(await older.closed).toEqual({ code: "replaced", reason: "the device has connected again" });
    // What the other node has heard until this reaches it holds the older connection's notice too.
    const bystander = { ...hello, deviceSid: someDeviceSid() };
    const replaced = await welcomedDevice(other.server.deviceUrl, bystander);
    await welcomedDevice(one.server.deviceUrl, bystander);
    expect((await replaced.closed).code).toBe("replaced");
    newer.send({ type: "ping", nonce: 1 });
    expect(await newer.next()).toEqual({ type: "pong", nonce: 1 });
  });

  it("whose token another process revokes is disconnected", async () => {
    const { file, account, one } = await twoNodes();
    const { store, credentialKey } = await openSealedSqliteStore(file);
    const credentials = createCredentialBook({ store, digest: createDigest(credentialKey), clock: Date.now });
    const sid = someDeviceSid();
    await store.createDevice({ sid, accountSid: account.sid, loggingEnabled: false, createdAt: 0, updatedAt: 0 });
    const { secret: token } = await credentials.rotateDeviceToken(account.sid, sid);
    const device = await welcomedDevice(one.server.deviceUrl, { deviceSid: sid, token });
    await credentials.revokeDeviceToken(account.sid, sid);
    await store.close();
    expect((await device.closed).code).toBe("tokenRefused");
  });
});
