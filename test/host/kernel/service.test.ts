/** The kernel with the real Configs service in the same process: what is stored is what firmware reads. */

import { afterEach, describe, expect, it } from "vitest";
import { memberValue } from "../../../host/abi/enums.ts";
import {
  type ConfigsService,
  createConfigsService,
  createMemoryStore,
  pipeUplink,
} from "../../../sim/configs/index.ts";
import { closeChannel, type FetchItem, fetchItems, goOnline, openChannel, readItem } from "./firmware-steps.ts";
import { createBench, deviceSid, type KernelBench, token } from "./kernel-bench.ts";

const accountSid = `AC${"0".repeat(32)}`;
const account = { sid: accountSid, authToken: "auth", deviceToken: token };
const notFound = { result: memberValue("MvConfigKeyFetchResult", "KEYNOTFOUND"), value: "" };

const services: ConfigsService[] = [];
afterEach(() => Promise.all(services.splice(0).map((service) => service.close())));

async function withService(): Promise<{ bench: KernelBench; service: ConfigsService }> {
  const service = createConfigsService({ store: createMemoryStore(), accounts: [account], clock: () => 0 });
  services.push(service);
  return { service, bench: createBench({ uplink: pipeUplink(service.backend) }) };
}

const places = [
  { scope: "ACCOUNT", store: "CONFIG", collection: { accountSid, store: "config" } },
  { scope: "ACCOUNT", store: "SECRET", collection: { accountSid, store: "secret" } },
  { scope: "DEVICE", store: "CONFIG", collection: { accountSid, deviceSid, store: "config" } },
  { scope: "DEVICE", store: "SECRET", collection: { accountSid, deviceSid, store: "secret" } },
] as const;

describe.each(places)("scope $scope, store $store", ({ scope, store, collection }) => {
  it("reads its own collection, and falls back to no other", async () => {
    const { bench, service } = await withService();
    await service.put(collection, "key", `of ${scope} ${store}`);
    const channel = openChannel(bench, await goOnline(bench));
    await fetchItems(
      bench,
      channel,
      places.map((place): FetchItem => ({ scope: place.scope, store: place.store, key: "key" })),
    );
    for (const [index, place] of places.entries()) {
      const isOwn = place.scope === scope && place.store === store;
      expect(readItem(bench, channel, { index })).toEqual(
        isOwn ? { result: 0, value: `of ${scope} ${store}` } : notFound,
      );
    }
  });
});

it("reads non-ASCII values, whole", async () => {
  const { bench, service } = await withService();
  const value = "grüße 日本 🚀";
  await service.put({ accountSid, store: "config" }, "greeting", value);
  const channel = openChannel(bench, await goOnline(bench));
  await fetchItems(bench, channel);
  expect(readItem(bench, channel)).toEqual({ result: 0, value });
});

it("reads the present value on each channel", async () => {
  const { bench, service } = await withService();
  const online = await goOnline(bench);
  for (const value of ["one", "two"]) {
    await service.put({ accountSid, store: "config" }, "greeting", value);
    const channel = openChannel(bench, online);
    await fetchItems(bench, channel);
    expect(readItem(bench, channel).value).toBe(value);
    closeChannel(bench, channel);
  }
});

it("marks what came from secrets in the trace, and nothing else", async () => {
  const { bench, service } = await withService();
  await service.put({ accountSid, store: "secret" }, "key", "hidden");
  await service.put({ accountSid, store: "config" }, "key", "open");
  const online = await goOnline(bench);
  for (const store of ["SECRET", "CONFIG"] as const) {
    const channel = openChannel(bench, online);
    const from = bench.events.length;
    await fetchItems(bench, channel, [{ store, key: "key" }]);
    readItem(bench, channel);
    const marked = bench.events.slice(from).flatMap((event) => ("secret" in event ? [event.kind] : []));
    expect(marked).toEqual(store === "SECRET" ? ["frame", "buffer", "return"] : []);
  }
});

it("brings log lines to the service in their order", async () => {
  const { bench, service } = await withService();
  const heard: string[] = [];
  const logged = new Promise<void>((resolve) => {
    service.onLog(({ text }) => heard.push(text) === 3 && resolve());
  });
  bench.call("mvServerLoggingInit", bench.place(512, 512), 512);
  for (const line of ["first", "second ü", "third"]) {
    expect(bench.call("mvServerLog", bench.putText(line), new TextEncoder().encode(line).length)).toBe("OKAY");
  }
  await goOnline(bench);
  await logged;
  expect(heard).toEqual(["first", "second ü", "third"]);
});

it("answers a channel that asks at once, although one that was opened before has said nothing yet", async () => {
  const { bench, service } = await withService();
  await service.put({ accountSid, store: "config" }, "greeting", "hello");
  const online = await goOnline(bench);
  const [quiet, eager] = [openChannel(bench, online), openChannel(bench, online)];
  await fetchItems(bench, eager);
  expect(readItem(bench, eager)).toEqual({ result: 0, value: "hello" });
  // The one before is as good as ever.
  await fetchItems(bench, quiet);
  expect(readItem(bench, quiet)).toEqual({ result: 0, value: "hello" });
});
