import { describe, expect, it } from "vitest";
import type { Credential } from "../../../../sim/configs/stores/store.ts";
import { account, device, type Opened, otherAccount } from "./place.ts";

const key = (digit: string, changes: Partial<Credential> = {}): Credential => ({
  kind: "key",
  sid: `SK${digit.repeat(32)}`,
  accountSid: account,
  digest: "0123",
  label: undefined,
  createdAt: 7,
  ...changes,
});

export function describeAccess(opened: Opened): void {
  describe("credentials", () => {
    it("are created once for each SID", async () => {
      const { store } = opened;
      const first = key("1", { label: "for CI" });
      expect(await store.createCredential(first)).toBe(true);
      expect(await store.createCredential({ ...first, digest: "4567" })).toBe(false);
      expect(await store.findCredential(first.sid)).toEqual(first);
    });

    it("are replaced whole by put", async () => {
      const { store } = opened;
      await store.putCredential(key("1", { label: "old" }));
      const rotated = key("1", { digest: "89ab", createdAt: 9 });
      await store.putCredential(rotated);
      expect(await store.findCredential(rotated.sid)).toEqual(rotated);
    });

    it("are deleted once", async () => {
      const { store } = opened;
      await store.createCredential(key("1"));
      expect(await store.deleteCredential(key("1").sid)).toBe(true);
      expect(await store.deleteCredential(key("1").sid)).toBe(false);
      expect(await store.findCredential(key("1").sid)).toBeUndefined();
    });

    it("are not found under a SID with a NUL character", async () => {
      await opened.store.createCredential(key("1"));
      expect(await opened.store.findCredential(`${key("1").sid}\0`)).toBeUndefined();
      expect(await opened.store.deleteCredential(`${key("1").sid}\0`)).toBe(false);
    });

    it("of an account are revoked together, and no other account's", async () => {
      const { store } = opened;
      const own: Credential = { ...key("1"), kind: "account", sid: account };
      const token: Credential = { ...key("1"), kind: "device", sid: device, label: "attic" };
      const theirs: Credential[] = [
        { ...own, sid: otherAccount, accountSid: otherAccount },
        key("3", { accountSid: otherAccount }),
        { ...token, sid: `UV${"d".repeat(32)}`, accountSid: otherAccount },
      ];
      for (const one of [own, token, key("1"), key("2"), ...theirs]) await store.createCredential(one);
      const revoked = await store.revokeCredentials(account);
      expect(revoked.toSorted()).toEqual([account, key("1").sid, key("2").sid, device].toSorted());
      expect(await store.listCredentials("account")).toEqual([theirs[0]]);
      expect(await store.listCredentials("key")).toEqual([theirs[1]]);
      expect(await store.listCredentials("device")).toEqual([{ ...token, digest: "" }, theirs[2]]);
      expect(await store.revokeCredentials(`AC${"0".repeat(32)}`)).toEqual([]);
    });

    it("are listed by SID: of one kind, and of one account or of all", async () => {
      const { store } = opened;
      const theirs = key("2", { accountSid: otherAccount });
      const token: Credential = { ...key("1"), kind: "account", sid: account };
      for (const one of [key("3"), theirs, key("1"), token]) await store.createCredential(one);
      expect(await store.listCredentials("key")).toEqual([key("1"), theirs, key("3")]);
      expect(await store.listCredentials("key", account)).toEqual([key("1"), key("3")]);
      expect(await store.listCredentials("account", account)).toEqual([token]);
      expect(await store.listCredentials("device")).toEqual([]);
    });
  });

  describe("settings", () => {
    it("are set once, by whoever comes first", async () => {
      const { store } = opened;
      expect(await store.readSetting("a")).toBeUndefined();
      const values = Array.from({ length: 10 }, (_, n) => `${n}`);
      const answers = await Promise.all(values.map((value) => store.initialise("a", value)));
      expect(new Set(answers).size).toBe(1);
      expect(await store.readSetting("a")).toBe(answers[0]);
      expect(await store.initialise("b", "")).toBe("");
    });
  });
}
