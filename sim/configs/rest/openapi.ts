/**
 * The API's description in OpenAPI 3.1, served at `/openapi.json`. A test compares it with the routes both ways, and
 * the answers that tests get with it. HEAD answers as GET does, and OPTIONS with `Allow`: on every path, so neither is
 * listed; a method that a path has not is a 405.
 */

import { headers, parameters, schemaRef, schemas } from "./openapi-schemas.ts";

interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly object[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
  readonly security?: readonly object[];
}

type Status = keyof typeof refusals;

const ref = (kind: "parameters" | "headers" | "responses", name: string) => ({ $ref: `#/components/${kind}/${name}` });
const json = (name: string) => ({ "application/json": { schema: schemaRef(name) } });

const refusals = {
  400: "A parameter is missing or not valid; the message names it.",
  401: "Credentials are missing or wrong.",
  403: "What was shown opens other calls, but not this one.",
  404: "There is no such resource.",
  405: "The path has no such method.",
  406: "The request does not accept JSON.",
  409: "The name or key is taken.",
  412: "A condition of the request does not hold.",
  413: "The body is too large.",
  414: "Path and query are too long.",
  415: "The body is neither a form nor JSON in UTF-8.",
  429: "A rate limit was reached.",
  500: "The service failed; its log says why.",
};

const refusalHeaders: Readonly<Record<number, object>> = {
  401: { "WWW-Authenticate": ref("headers", "WwwAuthenticate") },
  405: { Allow: ref("headers", "Allow") },
  429: { "Retry-After": ref("headers", "RetryAfter") },
};

/** What every operation with an account may answer, and what this one may beside it. */
function refused(...more: Status[]): Record<string, object> {
  const statuses = [...more, 400, 401, 406, 412, 414, 429, 500].sort();
  return Object.fromEntries(statuses.map((status) => [status, ref("responses", `Error${status}`)]));
}

const etag = { ETag: ref("headers", "ETag") };
const location = { Location: ref("headers", "Location") };
const unchanged = { description: "It has this ETag still." };
const paging = ["PageSize", "Page", "PageToken"].map((name) => ref("parameters", name));
const conditions = ["IfMatch", "IfNoneMatch"].map((name) => ref("parameters", name));

function answer(description: string, schema: string, headers?: object) {
  return { description, ...(headers && { headers }), content: json(schema) };
}

function body(schema: string, required = true) {
  const content = { "application/x-www-form-urlencoded": { schema: schemaRef(schema) }, ...json(schema) };
  return { required, content };
}

/** The five operations on a collection of entries. @param path of the collection @param resource its schema's name */
function entryPaths(path: string, resource: string, tag: string): Record<string, object> {
  const tags = [tag];
  const collection: Record<string, Operation> = {
    get: {
      summary: "List",
      tags,
      parameters: [...paging, ...conditions],
      responses: { 200: answer("A page.", `${resource}List`), 304: unchanged, ...refused(404) },
    },
    post: {
      summary: "Create",
      tags,
      parameters: conditions,
      requestBody: body("CreateEntry"),
      responses: { 201: answer("It was created.", resource, { ...etag, ...location }), ...refused(404, 409, 413, 415) },
    },
  };
  const entry: Record<string, Operation> = {
    get: {
      summary: "Fetch",
      tags,
      parameters: conditions,
      responses: { 200: answer("It.", resource, etag), 304: { ...unchanged, headers: etag }, ...refused(404) },
    },
    post: {
      summary: "Change the value",
      tags,
      parameters: conditions,
      requestBody: body("UpdateEntry"),
      responses: { 200: answer("As it is now.", resource, etag), ...refused(404, 413, 415) },
    },
    delete: {
      summary: "Delete",
      tags,
      parameters: conditions,
      responses: { 204: { description: "It is gone." }, ...refused(404) },
    },
  };
  const above = path.includes("{Sid}") ? [ref("parameters", "Sid")] : [];
  return {
    [path]: { parameters: above, ...collection },
    [`${path}/{Key}`]: { parameters: [...above, ref("parameters", "Key")], ...entry },
  };
}

const devicePaths = {
  "/v1/Devices": {
    get: {
      summary: "List",
      tags: ["Devices"],
      parameters: [...paging, ...conditions],
      responses: { 200: answer("A page.", "DeviceList"), 304: unchanged, ...refused() },
    } satisfies Operation,
  },
  "/v1/Devices/{Sid}": {
    parameters: [ref("parameters", "Sid")],
    get: {
      summary: "Fetch",
      tags: ["Devices"],
      parameters: conditions,
      responses: { 200: answer("It.", "Device"), 304: unchanged, ...refused(404) },
    } satisfies Operation,
    post: {
      summary: "Name it, switch its logging, restart its application",
      tags: ["Devices"],
      parameters: conditions,
      requestBody: body("UpdateDevice", false),
      responses: {
        200: answer("As it is now.", "Device", { "Mvsim-Delivered": ref("headers", "MvsimDelivered") }),
        ...refused(404, 409, 413, 415),
      },
    } satisfies Operation,
  },
  "/mvsim/Devices": {
    post: {
      summary: "Create: the vendor's API has no such call",
      tags: ["Devices"],
      parameters: conditions,
      requestBody: body("CreateDevice"),
      responses: { 201: answer("It was created.", "Device", location), ...refused(409, 413, 415) },
    } satisfies Operation,
  },
};

