/**
 * The Configs service: the rules, without sockets. REST stands before it as a pure fetch handler, devices as a
 * `DeviceBackend`; whoever runs it in this process can write entries directly.
 */

import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { SimulatorError } from "../../host/fault/fault.ts";
import { createAccess } from "./access.ts";
import { type Account, createAccountBook } from "./accounts.ts";
import { type Activity, createActivityFeed, reportingBackend } from "./activity.ts";
import type { AuditEvent } from "./audit.ts";
import { createConnectedDevices } from "./connected-devices.ts";
import { createCredentialBook, createDigest } from "./credentials.ts";
import { createDeviceAccess, openDevice } from "./device-access.ts";
import type { DeviceBackend } from "./device-backend.ts";
import { createDeviceCommands, defaultDeliveryTimeoutMilliseconds } from "./device-commands.ts";
import { createDeviceLogs, type DeviceLog, defaultKeptLogs } from "./device-logs.ts";
import { createFailedAttempts } from "./failed-attempts.ts";
import { createReadiness, type Readiness } from "./health.ts";
import { createRateLimits, type RateLimitOptions } from "./rate-limits.ts";
import { createRestApp, parsePublicUrl } from "./rest/app.ts";
import type { ReceivedRequest } from "./rest/ports.ts";
import { newRevision } from "./revision.ts";
import type { Collection, ConfigStore } from "./stores/store.ts";
import { assertValidEntry, isDeviceSid } from "./validate.ts";

export interface ConfigsServiceOptions {
  /** The service takes it over: `close()` closes it. */
  readonly store: ConfigStore;
  readonly accounts: readonly Account[];
  /** Milliseconds since 1970; the system's clock by default. */
  readonly clock?: (() => number) | undefined;
  /**
   * Whether a device without a token of its own is let in, and created when it is new, where it shows its account's
   * device token. Default: true.
   */
  readonly provisionUnknownDevices?: boolean | undefined;
  /** Whether that token is good for devices with one of their own too. Default: false. */
  readonly trustAccountTokens?: boolean | undefined;
  /** With which the store's credentials are digested (`SealedStore`). Default: one that ends with the process. */
  readonly credentialKey?: Uint8Array | undefined;
  /** How long a REST call waits until a device has heard of its command. Default: 1000. */
  readonly deliveryTimeoutMilliseconds?: number | undefined;
  /** Log messages that are kept for each device. Default: 1000. */
  readonly keptLogs?: number | undefined;
  /** Default: no limits. */
  readonly rateLimits?: Partial<RateLimitOptions> | undefined;
  /** What `url` fields start with when the service stands behind a proxy; scheme and host of the request by default. */
  readonly publicUrl?: string | undefined;
  /** Gets what failed inside (the client gets a 500 without details). Default: to stderr. */
  readonly reportError?: ((error: unknown) => void) | undefined;
}

export interface ConfigsService {
  /** The REST API. It never rejects. @param received what a server knows beyond the request */
  fetch(request: Request, received?: ReceivedRequest): Promise<Response>;
  readonly backend: DeviceBackend;
  /**
   * Creates or changes an entry in any collection; a device that is named is created when it is new.
   * @throws SimulatorError ERR_MVSIM_INVALID_CONFIG, ERR_MVSIM_UNKNOWN_ACCOUNT, ERR_MVSIM_INVALID_DEVICE
   */
  put(collection: Collection, key: string, value: string): Promise<void>;
  /** Answers false when there was no such entry. @throws as `put` does */
  delete(collection: Collection, key: string): Promise<boolean>;
  /** Calls the listener with each log message of a device whose logging is on. @returns ends it */
  onLog(listener: (log: DeviceLog) => void): () => void;
  /** Calls the listener with each change that an operator makes over REST. @returns ends it */
  onAudit(listener: (event: AuditEvent) => void): () => void;
  /** Calls the listener with what the service does, for metrics. @returns ends it */
  onActivity(listener: (activity: Activity) => void): () => void;
  /** Whether the store answers; asked at most once a second. Never rejects. */
  readiness(): Promise<Readiness>;
  close(): Promise<void>;
}

