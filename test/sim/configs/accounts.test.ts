import { describe, expect, it } from "vitest";
import { createAccountBook } from "../../../sim/configs/accounts.ts";
import { deriveDeviceToken, generateAccount, parseAccount } from "../../../sim/configs/index.ts";

const refusal = expect.objectContaining({ code: "ERR_MVSIM_INVALID_ACCOUNT" });

describe("an account", () => {
  it("that is generated has a SID and a token of 128 random bits each", () => {
    const [one, other] = [generateAccount(), generateAccount()];
    expect(one.sid).toMatch(/^AC[0-9a-f]{32}$/);
    expect(one.authToken).toMatch(/^[0-9a-f]{32}$/);
    expect(one.sid).not.toBe(other.sid);
    expect(one.authToken).not.toBe(other.authToken);
  });

  it("gets a new token for a SID that exists", () => {
    const { sid } = generateAccount();
    expect(generateAccount(sid).sid).toBe(sid);
  });

  it("is written SID:TOKEN; the token may hold colons", () => {
    const sid = `AC${"0".repeat(32)}`;
    expect(parseAccount(`${sid}:a:b`)).toEqual({ sid, authToken: "a:b" });
  });

  it.each([
    "",
    "AC",
    `AC${"0".repeat(32)}`,
    `AC${"0".repeat(32)}:`,
    `SK${"0".repeat(32)}:t`,
    `AC${"x".repeat(32)}:t`,
    ":t",
  ])("is not %j", (text) => {
    expect(() => parseAccount(text)).toThrow(refusal);
  });

  it("has a device token that stays the same, and is its own", () => {
    const account = generateAccount();
    expect(deriveDeviceToken(account)).toBe(deriveDeviceToken({ ...account }));
    expect(deriveDeviceToken(account)).toMatch(/^[\w-]{43}$/);
    expect(deriveDeviceToken(account)).not.toBe(deriveDeviceToken({ ...account, authToken: "other" }));
    expect(deriveDeviceToken(account)).not.toBe(deriveDeviceToken({ ...account, sid: generateAccount().sid }));
    expect(deriveDeviceToken({ ...account, deviceToken: "given" })).toBe("given");
  });
});

describe("an account book", () => {
  const [a, b] = [generateAccount(), generateAccount()];
  const book = createAccountBook([a, b]);

  it("knows each account by its own tokens only", () => {
    expect(book.authenticate(a.sid, a.authToken)).toBe(a.sid);
    expect(book.authenticate(a.sid, b.authToken)).toBeUndefined();
    expect(book.authenticate(a.sid, deriveDeviceToken(a))).toBeUndefined();
    expect(book.authenticate(`AC${"0".repeat(32)}`, a.authToken)).toBeUndefined();
    expect(book.authenticateDevice(deriveDeviceToken(a))).toBe(a.sid);
    expect(book.authenticateDevice(deriveDeviceToken(b))).toBe(b.sid);
    expect(book.authenticateDevice(a.authToken)).toBeUndefined();
    expect(book.authenticateDevice("")).toBeUndefined();
  });

  it.each([
    ["a SID that is none", [{ sid: "AC1", authToken: "t" }]],
    ["an empty token", [{ ...a, authToken: "" }]],
    ["an empty device token", [{ ...a, deviceToken: "" }]],
    ["an account twice", [a, { ...a, authToken: "other" }]],
    [
      "a device token of two accounts",
      [
        { ...a, deviceToken: "same" },
        { ...b, deviceToken: "same" },
      ],
    ],
  ])("refuses %s", (_name, accounts) => {
    expect(() => createAccountBook(accounts)).toThrow(refusal);
  });
});
