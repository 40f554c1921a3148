import { describe, expect, it } from "vitest";
import {
  entryParser,
  parseDeviceSid,
  parseDuration,
  parseEpoch,
  parseRam,
  parseRealDuration,
  parseSeed,
  parseSnapshot,
} from "../../../sim/cli/option-values.ts";

describe("a duration", () => {
  it.each([
    ["1us", 1],
    ["500ms", 500_000],
    ["10s", 10_000_000],
    ["1.5s", 1_500_000],
    ["2m", 120_000_000],
    ["1h", 3_600_000_000],
    ["8760h", 31_536_000_000_000],
  ])("%s", (text, microseconds) => {
    expect(parseDuration(text)).toBe(microseconds);
  });

  it.each([
    ["10", /Which unit\? Write 10s/],
    ["", /a number with a unit/],
    ["-1s", /a number with a unit/],
    ["1 s", /a number with a unit/],
    ["1d", /a number with a unit/],
    ["1e3s", /a number with a unit/],
    ["0s", /longer than nothing/],
    ["0.1us", /longer than nothing/],
    ["8761h", /longer than 8760h/],
  ])("is not %j", (text, message) => {
    expect(() => parseDuration(text)).toThrow(message);
  });

  it("in real time comes in milliseconds, rounded up, and as long as a timer may be", () => {
    expect(parseRealDuration("1us")).toBe(1);
    expect(parseRealDuration("576h")).toBeLessThan(2 ** 31);
    expect(() => parseRealDuration("577h")).toThrow(/longer than 576h/);
  });
});

describe("a time", () => {
  it.each([
    ["2025-06-01", Date.UTC(2025, 5, 1)],
    ["2025-06-01T12:00Z", Date.UTC(2025, 5, 1, 12)],
    ["2025-06-01T12:00:01.5+02:00", Date.UTC(2025, 5, 1, 10, 0, 1, 500)],
    ["2024-02-29", Date.UTC(2024, 1, 29)],
    ["1970-01-01", 0],
  ])("%s", (text, time) => {
    expect(parseEpoch(text)).toBe(time);
  });

  it.each(["2025-02-30", "2025-06-01T12:00:00", "2025-13-01", "2025-06-01T25:00Z", "1969-12-31", "now", "1750000000"])(
    "is not %s",
    (text) => {
      expect(() => parseEpoch(text)).toThrow(/A time is written/);
    },
  );
});

describe("a seed", () => {
  it.each([
    ["0", 0],
    ["4294967295", 2 ** 32 - 1],
  ])("%s", (text, seed) => {
    expect(parseSeed(text)).toBe(seed);
  });
  it.each(["4294967296", "-1", "1.5", "x", ""])("is not %j", (text) => {
    expect(() => parseSeed(text)).toThrow(/A seed is/);
  });
});

describe("a size of RAM", () => {
  it.each([
    ["65536", 65536],
    ["64k", 65536],
    ["512K", 524_288],
    ["1m", 1_048_576],
    ["4096m", 2 ** 32],
  ])("%s", (text, bytes) => {
    expect(parseRam(text)).toBe(bytes);
  });

  it.each(["", "0", "63k", "65537", "100k", "4097m", "1g", "0.5m", "512 k", "512kb", "-1m", "lots"])(
    "is not %j",
    (text) => {
      expect(() => parseRam(text)).toThrow(/steps of 64k, from 64k to 4096m/);
    },
  );
});

describe("where a snapshot goes", () => {
  it("is a file and a moment; the file may have an @ itself", () => {
    expect(parseSnapshot("a@b.snapshot@1.5s")).toEqual({ file: "a@b.snapshot", atMicroseconds: 1_500_000 });
  });

  it.each(["file", "@1s", "file@", "file@soon", "a@b.snapshot"])("is not %j", (text) => {
    expect(() => parseSnapshot(text)).toThrow(/It is written FILE@10s/);
  });
});

describe("a device SID", () => {
  it("is UV and 32 lower-case hex digits", () => {
    const sid = `UV${"0a".repeat(16)}`;
    expect(parseDeviceSid(sid)).toBe(sid);
    for (const text of [sid.toUpperCase(), sid.slice(1), `${sid}0`, `uv${sid.slice(2)}`]) {
      expect(() => parseDeviceSid(text)).toThrow(/A device SID is/);
    }
  });
});

describe("an entry", () => {
  it("is divided at its first =, may have an empty value for the service to judge, and comes in order", () => {
    const parse = entryParser("secrets");
    expect(parse("b=", parse("a=1=2"))).toEqual([
      { collection: "secrets", key: "a", value: "1=2" },
      { collection: "secrets", key: "b", value: "" },
    ]);
  });
});
