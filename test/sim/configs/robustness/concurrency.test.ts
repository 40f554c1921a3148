/**
 * A hundred clients that change the same hundred keys at once: the end, and every answer on the way, is what some
 * serial order gives.
 */

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ConfigStore,
  createMemoryStore,
  generateAccount,
  openSqliteStore,
} from "../../../../sim/configs/index.ts";
import { openPostgresStore } from "../../../../sim/configs/stores/postgres.ts";
import { findContradiction } from "../linearizability.ts";
import { hasPostgres, type PostgresServer, startPostgres } from "../postgres-server.ts";
import { serveForTest } from "../served-service.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Histories, type Load, runClients } from "./concurrent-clients.ts";

const load: Load = { clients: 100, keys: 100, requests: 30, seed: 1 };

async function serveNodes(stores: readonly ConfigStore[]) {
  const account = generateAccount();
  const nodes = await Promise.all(stores.map((store) => serveForTest({ store, accounts: [account] })));
  return nodes.map((node) => ({ ...node, account }));
}

function contradictionsOf(histories: Histories) {
  return [...histories].flatMap(([key, history]) => {
    const operations = findContradiction(history);
    return operations ? [{ key, operations }] : [];
  });
}

describe("a hundred clients of the same hundred keys", { timeout: 120_000 }, () => {
  let postgres: PostgresServer | undefined;
  const runsPostgres = hasPostgres();
  beforeAll(async () => {
    if (runsPostgres) postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres?.stop(), 60_000);

  const places: [string, () => Promise<ConfigStore[]>][] = [
    ["memory", async () => [createMemoryStore()]],
    [
      "SQLite, two nodes",
      async () => {
        const file = join(temporaryFolder(), "configs.db");
        return [await openSqliteStore(file), await openSqliteStore(file)];
      },
    ],
  ];
  if (runsPostgres) {
    places.push([
      "PostgreSQL, two nodes",
      async () => {
        const url = await postgres!.createDatabase();
        return [await openPostgresStore({ url }), await openPostgresStore({ url })];
      },
    ]);
  }

  it.each(places)("get answers that a serial order explains (%s)", async (_, open) => {
    const nodes = await serveNodes(await open());
    const histories = await runClients(nodes, load);
    expect(nodes.flatMap(({ reported }) => reported)).toEqual([]);
    expect(contradictionsOf(histories)).toEqual([]);
    // They did meet, and came to all kinds of answers.
    const all = [...histories.values()].flat();
    expect(all.length).toBeGreaterThan(load.clients * load.requests);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200, 201, 204, 404, 409, 412]));
    expect(Math.max(...[...histories.values()].map(mostAtOnce))).toBeGreaterThan(5);
  });

  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  it.each<[string, (store: ConfigStore) => Partial<ConfigStore>]>([
    [
      "looks first and writes then",
      (store) => ({
        async update(collection, entry, ifRevision) {
          const before = await store.get(collection, entry.key);
          if (!before) return "missing";
          if (ifRevision !== undefined && before.revision !== ifRevision) return "changed";
          await turn();
          await store.put(collection, entry);
          return "done";
        },
      }),
    ],
    [
      "acknowledges before it has written",
      (store) => ({
        async delete(collection, key, ifRevision) {
          const before = await store.get(collection, key);
          if (!before) return "missing";
          if (ifRevision !== undefined && before.revision !== ifRevision) return "changed";
          void turn()
            .then(turn)
            .then(() => store.delete(collection, key));
          return "done";
        },
      }),
    ],
    [
      "answers from a cache that does not hear of deletes",
      (store) => {
        const cache = new Map<string, NonNullable<Awaited<ReturnType<ConfigStore["get"]>>>>();
        return {
          async get(collection, key) {
            const entry = (await store.get(collection, key)) ?? cache.get(key);
            if (entry) cache.set(key, entry);
            return entry;
          },
        };
      },
    ],
  ])("are told apart from those of a store that %s", async (_, broken) => {
    const store = createMemoryStore();
    const nodes = await serveNodes([{ ...store, ...broken(store) }]);
    expect(contradictionsOf(await runClients(nodes, { ...load, clients: 20, keys: 10 }))).not.toEqual([]);
  });
});

function mostAtOnce(history: Histories extends ReadonlyMap<string, infer History> ? History : never): number {
  const begins = history.map(({ begin }) => ({ at: begin, change: 1 }));
  const ends = history.map(({ end }) => ({ at: end, change: -1 }));
  let [now, most] = [0, 0];
  for (const { change } of [...begins, ...ends].toSorted((a, b) => a.at - b.at)) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}