/** @throws SimulatorError ERR_MVSIM_INVALID_ACCOUNT, ERR_MVSIM_INVALID_PUBLIC_URL */
export function createConfigsService(options: ConfigsServiceOptions): ConfigsService {
  const { store, clock = Date.now, provisionUnknownDevices = true, reportError = printError } = options;
  const publicUrl = options.publicUrl === undefined ? undefined : parsePublicUrl(options.publicUrl);
  const digest = createDigest(options.credentialKey);
  const accounts = createAccountBook(options.accounts, digest);
  const access = createAccess({
    store,
    accounts,
    digest,
    provisionUnknownDevices,
    trustAccountTokens: options.trustAccountTokens ?? false,
  });
  const credentials = createCredentialBook({ store, digest, clock });
  const limits = createRateLimits(options.rateLimits);
  const failedAttempts = createFailedAttempts(limits.failures);
  const node = randomUUID();
  const connected = createConnectedDevices({
    node,
    announce: (notice) => store.notify(notice).catch(reportError),
  });
  const commands = createDeviceCommands({
    store,
    connected,
    node,
    clock,
    timeoutMilliseconds: options.deliveryTimeoutMilliseconds ?? defaultDeliveryTimeoutMilliseconds,
    reportError,
  });
  const stopHearing = store.onNotice((notice) => {
    connected.hear(notice);
    commands.hear(notice);
  });
  const auditListeners = new Set<(event: AuditEvent) => void>();
  const activity = createActivityFeed();
  const logListeners = new Set<(log: DeviceLog) => void>();
  const logs = createDeviceLogs({
    store,
    keep: options.keptLogs ?? defaultKeptLogs,
    clock,
    listeners: logListeners,
    reportError,
  });

  /** Made when it is first asked: a device in the same process asks for other things. */
  let rest: ReturnType<typeof createRestApp> | undefined;

  async function assertCollection({ accountSid, deviceSid }: Collection): Promise<void> {
    if (!(await access.hasAccount(accountSid))) {
      throw new SimulatorError("ERR_MVSIM_UNKNOWN_ACCOUNT", `This service has no account ${accountSid}.`);
    }
    if (deviceSid === undefined) return;
    if (!isDeviceSid(deviceSid)) throw invalidDevice(deviceSid, "a device SID is UV and 32 hex digits");
    const device = await openDevice(store, { deviceSid, accountSid, now: clock() });
    if (device.accountSid !== accountSid) throw invalidDevice(deviceSid, "the device belongs to another account");
  }

  return {
    fetch(request, received) {
      rest ??= createRestApp({
        store,
        access,
        credentials,
        failedAttempts,
        requestLimit: limits.requests,
        clock,
        publicUrl,
        reportError,
        activity,
        commands,
        audit(event) {
          for (const listener of auditListeners) listener(event);
        },
      });
      return rest(request, received);
    },
    backend: reportingBackend(
      createDeviceAccess({
        store,
        access,
        failedAttempts,
        limits,
        connected,
        clock,
        reportError,
        activity,
        logs,
      }),
      activity,
    ),
    async put(collection, key, value) {
      assertValidEntry(key, value);
      await assertCollection(collection);
      await store.put(collection, { key, value, updatedAt: clock(), revision: newRevision() });
    },
    async delete(collection, key) {
      await assertCollection(collection);
      return (await store.delete(collection, key)) === "done";
    },
    onLog(listener) {
      logListeners.add(listener);
      return () => logListeners.delete(listener);
    },
    onAudit(listener) {
      auditListeners.add(listener);
      return () => auditListeners.delete(listener);
    },
    onActivity: activity.listen,
    readiness: createReadiness({ check: () => store.check(), reportError }),
    async close() {
      stopHearing();
      await logs.settled();
      await store.close();
    },
  };
}

function printError(error: unknown): void {
  process.stderr.write(`${inspect(error)}\n`);
}

function invalidDevice(deviceSid: string, reason: string): SimulatorError {
  return new SimulatorError("ERR_MVSIM_INVALID_DEVICE", `${JSON.stringify(deviceSid)} can't be used: ${reason}.`);
}
