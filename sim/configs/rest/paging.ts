/**
 * Pages of a collection: PageSize, Page and PageToken in, `meta` out. A token holds the key at which the page begins or
 * ends, not a number of entries: so a walk meets each key once although others insert and delete meanwhile. `Page` is
 * the client's own count and moves nothing.
 */

import { createHash } from "node:crypto";
import type { Collection, ConfigStore, Entry, ListRange } from "../stores/store.ts";
import { RestError } from "./errors.ts";
import type { Fields } from "./request.ts";

export const defaultPageSize = 50;
export const maxPageSize = 1000;

type Cursor = Omit<ListRange, "limit">;

interface PageRequest {
  readonly pageSize: number;
  readonly page: number;
  readonly pageToken: string | undefined;
}

export interface PageMeta {
  readonly page: number;
  readonly page_size: number;
  readonly first_page_url: string;
  readonly previous_page_url: string | null;
  readonly url: string;
  readonly next_page_url: string | null;
  readonly key: string;
}

/**
 * Reads one page. @param url the collection's own, without a query @param key the name of the array
 * @throws RestError 400: a parameter that is not usable
 */
export async function readPage(
  store: ConfigStore,
  collection: Collection,
  { query, url, key }: { query: Fields; url: string; key: string },
): Promise<{ entries: Entry[]; meta: PageMeta }> {
  const request = readPageRequest(query);
  const { page, pageSize } = request;
  const cursor = request.pageToken === undefined ? {} : readToken(collection, request.pageToken);
  const entries = await store.list(collection, { ...cursor, limit: pageSize });
  const [previous, next] = await neighbours(store, collection, cursor, entries);
  const urlOf = (number: number, pageToken: string | undefined) => pageUrl(url, { pageSize, page: number, pageToken });
  const tokenUrl = (number: number, to: Cursor | undefined) => to && urlOf(number, writeToken(collection, to));
  return {
    entries,
    meta: {
      page,
      page_size: pageSize,
      first_page_url: urlOf(0, undefined),
      previous_page_url: tokenUrl(Math.max(0, page - 1), previous) ?? null,
      url: urlOf(page, request.pageToken),
      next_page_url: tokenUrl(page + 1, next) ?? null,
      key,
    },
  };
}

/** The cursors of the pages on both sides, undefined where no entry lies. */
async function neighbours(
  store: ConfigStore,
  collection: Collection,
  cursor: Cursor,
  entries: readonly Entry[],
): Promise<[Cursor | undefined, Cursor | undefined]> {
  const first = entries[0]?.key;
  const last = entries.at(-1)?.key;
  // An empty page lies at its cursor, and what was the cursor's own entry belongs to one of its sides.
  const previous = first === undefined ? justBehind(cursor.after) : { before: first };
  const next = last === undefined ? (cursor.before === undefined ? undefined : {}) : { after: last };
  const lies = async (range: Cursor) => (await store.list(collection, { ...range, limit: 1 })).length > 0;
  const isFirstPage = cursor.after === undefined && cursor.before === undefined;
  return [
    !isFirstPage && previous && (await lies(previous)) ? previous : undefined,
    next && (await lies(next)) ? next : undefined,
  ];
}

/** The smallest key behind this one, as a bound that lets it in. */
function justBehind(key: string | undefined): Cursor | undefined {
  return key === undefined ? undefined : { before: `${key}\0` };
}

function readPageRequest(query: Fields): PageRequest {
  const pageSize = readWholeNumber(query, "PageSize", 1) ?? defaultPageSize;
  const page = readWholeNumber(query, "Page", 0) ?? 0;
  if (page >= Number.MAX_SAFE_INTEGER) throw new RestError(400, "Page is too large");
  return { pageSize: Math.min(pageSize, maxPageSize), page, pageToken: query.get("PageToken") };
}

function readWholeNumber(query: Fields, name: string, least: number): number | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  if (!/^[0-9]+$/.test(text) || Number(text) < least) {
    throw new RestError(400, `${name} must be a whole number from ${least} up`);
  }
  return Number(text);
}

function pageUrl(url: string, { pageSize, page, pageToken }: PageRequest): string {
  const token = pageToken === undefined ? "" : `&PageToken=${encodeURIComponent(pageToken)}`;
  return `${url}?PageSize=${pageSize}&Page=${page}${token}`;
}

function writeToken(collection: Collection, cursor: Cursor): string {
  const text = cursor.after !== undefined ? `>${cursor.after}` : cursor.before !== undefined ? `<${cursor.before}` : "";
  return `${Buffer.from(text).toString("base64url")}.${tokenCheck(collection, text)}`;
}

/** A token is good for the collection for which it was written, on any node and after a restart. */
function readToken(collection: Collection, token: string): Cursor {
  const text = Buffer.from(token.split(".", 1)[0]!, "base64url").toString();
  const bound = text.slice(1);
  const cursor = text === "" ? {} : text.startsWith(">") ? { after: bound } : { before: bound };
  if (token !== writeToken(collection, cursor)) {
    throw new RestError(400, "PageToken is not one that this list gave out");
  }
  return cursor;
}

function tokenCheck({ accountSid, deviceSid, store }: Collection, text: string): string {
  const hash = createHash("sha256").update(JSON.stringify([accountSid, deviceSid ?? null, store, text]));
  return hash.digest("base64url").slice(0, 16);
}
