/**
 * Reads requests more strictly than the platform does: percent escapes are decoded exactly once and must be whole and
 * UTF-8, a field must not stand there twice, a body has a limit. What is wrong is a RestError that names it.
 */

import { RestError } from "./errors.ts";

/** Room for 4096 characters of four bytes, each byte as `%XX`, and a key. */
export const maxBodyBytes = 65_536;

/** Of path and query: room for every key, name and token, each character escaped. */
export const maxTargetCharacters = 4096;

export type Fields = ReadonlyMap<string, string>;

/** The path and query of a request as they were sent, without scheme and host. */
export function targetOf(url: string): string {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? "";
  const target = url.slice(authority.length);
  return target.startsWith("/") ? target : `/${target}`;
}

export function pathOf(target: string): string {
  return target.split(/[?#]/, 1)[0]!;
}

/** @throws RestError 400: a malformed escape, a parameter that stands there twice */
export function readQuery(target: string): Fields {
  const query = /\?([^#]*)/.exec(target)?.[1] ?? "";
  return parseForm(query);
}

/** Decodes one segment of a path. @throws RestError 400 */
export function decodeSegment(parameter: string, segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new RestError(400, `${parameter} in the path is not valid percent-encoded UTF-8`);
  }
}

/**
 * The fields of a form, or of a JSON object with the same names.
 * @throws RestError 400, 413, 415
 */
export async function readFields(request: Request): Promise<Fields> {
  const bytes = await readBody(request);
  const [type = "", ...parameters] = (request.headers.get("content-type") ?? "").toLowerCase().split(";");
  const mediaType = type.trim();
  if (mediaType === "" && bytes.length === 0) return new Map();
  const charsets = parameters.filter((parameter) => parameter.trim().startsWith("charset="));
  const isUtf8 = charsets.every((charset) => /^charset="?utf-?8"?$/.test(charset.trim()));
  if (isUtf8 && !request.headers.has("content-encoding")) {
    if (mediaType === "application/x-www-form-urlencoded") return parseForm(decodeUtf8(bytes));
    if (mediaType === "application/json") return parseJson(decodeUtf8(bytes));
  }
  throw new RestError(415, "The body must be application/x-www-form-urlencoded or application/json, in UTF-8");
}

/** A field that must be there and pass the check. @param describeInvalid says what is wrong with it */
export function requireField(
  fields: Fields,
  name: string,
  describeInvalid: (value: string) => string | undefined,
): string {
  const value = optionalField(fields, name, describeInvalid);
  if (value === undefined) throw new RestError(400, `Missing required parameter ${name}`);
  return value;
}

/** A field that must pass the check where it is there. @throws RestError 400 */
export function optionalField(
  fields: Fields,
  name: string,
  describeInvalid: (value: string) => string | undefined,
): string | undefined {
  const value = fields.get(name);
  const problem = value === undefined ? undefined : describeInvalid(value);
  if (problem !== undefined) throw new RestError(400, problem);
  return value;
}

async function readBody(request: Request): Promise<Uint8Array> {
  const tooLarge = () => new RestError(413, `The body must have at most ${maxBodyBytes} bytes`);
  const statedLength = request.headers.get("content-length");
  if (Number(statedLength ?? 0) > maxBodyBytes) throw tooLarge();
  let bytes: Uint8Array | undefined;
  try {
    // A server holds the body to its stated length; the whole is read several times faster than the stream.
    bytes = statedLength === null ? await readStream(request) : new Uint8Array(await request.arrayBuffer());
  } catch {
    // The client went away: nobody will read this answer.
    throw new RestError(400, "The body ended too early");
  }
  if (!bytes || bytes.length > maxBodyBytes) throw tooLarge();
  return bytes;
}

/** Answers undefined when the body is too large, and leaves the rest of it. */
async function readStream({ body }: Request): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RestError(400, "The body is not valid UTF-8");
  }
}

function parseForm(text: string): Fields {
  const fields = new Map<string, string>();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decodeFormText(equals < 0 ? pair : pair.slice(0, equals), "a parameter's name");
    // Which of two would be meant is a guess.
    if (fields.has(name)) throw new RestError(400, `${shorten(name)} is given more than once`);
    fields.set(name, equals < 0 ? "" : decodeFormText(pair.slice(equals + 1), shorten(name)));
  }
  return fields;
}

function decodeFormText(text: string, what: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new RestError(400, `${what} is not valid percent-encoded UTF-8`);
  }
}

function parseJson(text: string): Fields {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new RestError(400, "The body is not valid JSON");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new RestError(400, "The body must be a JSON object");
  }
  const fields = Object.entries(body);
  const other = fields.find(([, value]) => typeof value !== "string");
  if (other) throw new RestError(400, `${shorten(other[0])} must be a string`);
  return new Map(fields);
}

/** A name that a client made up, for a message. */
function shorten(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}
