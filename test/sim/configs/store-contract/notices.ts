import { describe, expect, it } from "vitest";
import type { ConfigStore, Notice } from "../../../../sim/configs/stores/store.ts";
import { device, type Opened } from "./place.ts";

const restart: Notice = { kind: "restart", deviceSid: device, node: "n", id: "i" };
const logNotice = (sequence: number): Notice => ({ kind: "log", deviceSid: device, sequence });

/** What a store hears, and a wait until it is this many. */
function listenTo(store: ConfigStore) {
  const heard: Notice[] = [];
  let check = () => {};
  const stop = store.onNotice((notice) => {
    heard.push(notice);
    check();
  });
  const count = (expected: number) =>
    new Promise<void>((resolve) => {
      check = () => void (heard.length >= expected && resolve());
      check();
    });
  return { heard, stop, count };
}

export function describeNotices(opened: Opened): void {
  describe("notices", () => {
    it("reach each listener of the own store once, in order", async () => {
      const listeners = [listenTo(opened.store), listenTo(opened.store)];
      const notices = Array.from({ length: 20 }, (_, n) => logNotice(n));
      await Promise.all(notices.map((notice) => opened.store.notify(notice)));
      for (const { heard, count } of listeners) {
        await count(notices.length);
        expect(heard).toEqual(notices);
      }
    });

    it("do not reach a listener that has ended", async () => {
      const ended = listenTo(opened.store);
      const listening = listenTo(opened.store);
      ended.stop();
      ended.stop();
      await opened.store.notify(restart);
      await listening.count(1);
      expect(ended.heard).toEqual([]);
    });
  });
}

/** For stores that several processes share. */
export function describeSharedNotices(opened: Opened): void {
  describe("notices between processes", () => {
    it("reach the other's listeners once, in order", async () => {
      const other = await opened.openAgain();
      const there = listenTo(other);
      const here = listenTo(opened.store);
      const notices = Array.from({ length: 20 }, (_, n) => logNotice(n));
      await Promise.all(notices.map((notice) => opened.store.notify(notice)));
      await other.notify(restart);
      await Promise.all([here.count(21), there.count(21)]);
      expect(there.heard.filter(({ kind }) => kind === "log")).toEqual(notices);
      expect(here.heard).toEqual([...notices, restart]);
      expect(there.heard).toHaveLength(21);
    });

    it("can hold any text", async () => {
      const other = listenTo(await opened.openAgain());
      const notice: Notice = { kind: "connected", deviceSid: device, node: "'\0\ud83d\ude00\\", at: 1 };
      await opened.store.notify(notice);
      await other.count(1);
      expect(other.heard).toEqual([notice]);
    });

    it("come again after a time without listeners", async () => {
      const other = await opened.openAgain();
      listenTo(other).stop();
      const again = listenTo(other);
      await opened.store.notify(logNotice(1));
      await again.count(1);
      expect(again.heard).toEqual([logNotice(1)]);
    });
  });
}