const logPaths = {
  "/mvsim/Devices/{Sid}/Logs": {
    parameters: [ref("parameters", "Sid")],
    get: {
      summary: "The messages that are kept of the device, or those that come next",
      tags: ["Devices"],
      parameters: [...["After", "Limit", "Wait"].map((name) => ref("parameters", name)), ...conditions],
      responses: { 200: answer("The last ones, in their order.", "LogList"), 304: unchanged, ...refused(404) },
    } satisfies Operation,
  },
};

/** Credentials: only an account's auth token opens these. */
function accessPath(summary: string, responses: Record<string, object>, schema?: string) {
  const requestBody = schema === undefined ? {} : { requestBody: body(schema, false) };
  return { summary, tags: ["Access"], parameters: conditions, ...requestBody, responses } satisfies Operation;
}

const accessPaths = {
  "/mvsim/Keys": {
    get: accessPath("List API keys", { 200: answer("All.", "KeyList"), 304: unchanged, ...refused(403) }),
    post: accessPath(
      "Create an API key",
      { 201: answer("It, with its secret for the only time.", "NewKey"), ...refused(403, 413, 415) },
      "CreateKey",
    ),
  },
  "/mvsim/Keys/{Sid}": {
    parameters: [ref("parameters", "KeySid")],
    delete: accessPath("Revoke an API key", { 204: { description: "It is gone." }, ...refused(403, 404) }),
  },
  "/mvsim/Devices/{Sid}/Token": {
    parameters: [ref("parameters", "Sid")],
    post: accessPath("Give the device another token", {
      200: answer("It, for the only time.", "NewDeviceToken"),
      ...refused(403, 404),
    }),
    delete: accessPath("Revoke the device's token", {
      204: { description: "No token is good for the device any more." },
      ...refused(403, 404),
    }),
  },
  "/mvsim/AuthToken": {
    post: accessPath("Give the account another auth token", {
      200: answer("It, for the only time.", "NewAuthToken"),
      ...refused(403, 409),
    }),
  },
};

/** Answered without an account, by a server. */
function openPath(summary: string, responses: Record<string, object>, security: readonly object[] = []) {
  return { get: { summary, tags: ["Operation"], security, responses } satisfies Operation };
}

const openPaths = {
  "/healthz": openPath("Whether the process lives", { 200: answer("It does.", "Live") }),
  "/readyz": openPath("Whether it can serve", {
    200: answer("It can.", "Ready"),
    503: answer("It can't.", "NotReady", { "Retry-After": ref("headers", "RetryAfter") }),
  }),
  "/metrics": openPath(
    "Metrics in Prometheus' text form",
    {
      200: { description: "All.", content: { "text/plain": { schema: { type: "string" } } } },
      401: ref("responses", "Error401"),
      404: ref("responses", "Error404"),
    },
    [{}, { metricsToken: [] }],
  ),
  "/openapi.json": openPath("This description", {
    200: { description: "It.", content: { "application/json": { schema: { type: "object" } } } },
  }),
};

const errors = Object.entries(refusals).map(([status, description]) => {
  const headersOf = refusalHeaders[Number(status)];
  return [`Error${status}`, answer(description, "Error", headersOf)] as const;
});

export const openApiDocument = {
  openapi: "3.1.0",
  info: {
    title: "Microvisor Configs service",
    version: "1.0.0",
    description: "Configs, Secrets and Devices of Microvisor, as microvisor-sim serves them.",
    license: { name: "MIT", identifier: "MIT" },
  },
  servers: [{ url: "/" }],
  security: [{ account: [] }],
  tags: ["Configs", "Secrets", "Devices", "Access", "Operation"].map((name) => ({ name })),
  paths: {
    ...entryPaths("/v1/Configs", "Config", "Configs"),
    ...entryPaths("/v1/Secrets", "Secret", "Secrets"),
    ...devicePaths,
    ...logPaths,
    ...entryPaths("/v1/Devices/{Sid}/Configs", "DeviceConfig", "Configs"),
    ...entryPaths("/v1/Devices/{Sid}/Secrets", "DeviceSecret", "Secrets"),
    ...accessPaths,
    ...openPaths,
  },
  components: {
    schemas,
    parameters,
    headers,
    responses: Object.fromEntries(errors),
    securitySchemes: {
      account: {
        type: "http",
        scheme: "basic",
        description: "User name: the account SID, or an API key's SID. Password: its token or secret.",
      },
      metricsToken: { type: "http", scheme: "bearer" },
    },
  },
};

/** As it is served. */
export const openApiText = JSON.stringify(openApiDocument);
