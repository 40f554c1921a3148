/**
 * Configs and Secrets, of the account and of a device: the five operations on each of the four collections. No answer
 * holds a secret's value.
 */

import type { Hono } from "hono";
import { newRevision } from "../revision.ts";
import type { Collection, ConfigStore, Entry } from "../stores/store.ts";
import { describeInvalidKey, describeInvalidValue } from "../validate.ts";
import { type Change, recordChange } from "./audit.ts";
import { answerRead, assertWritable, etagOf, writeEntry } from "./conditions.ts";
import { requireDevice } from "./devices.ts";
import { notFound, RestError } from "./errors.ts";
import { readPage } from "./paging.ts";
import type { RestContext, RestEnvironment, RestPorts } from "./ports.ts";
import { decodeSegment, readFields, readQuery, requireField } from "./request.ts";
import { addResource, wholeSeconds } from "./resource.ts";
import { jsonResponse } from "./text-response.ts";

const kinds = [
  { store: "config", segment: "Configs", listKey: "configs" },
  { store: "secret", segment: "Secrets", listKey: "secrets" },
] as const;

/** Where a request's entries are, and the URL of their list. */
interface Place {
  readonly collection: Collection;
  readonly url: string;
}

interface EntryRoutes {
  readonly path: string;
  /** The name of the array in a list. */
  readonly listKey: string;
  readonly locate: (context: RestContext) => Promise<Place>;
}

export function addAllEntryRoutes(app: Hono<RestEnvironment>, ports: RestPorts): void {
  for (const { store, segment, listKey } of kinds) {
    addEntryRoutes(app, ports, {
      path: `/v1/${segment}`,
      listKey,
      async locate(context) {
        const accountSid = context.get("accountSid");
        return { collection: { accountSid, store }, url: `${context.env.origin}/v1/${segment}` };
      },
    });
    addEntryRoutes(app, ports, {
      path: `/v1/Devices/:sid/${segment}`,
      listKey,
      async locate(context) {
        const { sid, accountSid } = await requireDevice(context, ports.store);
        const url = `${context.env.origin}/v1/Devices/${sid}/${segment}`;
        return { collection: { accountSid, deviceSid: sid, store }, url };
      },
    });
  }
}

function addEntryRoutes(app: Hono<RestEnvironment>, ports: RestPorts, routes: EntryRoutes): void {
  const { store, clock } = ports;
  const record = (context: RestContext, action: Change["action"], key: string, { deviceSid, store: of }: Collection) =>
    recordChange(context, ports, { action, of, key, deviceSid });
  const entryOf = (key: string, value: string) => ({ key, value, updatedAt: clock(), revision: newRevision() });

  addResource(app, routes.path, {
    async GET(context) {
      const place = await routes.locate(context);
      const list = { query: readQuery(context.env.target), url: place.url, key: routes.listKey };
      const { items, meta } = await readPage(listingOf(store, place.collection), list);
      return answerRead(context, { [routes.listKey]: items.map((entry) => represent(entry, place)), meta });
    },
    async POST(context) {
      const place = await routes.locate(context);
      const fields = await readFields(context.req.raw);
      const key = requireField(fields, "Key", describeInvalidKey);
      const value = requireField(fields, "Value", describeInvalidValue);
      assertWritable(context);
      const entry = entryOf(key, value);
      if (!(await store.create(place.collection, entry))) throw new RestError(409, `Key ${key} already exists`);
      record(context, "create", key, place.collection);
      const resource = represent(entry, place);
      return jsonResponse(resource, 201, { etag: etagOf(entry), location: resource.url });
    },
  });
  addResource(app, `${routes.path}/:key`, {
    async GET(context) {
      const place = await routes.locate(context);
      const entry = await store.get(place.collection, keyOf(context));
      if (!entry) throw notFound(context.req.path);
      return answerRead(context, represent(entry, place), etagOf(entry));
    },
    async POST(context) {
      const place = await routes.locate(context);
      const key = keyOf(context);
      const entry = entryOf(key, requireField(await readFields(context.req.raw), "Value", describeInvalidValue));
      const result = await writeEntry(
        context,
        () => store.get(place.collection, key),
        (ifRevision) => store.update(place.collection, entry, ifRevision),
      );
      if (result === "missing") throw notFound(context.req.path);
      record(context, "update", key, place.collection);
      return jsonResponse(represent(entry, place), 200, { etag: etagOf(entry) });
    },
    async DELETE(context) {
      const { collection } = await routes.locate(context);
      const key = keyOf(context);
      const result = await writeEntry(
        context,
        () => store.get(collection, key),
        (ifRevision) => store.delete(collection, key, ifRevision),
      );
      if (result === "missing") throw notFound(context.req.path);
      record(context, "delete", key, collection);
      return context.body(null, 204);
    },
  });
}

/** The last segment of the path, decoded once. @throws RestError 400, and 404: no entry can have this key */
function keyOf({ req }: RestContext): string {
  const key = decodeSegment("Key", req.path.slice(req.path.lastIndexOf("/") + 1));
  if (describeInvalidKey(key) !== undefined) throw notFound(req.path);
  return key;
}

function listingOf(store: ConfigStore, collection: Collection) {
  return {
    scope: [collection.accountSid, collection.deviceSid ?? "", collection.store],
    list: store.list.bind(store, collection),
    nameOf: ({ key }: Entry) => key,
  };
}

function represent({ key, value, updatedAt }: Entry, { collection, url: listUrl }: Place) {
  const { deviceSid, store } = collection;
  const date = wholeSeconds(updatedAt);
  return {
    ...(deviceSid !== undefined && { device_sid: deviceSid }),
    key,
    ...(store === "secret" ? { date_rotated: date } : { value, date_updated: date }),
    url: `${listUrl}/${encodeURIComponent(key)}`,
  };
}
