/** Who changed what, and when: one event for each change that an operator makes over REST. No event holds a value. */

export interface AuditEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly accountSid: string;
  /** The account's SID, or that of the API key that was used. */
  readonly actor: string;
  readonly action: "create" | "update" | "delete" | "rotate" | "revoke" | "restart";
  readonly of: "config" | "secret" | "device" | "key" | "deviceToken" | "authToken";
  /** Of the config or secret. */
  readonly key?: string | undefined;
  readonly deviceSid?: string | undefined;
  /** Of the API key that was created or revoked. */
  readonly keySid?: string | undefined;
}

/** As a line of a log: JSON, without its end. */
export function auditLine({ at, ...event }: AuditEvent): string {
  return JSON.stringify({ time: new Date(at).toISOString(), event: "audit", ...event });
}
