/** Who listens to a store's notices in this process. */

import type { Notice } from "./store.ts";

export interface NoticeListeners {
  readonly size: number;
  /** One call, one registration, also of the same function. @returns ends it */
  add(listener: (notice: Notice) => void): () => void;
  deliver(notice: Notice): void;
}

/** @param changed called when the first listener has come or the last has gone */
export function createNoticeListeners(changed: () => void = () => {}): NoticeListeners {
  const registrations = new Set<{ readonly listener: (notice: Notice) => void }>();
  return {
    get size() {
      return registrations.size;
    },
    add(listener) {
      const registration = { listener };
      registrations.add(registration);
      if (registrations.size === 1) changed();
      return () => {
        if (registrations.delete(registration) && registrations.size === 0) changed();
      };
    },
    deliver(notice) {
      for (const { listener } of [...registrations]) listener(notice);
    },
  };
}
