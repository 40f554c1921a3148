/** What the REST API needs, and what its handlers find in their context. */

import type { Context } from "hono";
import type { Access } from "../access.ts";
import type { ActivityFeed } from "../activity.ts";
import type { AuditEvent } from "../audit.ts";
import type { CredentialBook } from "../credentials.ts";
import type { DeviceCommands } from "../device-commands.ts";
import type { FailedAttempts } from "../failed-attempts.ts";
import type { RateLimit } from "../rate-limits.ts";
import type { ConfigStore } from "../stores/store.ts";

export interface RestPorts {
  readonly store: ConfigStore;
  readonly access: Access;
  readonly credentials: CredentialBook;
  readonly failedAttempts: FailedAttempts;
  /** By account. */
  readonly requestLimit: RateLimit;
  readonly clock: () => number;
  /** As `parsePublicUrl` answers it. */
  readonly publicUrl: string | undefined;
  readonly reportError: (error: unknown) => void;
  readonly activity: ActivityFeed;
  readonly commands: DeviceCommands;
  readonly audit: (event: AuditEvent) => void;
}

/** What a server knows of a request beyond the `Request`, whose URL the platform has already normalised. */
export interface ReceivedRequest {
  /** Path and query as they were sent. */
  readonly target: string;
  /** Scheme and host under which the client sees this service. */
  readonly origin: string;
  /** Where the request comes from; undefined within this process. */
  readonly address?: string | undefined;
  /** Abort when the server stops, and when the client has ended its side: who waits is answered at once. */
  readonly endings?: (() => readonly AbortSignal[]) | undefined;
}

export interface RestEnvironment {
  Bindings: ReceivedRequest;
  /** `credentialSid`: the account's own SID, or that of the API key that was shown. */
  Variables: { accountSid: string; credentialSid: string };
}

export type RestContext = Context<RestEnvironment>;
