/**
 * `durable-writer-process.mjs FILE|URL ROUND KEPT_LOGS`: writes to a store without end, several writes at a time, for
 * somebody to kill it. Prints `try KEY ID` before each write of an entry, `done KEY ID` when the store has acknowledged
 * it, and `log SEQUENCE` for each message that it has appended. It runs what was built: that starts five times faster
 * than our sources do.
 */

import { openPostgresStore, openSqliteStore } from "../../../../dist/sim/configs/index.js";

const configs = { accountSid: `AC${"a".repeat(32)}`, store: "config" };
const deviceSid = `UV${"c".repeat(32)}`;

const [place = "", round, keptLogs] = process.argv.slice(2);
const store = await (place.startsWith("postgres:") ? openPostgresStore({ url: place }) : openSqliteStore(place));

/** @param {string} key */
async function writeEntries(key) {
  for (let n = 0; ; n++) {
    const id = `${round}.${n}`;
    console.log(`try ${key} ${id}`);
    // Its parts belong together, and the value takes more than one page: half of one write and half of another shows.
    const entry = { key, value: `${id} `.repeat(2000), updatedAt: n, revision: id };
    if (n % 3 === 2) await store.update(configs, entry);
    else await store.put(configs, entry);
    console.log(`done ${key} ${id}`);
  }
}

async function appendLogs() {
  const log = { deviceSid, text: "message", receivedAt: 1 };
  for (;;) console.log(`log ${await store.appendLog(log, Number(keptLogs))}`);
}

await Promise.all([...["a", "b", "c", "d"].map(writeEntries), appendLogs()]);
