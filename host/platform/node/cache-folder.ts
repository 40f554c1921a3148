/** Where what can be made again is kept for the user. */

import { homedir } from "node:os";
import { join } from "node:path";

/** `$MVSIM_CACHE_DIR`, else a folder of our own where the platform keeps such things. */
export function cacheFolder(): string {
  const { MVSIM_CACHE_DIR, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (MVSIM_CACHE_DIR) return MVSIM_CACHE_DIR;
  return join(XDG_CACHE_HOME || platformFolder(LOCALAPPDATA), "microvisor-sim");
}

function platformFolder(localAppData: string | undefined): string {
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  if (process.platform === "win32" && localAppData) return localAppData;
  return join(homedir(), ".cache");
}
