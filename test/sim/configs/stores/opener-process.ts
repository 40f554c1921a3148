/** `opener-process.ts FILE`: opens a store as a user without special rights and prints why it can't. */

import { openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";

if (process.getuid?.() === 0) process.setuid?.(65_534);
await openSqliteStore(process.argv[2] ?? "").catch((error: Error) => console.log(error.message));
