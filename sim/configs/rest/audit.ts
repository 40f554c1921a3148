/** Reports a change that the operator of this request has made. */

import type { AuditEvent } from "../audit.ts";
import type { RestContext, RestPorts } from "./ports.ts";

export type Change = Pick<AuditEvent, "action" | "of" | "key" | "deviceSid" | "keySid">;

export function recordChange(context: RestContext, { audit, clock }: RestPorts, change: Change): void {
  audit({ at: clock(), accountSid: context.get("accountSid"), actor: context.get("credentialSid"), ...change });
}
