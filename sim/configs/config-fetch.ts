/**
 * Answers the request of a config-fetch channel: gives the wire's numbers (those of the ABI) their meaning, and asks
 * the backend.
 */

import { memberName, memberValue } from "../../host/abi/enums.ts";
import { decodeRequest, encodeResponse, type FetchRequestItem } from "../../host/wire/config-fetch.ts";
import type { ConnectedDevice, DeviceBackend, FetchedItem, FetchItem } from "./device-backend.ts";

const scopes = { ACCOUNT: "account", DEVICE: "device" } as const;
const stores = { SECRET: "secret", CONFIG: "config" } as const;
const results = { ok: "OK", keyNotFound: "KEYNOTFOUND", serverError: "SERVERERROR" } as const;

/** The encoded response, or undefined when the bytes are no request. */
export async function answerConfigFetch(
  backend: DeviceBackend,
  device: ConnectedDevice,
  request: Uint8Array,
): Promise<Uint8Array | undefined> {
  const items = decodeRequest(request)?.map(meaningOf);
  if (!items?.every((item) => item !== undefined)) return undefined;
  const fetched = await backend.fetchItems(device, items);
  return encodeResponse(
    fetched.map((item) => ({ result: resultOf(item), value: item.result === "ok" ? item.value : "" })),
  );
}

function meaningOf({ scope, store, key }: FetchRequestItem): FetchItem | undefined {
  const scopeName = memberName("MvConfigKeyFetchScope", scope);
  const storeName = memberName("MvConfigKeyFetchStore", store);
  return scopeName && storeName && { scope: scopes[scopeName], store: stores[storeName], key };
}

function resultOf({ result }: FetchedItem): number {
  return memberValue("MvConfigKeyFetchResult", results[result]);
}
