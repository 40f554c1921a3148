/**
 * Conditional requests (RFC 9110, section 13). An entry's ETag is its revision: `If-Match` keeps two operators from
 * overwriting each other unawares, `If-None-Match` makes polling cheap. What has no ETag (lists, devices) exists, and
 * matches no tag. There is no Last-Modified: whole seconds do not tell two writes apart.
 */

import type { Entry, WriteResult } from "../stores/store.ts";
import { RestError } from "./errors.ts";
import type { RestContext } from "./ports.ts";
import { jsonResponse } from "./text-response.ts";

/** `*`, or ETags as they stand in the header. */
type Tags = "*" | readonly string[];

interface Conditions {
  readonly ifMatch: Tags | undefined;
  readonly ifNoneMatch: Tags | undefined;
}

const tagSyntax = /(?:W\/)?"[^"]*"/g;

export function etagOf({ revision }: Entry): string {
  return `"${revision}"`;
}

/** The answer to a GET: a 304 without a body for who has it already. @throws RestError 400, 412 */
export function answerRead(context: RestContext, resource: object, etag?: string): Response {
  const { ifMatch, ifNoneMatch } = readConditions(context);
  assertMatch(ifMatch, etag);
  const headers: Record<string, string> = etag === undefined ? {} : { etag };
  if (ifNoneMatch && names(ifNoneMatch, etag)) return context.body(null, 304, headers);
  return jsonResponse(resource, 200, headers);
}

/** Whether a write may go on at what has no ETag but exists. @throws RestError 400, 412 */
export function assertWritable(context: RestContext): void {
  assertConditions(readConditions(context), undefined);
}

/**
 * Writes an entry if the request's conditions hold for it at the moment of the write.
 *
 * @param write does it if the entry has this revision still
 * @throws RestError 400, 412
 */
export async function writeEntry(
  context: RestContext,
  read: () => Promise<Entry | undefined>,
  write: (ifRevision?: string) => Promise<WriteResult>,
): Promise<"done" | "missing"> {
  const conditions = readConditions(context);
  const isConditional = conditions.ifMatch !== undefined || conditions.ifNoneMatch !== undefined;
  for (;;) {
    const entry = isConditional ? await read() : undefined;
    if (isConditional && !entry) return "missing";
    if (entry) assertConditions(conditions, etagOf(entry));
    const result = await write(entry?.revision);
    // Changed since it was read: now the conditions are asked of the new entry.
    if (result !== "changed") return result;
  }
}

function readConditions({ req }: RestContext): Conditions {
  return {
    ifMatch: readTags("If-Match", req.header("if-match")),
    ifNoneMatch: readTags("If-None-Match", req.header("if-none-match")),
  };
}

function readTags(name: string, text: string | undefined): Tags | undefined {
  if (text === undefined) return undefined;
  if (text.trim() === "*") return "*";
  const tags = text.match(tagSyntax) ?? [];
  const isList = tags.length > 0 && /^[ \t,]*$/.test(text.replaceAll(tagSyntax, ""));
  // Ignoring it would overwrite what the client wanted to protect.
  if (!isList) throw new RestError(400, `${name} must be * or a list of ETags, each in double quotes`);
  return tags;
}

function assertConditions({ ifMatch, ifNoneMatch }: Conditions, etag: string | undefined): void {
  assertMatch(ifMatch, etag);
  if (ifNoneMatch && names(ifNoneMatch, etag)) throw new RestError(412, "If-None-Match names what is there");
}

/** Compares strongly: a weak tag (`W/"…"`) matches nothing. */
function assertMatch(ifMatch: Tags | undefined, etag: string | undefined): void {
  if (ifMatch === undefined || ifMatch === "*" || (etag !== undefined && ifMatch.includes(etag))) return;
  throw new RestError(412, "If-Match does not name the current ETag: it was changed meanwhile. Fetch it again");
}

/** Compares weakly. */
function names(tags: Tags, etag: string | undefined): boolean {
  return tags === "*" || (etag !== undefined && (tags.includes(etag) || tags.includes(`W/${etag}`)));
}
