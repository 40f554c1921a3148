/**
 * Where the installed package (or this checkout) is: the firmware SDK's sources lie in it, for the compiler to read.
 */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const PACKAGE_NAME = "microvisor-sim";

/** The nearest folder above this module that has a package.json: the same from the sources and from `dist`. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}
