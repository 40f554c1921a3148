/**
 * The kernel's limits in one table. `source`: `contract` where `syscall-behaviour` or the vendor's documents name the
 * number, `decision` where they are silent and it is ours (`docs/fidelity.md` lists those).
 */

export interface Limit {
  readonly value: number;
  readonly unit: string;
  readonly source: "contract" | "decision";
  readonly meaning: string;
}

function limit(value: number, unit: string, source: Limit["source"], meaning: string): Limit {
  return { value, unit, source, meaning };
}

export const limits = {
  notificationCentres: limit(32, "centres", "contract", "live notification centres"),
  notificationRecordBytes: limit(
    16,
    "bytes",
    "contract",
    "one record of a notification buffer; its size is a multiple",
  ),
  notificationBufferMinimumBytes: limit(32, "bytes", "contract", "the smallest notification buffer"),
  notificationGapMicroseconds: limit(1000, "us", "decision", "least time between two records of one centre"),
  notificationDelayMicroseconds: limit(
    1000,
    "us",
    "decision",
    "from a change of state within a call to the record that reports it",
  ),
  channelBufferAlignmentBytes: limit(512, "bytes", "contract", "alignment of channel and log buffers"),
  channelBufferUnitBytes: limit(512, "bytes", "contract", "channel and log buffers are multiples of it"),
  channels: limit(4, "channels", "decision", "channels open at once; dead ones are not counted"),
  channelOpensPerSecond: limit(8, "opens", "decision", "successful opens within any second"),
  closedChannelsRemembered: limit(32, "handles", "decision", "closed handles whose closure reason is still known"),
  channelOpenHoldMicroseconds: limit(1000, "us", "decision", "how long a new channel's open waits for its first data"),
  configFetchItems: limit(32, "items", "decision", "items in one config fetch request"),
  configKeyCharacters: limit(100, "characters", "contract", "a config key: 1 to this many printable ASCII characters"),
  configValueCharacters: limit(4096, "characters", "contract", "a config value, in Unicode code points"),
  replyTimeoutMicroseconds: limit(60_000_000, "us", "decision", "an unanswered request ends its channel after this"),
  deviceIdBytes: limit(34, "bytes", "contract", "a device SID: UV and 32 hex digits"),
  logMessageBytes: limit(1024, "bytes", "decision", "the longest log message"),
  testLogBytesPerSecond: limit(11_520, "bytes/s", "decision", "how fast the console takes the test log"),
  externalFlashBytes: limit(8_388_608, "bytes", "decision", "size of the external flash"),
  externalFlashHandles: limit(32, "handles", "contract", "open handles of the external flash"),
  externalFlashSectorBytes: limit(4096, "bytes", "contract", "what the external flash erases at once"),
  externalFlashPageBytes: limit(256, "bytes", "decision", "what the external flash programs at once"),
  externalFlashSectorMicroseconds: limit(40_000, "us", "decision", "erasing a sector"),
  externalFlashPageMicroseconds: limit(1_000, "us", "decision", "programming a page, or a part of it"),
  externalFlashReadMicroseconds: limit(100, "us", "decision", "reading 1024 bytes; others in proportion"),
} as const satisfies Record<string, Limit>;
