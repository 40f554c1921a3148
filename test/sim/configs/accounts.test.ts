import { describe, expect, it } from "vitest";
import {
  createConfigsService,
  createMemoryStore,
  deriveDeviceToken,
  generateAccount,
  parseAccount,
  parseOperator,
} from "../../../sim/configs/index.ts";

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

describe("an operator", () => {
  it("is an account or an API key, with its secret", () => {
    const key = `SK${"0".repeat(32)}`;
    expect(parseOperator(`${key}:secret`)).toEqual({ sid: key, authToken: "secret" });
    const account = `AC${"0".repeat(32)}`;
    expect(parseOperator(`${account}:token`)).toEqual({ sid: account, authToken: "token" });
    for (const text of [key, `${key}:`, `UV${"0".repeat(32)}:t`]) expect(() => parseOperator(text)).toThrow(refusal);
  });
});

describe("a service", () => {
  const [a, b] = [generateAccount(), generateAccount()];

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
    expect(() => createConfigsService({ store: createMemoryStore(), accounts })).toThrow(refusal);
  });
});
