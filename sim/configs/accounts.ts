/**
 * Accounts that are given to a service in process, as the command line's are: an auth token for operators, and a device
 * token with which devices are provisioned. `credentials.ts` has those in the store, `access.ts` the checks.
 */

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { SimulatorError } from "../../host/fault/fault.ts";
import type { Digest } from "./credentials.ts";
import type { ConfigStore } from "./stores/store.ts";

export interface Account {
  /** `AC` and 32 hex digits. */
  readonly sid: string;
  readonly authToken: string;
  /** What the account's devices show; `deriveDeviceToken` when it is not given. */
  readonly deviceToken?: string | undefined;
}

/** Accounts given in process, beside those in the store. Tokens are shown as digests. */
export interface AccountBook {
  has(accountSid: string): boolean;
  isAuthToken(accountSid: string, shown: Uint8Array): boolean;
  /** The SID of the account whose device token this is. */
  findByDeviceToken(shown: Uint8Array): string | undefined;
}

const operatorSid = /^(?:AC|SK)[0-9a-fA-F]{32}$/;
const accountSid = /^AC[0-9a-fA-F]{32}$/;

/** A new account with random credentials of 128 bits. @param sid an account that exists already and gets a new token */
export function generateAccount(sid = `AC${randomBytes(16).toString("hex")}`): Account {
  return { sid, authToken: randomBytes(16).toString("hex") };
}

/**
 * The account for whoever names none: the only one in the store, with a new token, or a new one if the store is empty.
 * @throws SimulatorError ERR_MVSIM_ACCOUNT_NEEDED: the store holds several
 */
export async function developmentAccount(store: ConfigStore): Promise<Account> {
  const [sid, ...others] = await store.accountSids();
  if (others.length === 0) return generateAccount(sid);
  const message = `The store holds ${others.length + 1} accounts: ${[sid, ...others].join(", ")}. Say which one, as SID:TOKEN.`;
  throw new SimulatorError("ERR_MVSIM_ACCOUNT_NEEDED", message);
}

/** The device token of an account that was given none: it survives a restart and does not reveal the auth token. */
export function deriveDeviceToken({ sid, authToken, deviceToken }: Account): string {
  if (deviceToken !== undefined) return deviceToken;
  return createHmac("sha256", authToken).update(`microvisor-sim device token of ${sid}`).digest("base64url");
}

/** @param text `SID:TOKEN` @throws SimulatorError ERR_MVSIM_INVALID_ACCOUNT (never shows the token) */
export function parseAccount(text: string): Account {
  const account = divide(text);
  if (account && accountSid.test(account.sid)) return account;
  throw invalid("An account is written SID:TOKEN, where SID is AC and 32 hex digits.");
}

/** An account, or an API key with its secret, as a client shows it. @throws as `parseAccount` does */
export function parseOperator(text: string): Account {
  const operator = divide(text);
  if (operator && operatorSid.test(operator.sid)) return operator;
  throw invalid("An account is written SID:TOKEN, an API key SID:SECRET, where SID is AC or SK and 32 hex digits.");
}

function divide(text: string): Account | undefined {
  const colon = text.indexOf(":");
  const account = { sid: text.slice(0, colon), authToken: text.slice(colon + 1) };
  return colon < 0 || account.authToken === "" ? undefined : account;
}

/**
 * Only digests of the tokens are kept.
 * @throws SimulatorError ERR_MVSIM_INVALID_ACCOUNT: a bad SID, an empty token, an account or device token twice
 */
export function createAccountBook(accounts: readonly Account[], digest: Digest): AccountBook {
  const nobody = randomBytes(32);
  const authDigests = new Map<string, Uint8Array>();
  const deviceDigests = new Map<string, Uint8Array>();

  for (const account of accounts) {
    const { sid, authToken } = account;
    const deviceToken = deriveDeviceToken(account);
    if (!accountSid.test(sid)) throw invalid(`The account ${JSON.stringify(sid)} is not AC and 32 hex digits.`);
    if (authToken === "" || deviceToken === "") throw invalid(`A token of the account ${sid} is empty.`);
    if (authDigests.has(sid)) throw invalid(`The account ${sid} is given twice.`);
    const deviceDigest = digest(deviceToken);
    if ([...deviceDigests.values()].some((other) => timingSafeEqual(other, deviceDigest))) {
      throw invalid(`The device token of the account ${sid} is another account's too.`);
    }
    authDigests.set(sid, digest(authToken));
    deviceDigests.set(sid, deviceDigest);
  }

  return {
    has: (sid) => authDigests.has(sid),
    isAuthToken: (sid, shown) => timingSafeEqual(shown, authDigests.get(sid) ?? nobody),
    findByDeviceToken(shown) {
      let found: string | undefined;
      // Every account is compared, also behind the right one.
      for (const [sid, expected] of deviceDigests) if (timingSafeEqual(shown, expected)) found = sid;
      return found;
    },
  };
}

export function isAccountSid(text: string): boolean {
  return accountSid.test(text);
}

function invalid(message: string): SimulatorError {
  return new SimulatorError("ERR_MVSIM_INVALID_ACCOUNT", message);
}
