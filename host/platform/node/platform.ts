/** The platform of a device on Node. */

import { setImmediate } from "node:timers/promises";
import type { Platform } from "../../device-options.ts";
import { preparedModules } from "./prepared-modules.ts";

export const nodePlatform: Platform = {
  breathe: () => setImmediate(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  now: () => performance.now(),
  wallTime: () => Date.now(),
  preparedModules,
};
