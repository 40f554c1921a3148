/**
 * Pages of a list: PageSize, Page and PageToken in, `meta` out. A token holds the name at which the page begins or ends,
 * not a number of items: so a walk meets each name once although others insert and delete meanwhile. `Page` is the
 * client's own count and moves nothing.
 */

import { createHash } from "node:crypto";
import type { ListRange } from "../stores/store.ts";
import { RestError } from "./errors.ts";
import type { Fields } from "./request.ts";

export const defaultPageSize = 50;
export const maxPageSize = 1000;

type Cursor = Omit<ListRange, "limit">;

/** What is listed, in the order of its names: printable ASCII, no space at either end. */
export interface Listing<Item> {
  /** Tokens are bound to it: another account's, or those of another list, are refused. */
  readonly scope: readonly string[];
  readonly list: (range: ListRange) => Promise<Item[]>;
  readonly nameOf: (item: Item) => string;
}

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
export async function readPage<Item>(
  listing: Listing<Item>,
  { query, url, key }: { query: Fields; url: string; key: string },
): Promise<{ items: Item[]; meta: PageMeta }> {
  const request = readPageRequest(query);
  const { page, pageSize } = request;
  const cursor = request.pageToken === undefined ? {} : readToken(listing.scope, request.pageToken);
  const items = await listing.list({ ...cursor, limit: pageSize });
  const [previous, next] = await neighbours(listing, cursor, items);
  const urlOf = (number: number, pageToken: string | undefined) => pageUrl(url, { pageSize, page: number, pageToken });
  const tokenUrl = (number: number, to: Cursor | undefined) => to && urlOf(number, writeToken(listing.scope, to));
  return {
    items,
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

/** The cursors of the pages on both sides, undefined where no item lies. */
async function neighbours<Item>(
  { list, nameOf }: Listing<Item>,
  cursor: Cursor,
  items: readonly Item[],
): Promise<[Cursor | undefined, Cursor | undefined]> {
  const [first, last] = [items[0], items.at(-1)].map((item) => item && nameOf(item));
  // An empty page lies at its cursor, and what was the cursor's own item belongs to one of its sides.
  const previous = first === undefined ? justBehind(cursor.after) : { before: first };
  const next = last === undefined ? (cursor.before === undefined ? undefined : {}) : { after: last };
  const lies = async (range: Cursor) => (await list({ ...range, limit: 1 })).length > 0;
  const isFirstPage = cursor.after === undefined && cursor.before === undefined;
  return [
    !isFirstPage && previous && (await lies(previous)) ? previous : undefined,
    next && (await lies(next)) ? next : undefined,
  ];
}

/** A bound that lets this name in and none behind it: no name ends with a space, the least of its characters. */
function justBehind(name: string | undefined): Cursor | undefined {
  return name === undefined ? undefined : { before: `${name} ` };
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

function writeToken(scope: readonly string[], cursor: Cursor): string {
  const text = cursor.after !== undefined ? `>${cursor.after}` : cursor.before !== undefined ? `<${cursor.before}` : "";
  return `${Buffer.from(text).toString("base64url")}.${tokenCheck(scope, text)}`;
}

/** A token is good for the list for which it was written, on any node and after a restart. */
function readToken(scope: readonly string[], token: string): Cursor {
  const text = Buffer.from(token.split(".", 1)[0]!, "base64url").toString();
  const bound = text.slice(1);
  const cursor = text === "" ? {} : text.startsWith(">") ? { after: bound } : { before: bound };
  // The check is no secret: who makes up a token gets no further than the account's own names.
  if (token !== writeToken(scope, cursor) || !/^[\x20-\x7e]*$/.test(text)) {
    throw new RestError(400, "PageToken is not one that this list gave out");
  }
  return cursor;
}

function tokenCheck(scope: readonly string[], text: string): string {
  const hash = createHash("sha256").update(JSON.stringify([...scope, text]));
  return hash.digest("base64url").slice(0, 16);
}
