/** Devices for tests, created over the API. */

import { randomBytes } from "node:crypto";
import type { Account } from "../../../../sim/configs/index.ts";
import { form, type ServedService } from "../served-service.ts";

/** A device SID that no other test has. */
export function someDeviceSid(): string {
  return `UV${randomBytes(16).toString("hex")}`;
}

/** Creates a device of the account. @returns its SID */
export async function createDevice(
  { send, account }: ServedService,
  { sid = someDeviceSid(), uniqueName, as = account }: { sid?: string; uniqueName?: string; as?: Account } = {},
): Promise<string> {
  const name = uniqueName === undefined ? "" : `&UniqueName=${encodeURIComponent(uniqueName)}`;
  const answer = await send("POST", "/mvsim/Devices", { as, headers: form, body: `Sid=${sid}${name}` });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return sid;
}
