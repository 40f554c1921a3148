/** The Configs service that the benchmarks fetch from: memory store, one account, one config. */

import { type Account, type ConfigsService, createConfigsService, createMemoryStore } from "microvisor-sim/configs";

export const account: Account = { sid: `AC${"0".repeat(32)}`, authToken: "auth-token", deviceToken: "device-token" };

/** @param fetches how often `fixtures/fetches.ts` shall fetch: that is what it reads */
export async function serviceFor(fetches: number): Promise<ConfigsService> {
  const service = createConfigsService({ store: createMemoryStore(), accounts: [account] });
  await service.put({ accountSid: account.sid, store: "config" }, "fetches", String(fetches));
  return service;
}
