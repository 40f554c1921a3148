/** The Configs service for programs that embed it: `import … from "microvisor-sim/configs"`. */

export {
  type Account,
  deriveDeviceToken,
  developmentAccount,
  generateAccount,
  isAccountSid,
  parseAccount,
  parseOperator,
} from "./accounts.ts";
export type { Activity } from "./activity.ts";
export { type Administration, type AdministrationTarget, openAdministration } from "./administration.ts";
export { type AuditEvent, auditLine } from "./audit.ts";
export { type ConfigResource, type ConfigsClient, type ConfigsClientOptions, createConfigsClient } from "./client.ts";
export {
  applyConfigChanges,
  type ConfigChanges,
  findConfigChanges,
  type WantedConfigs,
} from "./config-changes.ts";
export { type CredentialBook, createCredentialBook, createDigest, type NewCredential } from "./credentials.ts";
export type {
  ConnectedDevice,
  DeviceBackend,
  FetchedItem,
  FetchItem,
  FetchScope,
  FetchStore,
} from "./device-backend.ts";
export type { DeviceLog } from "./device-logs.ts";
export type { Readiness } from "./health.ts";
export { type LogRequest, type ReceivedLog, readLogs } from "./log-reader.ts";
export { type MasterKeySource, readMasterKey } from "./master-key.ts";
export { pipeUplink } from "./pipe.ts";
export { defaultRateLimits, noRateLimits, type RateLimitOptions } from "./rate-limits.ts";
export type { ReceivedRequest } from "./rest/ports.ts";
export { openSealedPostgresStore, openSealedSqliteStore, type SealedStore, sealStore } from "./sealed-store.ts";
export { type ConfigsServer, type ServeOptions, serveConfigs } from "./server.ts";
export type { ServerLimits } from "./server-limits.ts";
export { type ConfigsService, type ConfigsServiceOptions, createConfigsService } from "./service.ts";
export { createMemoryStore } from "./stores/memory.ts";
export { openPostgresStore, type PostgresStoreOptions } from "./stores/postgres.ts";
export { openSqliteStore } from "./stores/sqlite.ts";
export type { Collection, ConfigStore, DeviceRecord, Entry, ListRange } from "./stores/store.ts";
export { readTlsCredentials, type TlsCredentials } from "./tls.ts";
