/**
 * Credentials over REST, beside the vendor's paths: API keys, tokens of devices, and the account's own auth token. Only
 * the auth token opens these: an API key that was stolen makes no more keys.
 */

import type { Hono } from "hono";
import type { Credential } from "../stores/store.ts";
import { describeInvalidLabel } from "../validate.ts";
import { recordChange } from "./audit.ts";
import { answerRead, assertWritable } from "./conditions.ts";
import { requireDevice } from "./devices.ts";
import { notFound, RestError } from "./errors.ts";
import type { RestContext, RestEnvironment, RestPorts } from "./ports.ts";
import { optionalField, readFields } from "./request.ts";
import { addResource, segmentOf, wholeSeconds } from "./resource.ts";
import { jsonResponse } from "./text-response.ts";

export function addAccessRoutes(app: Hono<RestEnvironment>, ports: RestPorts): void {
  const { store, credentials } = ports;

  addResource(app, "/mvsim/Keys", {
    async GET(context) {
      assertAuthToken(context);
      const keys = await credentials.list("key", context.get("accountSid"));
      return answerRead(context, { keys: keys.map(representKey) });
    },
    async POST(context) {
      assertAuthToken(context);
      const label = optionalField(await readFields(context.req.raw), "Label", describeInvalidLabel);
      assertWritable(context);
      const { credential, secret } = await credentials.createKey(context.get("accountSid"), label);
      recordChange(context, ports, { action: "create", of: "key", keySid: credential.sid });
      return jsonResponse({ ...representKey(credential), secret }, 201);
    },
  });
  addResource(app, "/mvsim/Keys/:sid", {
    async DELETE(context) {
      assertAuthToken(context);
      const sid = segmentOf(context, 2, "Sid");
      assertWritable(context);
      if (!(await credentials.revokeKey(context.get("accountSid"), sid))) throw notFound(context.req.path);
      recordChange(context, ports, { action: "revoke", of: "key", keySid: sid });
      return context.body(null, 204);
    },
  });
  addResource(app, "/mvsim/Devices/:sid/Token", {
    async POST(context) {
      assertAuthToken(context);
      const { sid, accountSid } = await requireDevice(context, store);
      assertWritable(context);
      const { credential, secret } = await credentials.rotateDeviceToken(accountSid, sid);
      recordChange(context, ports, { action: "rotate", of: "deviceToken", deviceSid: sid });
      return jsonResponse({ device_sid: sid, token: secret, date_created: wholeSeconds(credential.createdAt) });
    },
    async DELETE(context) {
      assertAuthToken(context);
      const { sid, accountSid } = await requireDevice(context, store);
      assertWritable(context);
      await credentials.revokeDeviceToken(accountSid, sid);
      recordChange(context, ports, { action: "revoke", of: "deviceToken", deviceSid: sid });
      return context.body(null, 204);
    },
  });
  addResource(app, "/mvsim/AuthToken", {
    async POST(context) {
      assertAuthToken(context);
      assertWritable(context);
      const accountSid = context.get("accountSid");
      if ((await store.findCredential(accountSid)) === undefined) {
        throw new RestError(409, "The account's auth token was given to the server at its start: change it there");
      }
      const { credential, secret } = await credentials.rotateAccount(accountSid);
      recordChange(context, ports, { action: "rotate", of: "authToken" });
      return jsonResponse({
        account_sid: accountSid,
        auth_token: secret,
        date_created: wholeSeconds(credential.createdAt),
      });
    },
  });
}

/** @throws RestError 403 */
function assertAuthToken(context: RestContext): void {
  if (context.get("credentialSid") === context.get("accountSid")) return;
  throw new RestError(403, "An API key may not do this: authenticate with the account's auth token");
}

function representKey({ sid, accountSid, label, createdAt }: Credential) {
  return { sid, account_sid: accountSid, label: label ?? null, date_created: wholeSeconds(createdAt) };
}
