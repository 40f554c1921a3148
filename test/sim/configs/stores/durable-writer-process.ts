/**
 * `durable-writer-process.ts FILE|URL ROUND`: writes to a store without end, several writes at a time, for somebody to
 * kill it. Prints `try KEY VALUE` before each write of an entry, `done KEY VALUE` when the store has acknowledged it,
 * and `log SEQUENCE` for each message that it has appended.
 */

import { openPostgresStore } from "../../../../sim/configs/stores/postgres.ts";
import { openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";
import { configs, device } from "../store-contract/place.ts";
import { durableEntry, keptLogs } from "./durable-entry.ts";

const [place = "", round = ""] = process.argv.slice(2);
const store = await (place.startsWith("postgres:") ? openPostgresStore({ url: place }) : openSqliteStore(place));

const writeEntries = async (key: string) => {
  for (let n = 0; ; n++) {
    const id = `${round}.${n}`;
    console.log(`try ${key} ${id}`);
    const entry = durableEntry(key, id);
    if (n % 3 === 2) await store.update(configs, entry);
    else await store.put(configs, entry);
    console.log(`done ${key} ${id}`);
  }
};

const appendLogs = async () => {
  for (;;) console.log(`log ${await store.appendLog({ deviceSid: device, text: "message", receivedAt: 1 }, keptLogs)}`);
};

await Promise.all([...["a", "b", "c", "d"].map(writeEntries), appendLogs()]);
