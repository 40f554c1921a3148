/**
 * Names for handles. A handle is a random number; for a reader it is the first channel, the second network request …
 * A name stays with its number, so a handle that is used after it was closed is recognised.
 */

import { hexOfWord } from "../../host/data/hex.ts";

const nouns: Readonly<Record<string, string>> = {
  MvNotificationHandle: "notifications",
  MvNetworkHandle: "network",
  MvChannelHandle: "channel",
  MvSystemEventHandle: "system-events",
  MvExternalFlashHandle: "flash",
};

export interface HandleNames {
  /** The name of a handle that the kernel has given out; else its number. @param hex as the trace has it */
  nameOf(hex: string): string;
  /** Remembers a new handle. @param type its type in the ABI @returns its name */
  add(type: string, hex: string): string;
  /** The name of a channel by its number on the wire. */
  channelName(number: number): string;
  /** The device boots: its channels are counted from one again. */
  reboot(): void;
}

export function createHandleNames(): HandleNames {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  /** In the order of their opening: the first has the number 1 on the wire. */
  let channels: string[] = [];

  return {
    nameOf: (hex) => names.get(hex) ?? (hex === hexOfWord(0) ? "0" : hex),
    add(type, hex) {
      const known = names.get(hex);
      if (known !== undefined) return known;
      const count = (counts.get(type) ?? 0) + 1;
      counts.set(type, count);
      const name = `${nouns[type] ?? type}#${count}`;
      names.set(hex, name);
      if (type === "MvChannelHandle") channels.push(name);
      return name;
    },
    channelName: (number) => channels[number - 1] ?? `channel ${number}`,
    reboot() {
      channels = [];
    },
  };
}
