/** `writer-process.ts FILE PREFIX COUNT`: creates keys in a store and prints those that it created as JSON. */

import { openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";

const [file = "", prefix = "", count = ""] = process.argv.slice(2);
const store = await openSqliteStore(file);
const created: string[] = [];
for (let n = 0; n < Number(count); n++) {
  const entry = { key: `${prefix}${n}`, value: `by ${process.pid}`, updatedAt: n };
  if (await store.create({ accountSid: `AC${"a".repeat(32)}`, store: "config" }, entry)) created.push(entry.key);
}
await store.close();
console.log(JSON.stringify(created));
