/** The description at `/openapi.json`: valid, and of exactly the routes that there are. */

import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeEach, describe, expect, it } from "vitest";
import { createAccess } from "../../../../sim/configs/access.ts";
import { createAccountBook } from "../../../../sim/configs/accounts.ts";
import { createActivityFeed } from "../../../../sim/configs/activity.ts";
import { createCredentialBook, createDigest } from "../../../../sim/configs/credentials.ts";
import { createFailedAttempts } from "../../../../sim/configs/failed-attempts.ts";
import { createMemoryStore } from "../../../../sim/configs/index.ts";
import { createRateLimits } from "../../../../sim/configs/rate-limits.ts";
import { createRestRoutes } from "../../../../sim/configs/rest/app.ts";
import { openApiDocument } from "../../../../sim/configs/rest/openapi.ts";
import { describeDifference } from "../described.ts";
import { type ServedService, send, serveForTest } from "../served-service.ts";

type Json = Record<string, unknown>;
const paths: Record<string, Json> = openApiDocument.paths;
const openPaths = ["/healthz", "/readyz", "/metrics", "/openapi.json"];

describe("the OpenAPI description", () => {
  it("is served to anyone, as JSON", async () => {
    const { server } = await serveForTest();
    const answer = await send(server.url, "GET", "/openapi.json", {});
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/json"]);
    expect(answer.json).toEqual(openApiDocument);
  });

  it("is valid OpenAPI 3.1, and all its references lead somewhere", async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(openApiDocument) as Json);
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
    const references = [...JSON.stringify(openApiDocument).matchAll(/"\$ref":"#\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(50);
    for (const [, path = ""] of references) {
      const target = path.split("/").reduce<unknown>((value, name) => (value as Json)?.[name], openApiDocument);
      expect(target, path).toBeDefined();
    }
  });

  it("describes each route, and no other", () => {
    const store = createMemoryStore();
    const digest = createDigest();
    const accounts = createAccountBook([], digest);
    const limits = createRateLimits();
    const { routes } = createRestRoutes({
      store,
      access: createAccess({ store, accounts, digest, provisionUnknownDevices: false, trustAccountTokens: false }),
      credentials: createCredentialBook({ store, digest, clock: Date.now }),
      failedAttempts: createFailedAttempts(limits.failures),
      requestLimit: limits.requests,
      clock: Date.now,
      publicUrl: undefined,
      reportError: () => {},
      activity: createActivityFeed(),
      commands: { send: async () => false, hear: () => {} },
      audit: () => {},
    });
    const existing = routes
      .filter(({ method, path }) => !["ALL", "OPTIONS"].includes(method) && path !== "/*")
      .map(
        ({ method, path }) =>
          `${method} ${path.replaceAll(/:(\w)/g, (_, letter) => `{${letter.toUpperCase()}`).replaceAll(/(\{\w+)/g, "$1}")}`,
      );
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((name) => name !== "parameters")
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual([...existing, ...openPaths.map((path) => `GET ${path}`)].sort());
  });

  it("names the parameters of each path, and an operation for each", () => {
    for (const [path, item] of Object.entries(paths)) {
      const parameters = openApiDocument.components.parameters as Record<string, { name: string }>;
      const named = ((item.parameters ?? []) as { $ref: string }[]).map(
        ({ $ref }) => `{${parameters[$ref.split("/").at(-1)!]!.name}}`,
      );
      expect(named, path).toEqual(path.match(/\{\w+\}/g) ?? []);
    }
  });
});

describe("the check of answers against it", () => {
  let served: ServedService;
  beforeEach(async () => {
    served = await serveForTest();
    await served.service.put({ accountSid: served.account.sid, store: "config" }, "k", "v");
  });

  it("finds a property that is missing, one too many, one of another kind", async () => {
    const { status, headers, json } = await served.send("GET", "/v1/Configs/k");
    const differences = (changes: object) =>
      describeDifference("GET", "/v1/Configs/k", { status, headers, text: JSON.stringify({ ...json, ...changes }) });
    expect(differences({})).toEqual([]);
    expect(differences({ value: undefined })).toEqual([expect.stringContaining("value")]);
    expect(differences({ value: 1 })).toEqual([expect.stringContaining("/value must be string")]);
    expect(differences({ sid: "x" })).toEqual([expect.stringContaining("sid")]);
    expect(differences({ date_updated: "yesterday" })).not.toEqual([]);
  });

  it("finds a status, a header or a content type that is not described", async () => {
    const { headers, text } = await served.send("GET", "/v1/Configs/k");
    const differences = (changes: object) =>
      describeDifference("GET", "/v1/Configs/k", { status: 200, headers, text, ...changes });
    expect(differences({ status: 202 })).toEqual([expect.stringContaining("status 202")]);
    expect(differences({ headers: { ...headers, etag: undefined } })).toEqual(["no ETag"]);
    expect(differences({ headers: { ...headers, "content-type": "text/html" } })).toEqual(["content type text/html"]);
    expect(describeDifference("GET", "/nowhere", { status: 200, headers, text })).toEqual(["status 200 (noPath)"]);
  });

  it("finds a secret's value", () => {
    const resource = { key: "k", date_rotated: "2021-01-01T12:34:56Z", url: "http://x/v1/Secrets/k" };
    const headers = { "content-type": "application/json", etag: '"1"' };
    const differences = (body: object) =>
      describeDifference("GET", "/v1/Secrets/k", { status: 200, headers, text: JSON.stringify(body) });
    expect(differences(resource)).toEqual([]);
    expect(differences({ ...resource, value: "planted" })).not.toEqual([]);
  });
});
