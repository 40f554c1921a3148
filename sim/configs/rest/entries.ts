/** The five operations on a collection of entries: create, list, fetch, update, delete. */

import type { Context, Hono } from "hono";
import { newRevision } from "../revision.ts";
import type { Collection, Entry } from "../stores/store.ts";
import { describeInvalidKey, describeInvalidValue } from "../validate.ts";
import { notFound, RestError } from "./errors.ts";
import { readPage } from "./paging.ts";
import type { RestEnvironment, RestPorts } from "./ports.ts";
import { decodeSegment, readFields, readQuery, requireField } from "./request.ts";

export interface EntryRoutes {
  readonly path: string;
  /** The name of the array in a list. */
  readonly listKey: string;
  readonly collectionOf: (accountSid: string) => Collection;
}

type RestContext = Context<RestEnvironment>;
type Handler = (context: RestContext) => Promise<Response>;

export function addEntryRoutes(app: Hono<RestEnvironment>, { store, clock }: RestPorts, routes: EntryRoutes): void {
  const collectionOf = (context: RestContext) => routes.collectionOf(context.get("accountSid"));
  const urlOf = (context: RestContext) => context.env.origin + routes.path;

  addResource(app, routes.path, {
    async GET(context) {
      const query = readQuery(context.env.target);
      const list = { query, url: urlOf(context), key: routes.listKey };
      const { entries, meta } = await readPage(store, collectionOf(context), list);
      return context.json({ [routes.listKey]: entries.map((entry) => represent(entry, urlOf(context))), meta });
    },
    async POST(context) {
      const fields = await readFields(context.req.raw);
      const key = requireField(fields, "Key", describeInvalidKey);
      const value = requireField(fields, "Value", describeInvalidValue);
      const entry = { key, value, updatedAt: clock(), revision: newRevision() };
      if (!(await store.create(collectionOf(context), entry))) throw new RestError(409, `Key ${key} already exists`);
      return context.json(represent(entry, urlOf(context)), 201);
    },
  });
  addResource(app, `${routes.path}/:key`, {
    async GET(context) {
      const entry = await store.get(collectionOf(context), keyOf(context));
      if (!entry) throw notFound(context.req.path);
      return context.json(represent(entry, urlOf(context)));
    },
    async POST(context) {
      const key = keyOf(context);
      const value = requireField(await readFields(context.req.raw), "Value", describeInvalidValue);
      const entry = { key, value, updatedAt: clock(), revision: newRevision() };
      if ((await store.update(collectionOf(context), entry)) !== "done") throw notFound(context.req.path);
      return context.json(represent(entry, urlOf(context)));
    },
    async DELETE(context) {
      if ((await store.delete(collectionOf(context), keyOf(context))) !== "done") throw notFound(context.req.path);
      return context.body(null, 204);
    },
  });
}

/** A path with its methods; HEAD, OPTIONS and the 405 follow from them. */
function addResource(app: Hono<RestEnvironment>, path: string, handlers: Readonly<Record<string, Handler>>): void {
  const methods = Object.keys(handlers).flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  const allow = [...methods, "OPTIONS"].join(", ");
  for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler);
  app.options(path, (context) => context.body(null, 204, { allow }));
  app.all(path, ({ req }) => {
    throw new RestError(405, `${req.method} is not allowed on ${req.path}`, { allow });
  });
}

/** The last segment of the path, decoded once. */
function keyOf(context: RestContext): string {
  return decodeSegment("Key", context.req.path.slice(context.req.path.lastIndexOf("/") + 1));
}

function represent({ key, value, updatedAt }: Entry, collectionUrl: string) {
  const url = `${collectionUrl}/${encodeURIComponent(key)}`;
  return { key, value, date_updated: wholeSeconds(updatedAt), url };
}

/** ISO 8601 in UTC with whole seconds. */
function wholeSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
