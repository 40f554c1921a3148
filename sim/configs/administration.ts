/**
 * What an account administers, in one of two places: directly in a store, or over REST at a running service. Both
 * answer the same. A server that uses the same store sees a change at once.
 */

import { SimulatorError } from "../../host/fault/fault.ts";
import type { Account } from "./accounts.ts";
import { createCredentialBook, createDigest } from "./credentials.ts";
import { findNamedDevice } from "./named-device.ts";
import { wholeSeconds } from "./rest/resource.ts";
import { createRestClient } from "./rest-client.ts";
import type { SealedStore } from "./sealed-store.ts";
import type { Credential, DeviceRecord } from "./stores/store.ts";
import { describeInvalidDeviceSid, describeInvalidLabel, describeInvalidUniqueName } from "./validate.ts";

export interface ApiKey {
  readonly sid: string;
  readonly label: string | null;
  /** ISO 8601, as all dates here. */
  readonly dateCreated: string;
}

export interface Device {
  readonly sid: string;
  readonly uniqueName: string | null;
  readonly dateCreated: string;
}

/** All of these throw SimulatorError ERR_MVSIM_REQUEST_REFUSED, ERR_MVSIM_NOT_FOUND or ERR_MVSIM_INVALID_CONFIG. */
export interface Administration {
  createKey(label?: string): Promise<ApiKey & { readonly secret: string }>;
  listKeys(): Promise<ApiKey[]>;
  revokeKey(sid: string): Promise<void>;
  createDevice(sid: string, uniqueName?: string): Promise<Device>;
  listDevices(): Promise<Device[]>;
  /** @param device SID or unique name */
  rotateDeviceToken(device: string): Promise<{ readonly sid: string; readonly token: string }>;
  revokeDeviceToken(device: string): Promise<void>;
  rotateAuthToken(): Promise<{ readonly accountSid: string; readonly authToken: string }>;
}

export type AdministrationTarget =
  | { readonly stored: SealedStore; readonly accountSid: string }
  | { readonly service: string; readonly account: Account };

export function openAdministration(target: AdministrationTarget): Administration {
  return "stored" in target
    ? storedAdministration(target.stored, target.accountSid)
    : restAdministration(target.service, target.account);
}

function storedAdministration({ store, credentialKey }: SealedStore, accountSid: string): Administration {
  const credentials = createCredentialBook({ store, digest: createDigest(credentialKey), clock: Date.now });

  async function requireDevice(name: string): Promise<DeviceRecord> {
    const found = await findNamedDevice(store, accountSid, name);
    if (found) return found;
    throw missing(`device ${JSON.stringify(name)}`, accountSid);
  }

  return {
    async createKey(label) {
      assertValid(label === undefined ? undefined : describeInvalidLabel(label));
      const { credential, secret } = await credentials.createKey(accountSid, label);
      return { ...keyOf(credential), secret };
    },
    listKeys: async () => (await credentials.list("key", accountSid)).map(keyOf),
    async revokeKey(sid) {
      if (!(await credentials.revokeKey(accountSid, sid))) throw missing(`API key ${JSON.stringify(sid)}`, accountSid);
    },
    async createDevice(sid, uniqueName) {
      assertValid(describeInvalidDeviceSid(sid));
      assertValid(uniqueName === undefined ? undefined : describeInvalidUniqueName(uniqueName));
      const now = Date.now();
      const device = { sid, accountSid, uniqueName, loggingEnabled: false, createdAt: now, updatedAt: now };
      const result = await store.createDevice(device);
      if (result === "exists") throw taken(`A device ${sid} exists`);
      if (result === "taken") throw taken(`Another device of the account is named ${JSON.stringify(uniqueName)}`);
      return deviceOf(device);
    },
    async listDevices() {
      const devices = await store.listDevices(accountSid, { limit: Number.MAX_SAFE_INTEGER });
      return devices.map(deviceOf);
    },
    async rotateDeviceToken(name) {
      const { sid } = await requireDevice(name);
      return { sid, token: (await credentials.rotateDeviceToken(accountSid, sid)).secret };
    },
    revokeDeviceToken: async (name) => credentials.revokeDeviceToken(accountSid, (await requireDevice(name)).sid),
    rotateAuthToken: async () => ({ accountSid, authToken: (await credentials.rotateAccount(accountSid)).secret }),
  };
}

