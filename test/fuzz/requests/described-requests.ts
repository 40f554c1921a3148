/**
 * Requests made from the API's description: each path with each method, parameters and bodies as the schemas say or
 * nearly so. A new route is tried as soon as it is described.
 */

import fc from "fast-check";
import { openApiDocument } from "../../../sim/configs/rest/openapi.ts";
import { anyBody, type BodySchema } from "./any-bodies.ts";
import { type Caller, type FuzzRequest, percentEncode } from "./fuzz-request.ts";
import { anyValue, type ValueSchema } from "./schema-values.ts";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly schema: ValueSchema;
}

interface Operation {
  readonly parameters?: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  /** Its own only where anybody may call it. */
  readonly security?: object;
}

export interface DescribedOperation {
  /** As in `GET /v1/Configs/{Key}`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly isOpen: boolean;
  readonly operation: Operation;
  readonly parameters: readonly Parameter[];
}

function dereference<Target>(object: object): Target {
  if (!("$ref" in object)) return object as Target;
  const names = String(object.$ref).split("/").slice(1);
  // biome-ignore lint/suspicious/noExplicitAny: it is walked by path
  return names.reduce<any>((value, name) => value[name], openApiDocument);
}

export const describedOperations: readonly DescribedOperation[] = Object.entries(openApiDocument.paths).flatMap(
  ([path, item]) => {
    const { parameters: shared = [], ...operations } = item as { parameters?: object[] };
    return Object.entries(operations as Record<string, Operation>).map(([name, operation]) => {
      const method = name.toUpperCase();
      const parameters = [...shared, ...(operation.parameters ?? [])].map((each) => dereference<Parameter>(each));
      const isOpen = operation.security !== undefined;
      return { name: `${method} ${path}`, method, path, isOpen, operation, parameters };
    });
  },
);

const headerText = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
const otherHeaders = fc.array(
  fc.tuple(
    fc.constantFrom("accept", "content-encoding", "cookie", "range", "x-http-method-override", "accept-charset"),
    fc.oneof(fc.constantFrom("*/*", "text/html", "application/json;q=0", "gzip", "DELETE", ""), headerText),
  ),
  { maxLength: 2 },
);

/** @param without parameters that are left out, by name */
export function describedRequest(
  operations: readonly DescribedOperation[],
  without: readonly string[] = [],
): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(...operations.map((each) => requestOf(each, without)));
}

function requestOf(described: DescribedOperation, without: readonly string[]): fc.Arbitrary<FuzzRequest> {
  const { path, operation, parameters } = described;
  const of = (place: Parameter["in"]) => parameters.filter((each) => each.in === place && !without.includes(each.name));
  const segments = of("path").map(({ name, schema }) => [`{${name}}`, anyValue(name, schema)] as const);
  const content = Object.entries(operation.requestBody?.content ?? {});
  const schema = content[0] ? dereference<BodySchema>(content[0][1].schema) : undefined;
  return fc
    .record({
      method: mostly(described.method, fc.constantFrom("GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH")),
      path: fc.tuple(...segments.map(([, value]) => value)).map((values) => fill(path, segments, values)),
      damage: mostly(undefined, fc.constantFrom("/", "//", "%", "%00", "%2e%2e", "/..", ";x", "#x", "\\", "?", "é")),
      query: anyFields(of("query")),
      conditions: anyFields(of("header")),
      other: mostly([], otherHeaders),
      body: anyBody(schema),
      as: mostly<Caller>("account", fc.constantFrom<Caller[]>("key", "key", "nobody", "stranger")),
    })
    .map(({ method, path, damage = "", query, conditions, other, body, as }) => {
      const text = query.map(([name, value]) => `${name}=${percentEncode(value)}`).join("&");
      const target = `${path}${damage}${text === "" ? "" : `?${text}`}`;
      return { method, target, headers: [...body.headers, ...conditions, ...other], body: body.content, as };
    });
}

function fill(path: string, segments: readonly (readonly [string, unknown])[], values: readonly string[]): string {
  return segments.reduce((filled, [name], index) => filled.replace(name, () => percentEncode(values[index]!)), path);
}

/** Some of them, one sometimes twice. */
function anyFields(parameters: readonly Parameter[]): fc.Arbitrary<(readonly [string, string])[]> {
  if (parameters.length === 0) return fc.constant([]);
  const field = fc.oneof(
    ...parameters.map(({ name, schema }) => {
      // The service's word for what a condition compares.
      const known = /^If-/.test(name) ? "etag" : name;
      return anyValue(known, schema).map((value) => [name, value] as const);
    }),
  );
  return mostly([], fc.array(field, { minLength: 1, maxLength: 3 }), 2);
}

export function mostly<Value>(usual: Value, other: fc.Arbitrary<Value>, weight = 9): fc.Arbitrary<Value> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight }, other);
}
