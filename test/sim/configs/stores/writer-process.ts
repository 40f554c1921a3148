/**
 * `writer-process.ts FILE PREFIX COUNT`: prints "ready", waits for something on its standard input, creates keys in a
 * store, and prints those that it created as JSON.
 */

import { once } from "node:events";
import { openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";

const [file = "", prefix = "", count = ""] = process.argv.slice(2);
// Loaded ahead: so that several processes can open the store in the same moment.
await import("../../../../sim/configs/stores/sqlite/file-store.ts");
console.log("ready");
await once(process.stdin, "data");

const store = await openSqliteStore(file);
const created: string[] = [];
for (let n = 0; n < Number(count); n++) {
  const entry = { key: `${prefix}${n}`, value: `by ${process.pid}`, updatedAt: n, revision: "1" };
  if (await store.create({ accountSid: `AC${"a".repeat(32)}`, store: "config" }, entry)) created.push(entry.key);
}
await store.close();
console.log(JSON.stringify(created));
