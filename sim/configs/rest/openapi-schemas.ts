/** The resources, errors, parameters and headers of the API's OpenAPI description. */

import { maxKeyCharacters, maxValueCharacters } from "../validate.ts";
import { maxLogLimit, maxLogWaitSeconds } from "./logs.ts";
import { maxPageSize } from "./paging.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const string = { type: "string" } as const;
const url = { type: "string", format: "uri" } as const;
const date = { type: "string", format: "date-time", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$" } as const;
const nullable = <Schema extends { readonly type: string }>(schema: Schema) => ({
  ...schema,
  type: [schema.type, "null"],
});
const count = (minimum: number) => ({ type: "integer", minimum }) as const;
const key = { type: "string", minLength: 1, maxLength: maxKeyCharacters, pattern: "^[!-~]([ -~]*[!-~])?$" } as const;
const value = { type: "string", minLength: 1, maxLength: maxValueCharacters } as const;
const deviceSid = { type: "string", pattern: "^UV[0-9a-fA-F]{32}$" } as const;
const accountSid = { type: "string", pattern: "^AC[0-9a-fA-F]{32}$" } as const;
const keySid = { type: "string", pattern: "^SK[0-9a-fA-F]{32}$" } as const;

/** An object with all of these properties, and no others. */
function exactly(properties: { readonly [name: string]: Json }, description?: string) {
  const required = Object.keys(properties);
  return { ...(description && { description }), type: "object", properties, required, additionalProperties: false };
}

export function schemaRef(name: string) {
  return { $ref: `#/components/schemas/${name}` } as const;
}

const config = { key, value, date_updated: date, url };
const apiKey = {
  sid: keySid,
  account_sid: accountSid,
  label: nullable(string),
  date_created: date,
} as const;
const secret = { key, date_rotated: date, url };
const listOf = (name: string, items: string) =>
  exactly({ [name]: { type: "array", maxItems: maxPageSize, items: schemaRef(items) }, meta: schemaRef("Meta") });

export const schemas = {
  Config: exactly(config),
  Secret: exactly(secret, "Without its value: no call returns it."),
  DeviceConfig: exactly({ device_sid: deviceSid, ...config }),
  DeviceSecret: exactly({ device_sid: deviceSid, ...secret }, "Without its value: no call returns it."),
  ConfigList: listOf("configs", "Config"),
  SecretList: listOf("secrets", "Secret"),
  DeviceConfigList: listOf("configs", "DeviceConfig"),
  DeviceSecretList: listOf("secrets", "DeviceSecret"),
  DeviceList: listOf("devices", "Device"),
  Device: exactly({
    sid: deviceSid,
    unique_name: nullable(string),
    account_sid: accountSid,
    app: exactly({
      target_sid: nullable(string),
      target_hash: nullable(string),
      date_targeted: nullable(date),
      update_status: { enum: ["up-to-date", "pending", "error"] },
      update_error_code: { type: ["integer", "null"] },
      reported_sid: nullable(string),
      date_reported: nullable(date),
    }),
    logging: exactly({ enabled: { type: "boolean" }, date_expires: nullable(date) }),
    date_created: date,
    date_updated: date,
    url,
    links: exactly({ device_configs: url, device_secrets: url }),
  }),
  LogList: exactly({ logs: { type: "array", maxItems: maxLogLimit, items: schemaRef("Log") } }),
  Log: exactly({
    sequence: { ...count(1), description: "Ascending in the order in which they came." },
    device_sid: deviceSid,
    text: string,
    date_received: { type: "string", format: "date-time" },
  }),
  Meta: exactly(
    {
      page: count(0),
      page_size: { ...count(1), maximum: maxPageSize },
      first_page_url: url,
      previous_page_url: nullable(url),
      url,
      next_page_url: nullable(url),
      key: { ...string, description: "The name of the array with the page's resources." },
    },
    "Where the page lies in its list. Take the URLs as they are.",
  ),
  Error: exactly({ code: { type: "integer" }, message: string, more_info: url, status: { type: "integer" } }),
  CreateEntry: { type: "object", properties: { Key: key, Value: value }, required: ["Key", "Value"] },
  UpdateEntry: { type: "object", properties: { Value: value }, required: ["Value"] },
  UpdateDevice: {
    type: "object",
    properties: {
      UniqueName: { ...string, description: "Unique in the account; empty to have none." },
      TargetApp: string,
      LoggingEnabled: { ...string, enum: ["true", "false"], description: "true lasts for 24 hours." },
      RestartApp: { ...string, enum: ["true", "false"] },
    },
  },
  CreateDevice: { type: "object", properties: { Sid: deviceSid, UniqueName: string }, required: ["Sid"] },
  Key: exactly(apiKey),
  NewKey: exactly({ ...apiKey, secret: string }),
  KeyList: exactly({ keys: { type: "array", items: schemaRef("Key") } }),
  CreateKey: { type: "object", properties: { Label: string } },
  NewDeviceToken: exactly({ device_sid: deviceSid, token: string, date_created: date }),
  NewAuthToken: exactly({ account_sid: accountSid, auth_token: string, date_created: date }),
  Live: exactly({ status: { const: "live" } }),
  Ready: exactly({ status: { const: "ready" } }),
  NotReady: exactly({ status: { const: "notReady" }, reason: { enum: ["storeFailed", "storeTimeout", "closing"] } }),
};

export const parameters = {
  Key: { name: "Key", in: "path", required: true, schema: key, description: "Percent-encoded as one segment." },
  Sid: { name: "Sid", in: "path", required: true, schema: string, description: "The device's SID or unique name." },
  KeySid: { name: "Sid", in: "path", required: true, schema: keySid, description: "The API key's SID." },
  PageSize: { name: "PageSize", in: "query", schema: { ...count(1), default: 50 }, description: "Above 1000: 1000." },
  Page: { name: "Page", in: "query", schema: count(0), description: "The client's own count; it moves nothing." },
  PageToken: { name: "PageToken", in: "query", schema: string, description: "From a URL in meta." },
  After: { name: "After", in: "query", schema: count(0), description: "Only messages behind this sequence." },
  Limit: {
    name: "Limit",
    in: "query",
    schema: { ...count(1), default: maxLogLimit },
    description: "The last so many.",
  },
  Wait: {
    name: "Wait",
    in: "query",
    schema: { ...count(0), default: 0 },
    description: `Seconds to wait for the first message while there is none; above ${maxLogWaitSeconds}: ${maxLogWaitSeconds}.`,
  },
  IfMatch: { name: "If-Match", in: "header", schema: string, description: "Only if it has this ETag." },
  IfNoneMatch: { name: "If-None-Match", in: "header", schema: string, description: "Not if it has this ETag." },
};

export const headers = {
  ETag: { schema: { ...string, pattern: '^"[^"]+"$' }, required: true, description: "Another with each write." },
  Location: { schema: url, required: true },
  Allow: { schema: string, required: true },
  MvsimDelivered: {
    schema: { type: "string", enum: ["true", "false"] },
    description: "With LoggingEnabled or RestartApp: whether it was sent to the device, connected to whatever node.",
  },
  WwwAuthenticate: { schema: string, required: true },
  RetryAfter: { schema: string, required: true, description: "In seconds." },
};
