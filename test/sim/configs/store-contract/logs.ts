import { describe, expect, it } from "vitest";
import { device, type Opened } from "./place.ts";

const other = `UV${"d".repeat(32)}`;

export function describeLogs(opened: Opened): void {
  const append = (text: string, { deviceSid = device, keep = 100 } = {}) =>
    opened.store.appendLog({ deviceSid, text, receivedAt: 7 }, keep);
  const texts = async (after = 0, limit = 100) =>
    (await opened.store.listLogs(device, after, limit)).map(({ text }) => text);

  describe("logs", () => {
    it("are listed as they came, with their sequence, of one device", async () => {
      const first = await append("nul \0 inside");
      const theirs = await append("theirs", { deviceSid: other });
      const last = await append("\ufeff\u{10ffff}");
      expect([first > 0, theirs > first, last > theirs]).toEqual([true, true, true]);
      expect(await opened.store.listLogs(device, 0, 9)).toEqual([
        { sequence: first, deviceSid: device, text: "nul \0 inside", receivedAt: 7 },
        { sequence: last, deviceSid: device, text: "\ufeff\u{10ffff}", receivedAt: 7 },
      ]);
    });

    it("can be read from behind a sequence, and the last ones only", async () => {
      const sequences: number[] = [];
      for (const text of ["a", "b", "c", "d"]) sequences.push(await append(text));
      expect(await texts(sequences[1])).toEqual(["c", "d"]);
      expect(await texts(0, 2)).toEqual(["c", "d"]);
      expect(await texts(sequences[0], 2)).toEqual(["c", "d"]);
      expect(await texts(sequences[3])).toEqual([]);
    });

    it("keep the last messages of each device, and give no sequence twice", async () => {
      await append("theirs", { deviceSid: other });
      for (const text of ["a", "b", "c"]) await append(text, { keep: 2 });
      expect(await texts()).toEqual(["b", "c"]);
      const last = await append("none is kept", { keep: 0 });
      expect(await texts()).toEqual([]);
      expect(await append("next")).toBeGreaterThan(last);
      expect(await opened.store.listLogs(other, 0, 9)).toHaveLength(1);
    });

    it("stay bounded when many come at once, and a reader that follows misses none", async () => {
      const { store } = opened;
      const seen: number[] = [];
      const appended = Promise.all(Array.from({ length: 30 }, (_, n) => append(`${n}`)));
      let done = false;
      void appended.finally(() => (done = true));
      let wasDone: boolean;
      do {
        wasDone = done;
        for (const log of await store.listLogs(device, seen.at(-1) ?? 0, 1000)) seen.push(log.sequence);
      } while (!wasDone);
      expect(seen).toEqual((await appended).toSorted((a, b) => a - b));
      await Promise.all(Array.from({ length: 10 }, (_, n) => append(`${n}`, { keep: 5 })));
      expect(await texts()).toHaveLength(5);
    });
  });
}
