/**
 * The Devices resource: list, fetch, update. The vendor's API has no call that creates devices: `POST /mvsim/Devices`
 * does it, beside the vendor's paths. Nothing deletes one.
 */

import type { Hono } from "hono";
import { findNamedDevice } from "../named-device.ts";
import type { ConfigStore, DeviceRecord } from "../stores/store.ts";
import { describeInvalidDeviceSid, describeInvalidUniqueName } from "../validate.ts";
import { recordChange } from "./audit.ts";
import { answerRead, assertWritable } from "./conditions.ts";
import { representDevice } from "./device-resource.ts";
import { readDeviceUpdate } from "./device-update.ts";
import { notFound, RestError } from "./errors.ts";
import { readPage } from "./paging.ts";
import type { RestContext, RestEnvironment, RestPorts } from "./ports.ts";
import { optionalField, readFields, readQuery, requireField } from "./request.ts";
import { addResource, segmentOf } from "./resource.ts";
import { jsonResponse } from "./text-response.ts";

export function addDeviceRoutes(app: Hono<RestEnvironment>, ports: RestPorts): void {
  const { store, clock } = ports;
  addResource(app, "/v1/Devices", {
    async GET(context) {
      const accountSid = context.get("accountSid");
      const { origin, target } = context.env;
      const listing = {
        scope: [accountSid, "devices"],
        list: store.listDevices.bind(store, accountSid),
        nameOf: ({ sid }: DeviceRecord) => sid,
      };
      const list = { query: readQuery(target), url: `${origin}/v1/Devices`, key: "devices" };
      const { items, meta } = await readPage(listing, list);
      return answerRead(context, { devices: items.map((device) => representDevice(device, origin, clock())), meta });
    },
  });
  addResource(app, "/v1/Devices/:sid", {
    async GET(context) {
      return answerRead(context, representDevice(await requireDevice(context, store), context.env.origin, clock()));
    },
    async POST(context) {
      const device = await requireDevice(context, store);
      const { changes, commands } = readDeviceUpdate(await readFields(context.req.raw), clock());
      assertWritable(context);
      const changed = changes ? await store.updateDevice(device.sid, changes) : device;
      if (changed === "missing") throw notFound(context.req.path);
      if (changed === "taken") throw nameTaken();
      if (changes) recordChange(context, ports, { action: "update", of: "device", deviceSid: device.sid });
      const isRestarted = commands.includes("restart");
      if (isRestarted) recordChange(context, ports, { action: "restart", of: "device", deviceSid: device.sid });
      const resource = representDevice(changed, context.env.origin, clock());
      if (commands.length === 0) return jsonResponse(resource);
      const isDelivered = await ports.commands.send(device.sid, commands);
      return jsonResponse(resource, 200, { "mvsim-delivered": String(isDelivered) });
    },
  });
  addResource(app, "/mvsim/Devices", {
    async POST(context) {
      const fields = await readFields(context.req.raw);
      const sid = requireField(fields, "Sid", describeInvalidDeviceSid);
      const uniqueName = optionalField(fields, "UniqueName", describeInvalidUniqueName);
      assertWritable(context);
      const now = clock();
      const accountSid = context.get("accountSid");
      const device = { sid, accountSid, uniqueName, loggingEnabled: false, createdAt: now, updatedAt: now };
      const result = await store.createDevice(device);
      // The same words whoever has it.
      if (result === "exists") throw new RestError(409, "Sid is taken: a device with it exists");
      if (result === "taken") throw nameTaken();
      recordChange(context, ports, { action: "create", of: "device", deviceSid: sid });
      const resource = representDevice(device, context.env.origin, now);
      return jsonResponse(resource, 201, { location: resource.url });
    },
  });
}

/** The account's device that the path names by SID or unique name. @throws RestError 400, 404 */
export async function requireDevice(context: RestContext, store: ConfigStore): Promise<DeviceRecord> {
  const name = segmentOf(context, 2, "Sid");
  const device = await findNamedDevice(store, context.get("accountSid"), name);
  if (!device) throw notFound(context.req.path);
  return device;
}

function nameTaken(): RestError {
  return new RestError(409, "UniqueName is taken: another device of the account has it");
}