interface KeyResource {
  readonly sid: string;
  readonly label: string | null;
  readonly date_created: string;
}

interface DeviceResource {
  readonly sid: string;
  readonly unique_name: string | null;
  readonly date_created: string;
}

interface DevicePage {
  readonly devices: readonly DeviceResource[];
  readonly meta: { readonly next_page_url: string | null };
}

function restAdministration(service: string, account: Account): Administration {
  const client = createRestClient({ service, account });
  const call = async <Resource>(method: string, path: string, fields?: Record<string, string>): Promise<Resource> =>
    client.read(await client.send(method, path, fields));
  const remove = async (path: string) => {
    const response = await client.send("DELETE", path);
    if (response.status !== 204) await client.read(response);
  };
  const keyFrom = ({ sid, label, date_created }: KeyResource): ApiKey => ({ sid, label, dateCreated: date_created });
  const deviceFrom = ({ sid, unique_name, date_created }: DeviceResource): Device => {
    return { sid, uniqueName: unique_name, dateCreated: date_created };
  };

  return {
    async createKey(label) {
      const key = await call<KeyResource & { secret: string }>(
        "POST",
        "/mvsim/Keys",
        label === undefined ? {} : { Label: label },
      );
      return { ...keyFrom(key), secret: key.secret };
    },
    listKeys: async () => (await call<{ keys: KeyResource[] }>("GET", "/mvsim/Keys")).keys.map(keyFrom),
    revokeKey: (sid) => remove(`/mvsim/Keys/${encodeURIComponent(sid)}`),
    async createDevice(sid, uniqueName) {
      const fields = { Sid: sid, ...(uniqueName !== undefined && { UniqueName: uniqueName }) };
      return deviceFrom(await call("POST", "/mvsim/Devices", fields));
    },
    async listDevices() {
      const devices: Device[] = [];
      let pageToken: string | null = "";
      while (pageToken !== null) {
        const query = new URLSearchParams({ PageSize: "1000", ...(pageToken && { PageToken: pageToken }) });
        const page: DevicePage = await call("GET", `/v1/Devices?${query}`);
        devices.push(...page.devices.map(deviceFrom));
        const next = page.meta.next_page_url;
        pageToken = next === null ? null : new URL(next).searchParams.get("PageToken");
      }
      return devices;
    },
    async rotateDeviceToken(name) {
      const path = `/mvsim/Devices/${encodeURIComponent(name)}/Token`;
      const { device_sid, token } = await call<{ device_sid: string; token: string }>("POST", path, {});
      return { sid: device_sid, token };
    },
    revokeDeviceToken: (name) => remove(`/mvsim/Devices/${encodeURIComponent(name)}/Token`),
    async rotateAuthToken() {
      const path = "/mvsim/AuthToken";
      const { account_sid, auth_token } = await call<{ account_sid: string; auth_token: string }>("POST", path, {});
      return { accountSid: account_sid, authToken: auth_token };
    },
  };
}

function keyOf({ sid, label, createdAt }: Credential): ApiKey {
  return { sid, label: label ?? null, dateCreated: wholeSeconds(createdAt) };
}

function deviceOf({ sid, uniqueName, createdAt }: DeviceRecord): Device {
  return { sid, uniqueName: uniqueName ?? null, dateCreated: wholeSeconds(createdAt) };
}

function assertValid(problem: string | undefined): void {
  if (problem !== undefined) throw new SimulatorError("ERR_MVSIM_INVALID_CONFIG", `${problem}.`);
}

function missing(what: string, accountSid: string): SimulatorError {
  return new SimulatorError("ERR_MVSIM_NOT_FOUND", `The account ${accountSid} has no ${what}.`);
}

function taken(what: string): SimulatorError {
  return new SimulatorError("ERR_MVSIM_ALREADY_EXISTS", `${what}. Choose another.`);
}
