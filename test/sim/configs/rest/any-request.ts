/** Requests of any kind: from those that are right to those that no client sends. */

import fc from "fast-check";

export interface AnyRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

const urlText = fc.string({ unit: fc.constantFrom(..."aK%20f/.~&=+:*@!$'(),;\\^|`<>\"{}[]UV"), maxLength: 30 });
const anyText = fc.string({ unit: "binary", maxLength: 30 });
const escaped = anyText.map((text) => encodeURIComponent(text));
const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 40,
});

/** @param sid a device that is there, as `attic` too @param etag one that is current */
export function anyRequest(sid: string, etag: string): fc.Arbitrary<AnyRequest> {
  const segment = fc.oneof(
    fc.constantFrom("Configs", "Secrets", "Devices", sid, "attic", "k", "k", "Apps", "", ".", ".."),
    escaped,
    urlText,
  );
  const key = fc.oneof(
    { arbitrary: fc.constantFrom("", "/k"), weight: 4 },
    escaped.map((text) => `/${text}`),
  );
  const list = fc.constantFrom("/Configs", "/Secrets");
  const device = fc.oneof({ arbitrary: fc.constantFrom(sid, "attic"), weight: 4 }, escaped);
  const path = fc.oneof(
    { arbitrary: fc.tuple(list, key).map(([name, rest]) => `/v1${name}${rest}`), weight: 2 },
    fc.tuple(device, list, key).map(([name, kind, rest]) => `/v1/Devices/${name}${kind}${rest}`),
    device.map((name) => `/v1/Devices/${name}`),
    fc.constantFrom("/v1/Devices", "/mvsim/Devices", "/mvsim/Keys", `/mvsim/Devices/${sid}/Token`, "/mvsim/AuthToken"),
    segment.map((name) => `/mvsim/Keys/${name}`),
    fc.array(segment, { maxLength: 7 }).map((segments) => `/v1/${segments.join("/")}`),
  );
  const field = fc.tuple(
    fc.oneof(
      fc.constantFrom("Key", "Value", "Sid", "UniqueName", "TargetApp", "LoggingEnabled", "RestartApp"),
      fc.constantFrom("PageSize", "Page", "PageToken"),
      escaped,
    ),
    fc.oneof(fc.constantFrom("k", "true", "false", "1", "", sid, "attic"), escaped, urlText),
  );
  const newKey = fc.oneof(fc.constant("k"), fc.string());
  const pair = fc.tuple(newKey, escaped).map(([name, text]) => `Key=${encodeURIComponent(name)}&Value=v${text}`);
  const fields = fc.array(field, { maxLength: 5 }).map((all) => all.map(([name, text]) => `${name}=${text}`).join("&"));
  const json = fc.oneof(
    fc.json(),
    fc
      .dictionary(fc.constantFrom("Key", "Value", "UniqueName", "Sid"), fc.oneof(anyText, fc.jsonValue()))
      .map((one) => JSON.stringify(one)),
    fc.constant("[".repeat(20_000)),
    fc.constant(`{"Key":"k","Value":"${"\\ud800"}"}`),
  );
  const tags = fc.oneof(fc.constantFrom("*", etag, `W/${etag}`, '"x"', '"x", "y"'), headerText);
  const anyHeaders = fc.record(
    {
      accept: fc.oneof(fc.constantFrom("application/json", "*/*", "text/html"), headerText),
      "content-type": fc.oneof(
        fc.constantFrom("application/x-www-form-urlencoded", "application/json", "text/plain"),
        headerText,
      ),
      "content-encoding": fc.constantFrom("gzip", "identity", ""),
      "if-match": tags,
      "if-none-match": tags,
      range: fc.constantFrom("bytes=0-1", "x"),
      cookie: headerText,
      "x-http-method-override": fc.constantFrom("DELETE", "PUT"),
      "if-modified-since": fc.oneof(fc.constant("Thu, 01 Jan 1970 00:00:00 GMT"), headerText),
    },
    { requiredKeys: [] },
  );
  const form = fc.constant({ "content-type": "application/x-www-form-urlencoded" });
  return fc.record({
    method: fc.oneof(
      { arbitrary: fc.constant("POST"), weight: 6 },
      { arbitrary: fc.constant("GET"), weight: 4 },
      fc.constantFrom("DELETE", "HEAD", "OPTIONS", "PUT", "PATCH"),
    ),
    path,
    query: fc.oneof(
      fc.constant(""),
      fields.map((text) => `?${text}`),
    ),
    headers: fc.oneof({ arbitrary: form, weight: 2 }, anyHeaders),
    body: fc.oneof({ arbitrary: pair, weight: 3 }, fields, json, fc.uint8Array({ maxLength: 100 })),
  });
}
