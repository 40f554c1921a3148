/** `sealer-process.ts FILE`: opens a store, seals it with the key in MVSIM_KEY, and prints the secret "k". */

import { sealStore } from "../../../../sim/configs/sealed-store.ts";
import { openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";

const masterKey = Buffer.from(process.env.MVSIM_KEY ?? "", "hex");
const { store } = await sealStore(await openSqliteStore(process.argv[2] ?? ""), masterKey);
const secret = await store.get({ accountSid: `AC${"a".repeat(32)}`, store: "secret" }, "k");
console.log(secret?.value);
await store.close();
