/** `npm run generate`: writes everything that is generated from the ABI declarations. Runs in the repository's root. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { outputs } from "./outputs.ts";

for (const [path, text] of Object.entries(outputs)) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text());
  console.log(path);
}
