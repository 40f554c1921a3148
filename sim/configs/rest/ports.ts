/** What the REST API needs, and what its handlers find in their context. */

import type { Context } from "hono";
import type { AccountBook } from "../accounts.ts";
import type { ActivityFeed } from "../activity.ts";
import type { ConfigStore } from "../stores/store.ts";

export interface RestPorts {
  readonly store: ConfigStore;
  readonly accounts: AccountBook;
  readonly clock: () => number;
  /** As `parsePublicUrl` answers it. */
  readonly publicUrl: string | undefined;
  readonly reportError: (error: unknown) => void;
  readonly activity: ActivityFeed;
}

/** What a server knows of a request beyond the `Request`, whose URL the platform has already normalised. */
export interface ReceivedRequest {
  /** Path and query as they were sent. */
  readonly target: string;
  /** Scheme and host under which the client sees this service. */
  readonly origin: string;
}

export interface RestEnvironment {
  Bindings: ReceivedRequest;
  Variables: { accountSid: string };
}

export type RestContext = Context<RestEnvironment>;
