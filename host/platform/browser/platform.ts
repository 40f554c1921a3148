/** The platform of a device in a browser's page or worker. */

import type { Platform } from "../../device-options.ts";

export const browserPlatform: Platform = {
  // A message comes as soon as the page had its turn; browsers hold repeated timers back for 4 ms.
  breathe: () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    }),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  now: () => performance.now(),
  wallTime: () => Date.now(),
};
