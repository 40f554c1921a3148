/** Credentials and settings of the memory store. */

import { type AccessStore, type Credential, revokedDigest } from "../store.ts";
import { createOrderedMap } from "./ordered-map.ts";
import type { MemoryPart } from "./part.ts";

/** @param settings of the store as a whole */
export function createMemoryAccess(settings: Map<string, string>): MemoryPart<AccessStore> {
  const credentials = createOrderedMap<Credential>();
  const all = () => credentials.list({ limit: Number.POSITIVE_INFINITY });

  return {
    operations: {
      async createCredential(credential) {
        if (credentials.get(credential.sid)) return false;
        credentials.set(credential.sid, { ...credential });
        return true;
      },
      async putCredential(credential) {
        credentials.set(credential.sid, { ...credential });
      },
      findCredential: async (sid) => credentials.get(sid),
      deleteCredential: async (sid) => credentials.delete(sid),
      async revokeCredentials(accountSid) {
        const revoked = all().filter((credential) => credential.accountSid === accountSid);
        for (const credential of revoked) {
          if (credential.kind === "device") credentials.set(credential.sid, { ...credential, digest: revokedDigest });
          else credentials.delete(credential.sid);
        }
        return revoked.map(({ sid }) => sid);
      },
      async listCredentials(kind, accountSid) {
        return all().filter((one) => one.kind === kind && (accountSid === undefined || one.accountSid === accountSid));
      },
      async initialise(name, value) {
        const known = settings.get(name);
        if (known !== undefined) return known;
        settings.set(name, value);
        return value;
      },
      readSetting: async (name) => settings.get(name),
    },
    accountSids: () => all().map(({ accountSid }) => accountSid),
  };
}
