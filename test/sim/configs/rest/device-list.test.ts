/** Creating devices, which the vendor's API has no call for, and listing them. */

import { beforeEach, describe, expect, it } from "vitest";
import { form, type ServedService, serveForTest } from "../served-service.ts";
import { createDevice, someDeviceSid } from "./created-device.ts";

describe("POST /mvsim/Devices", () => {
  let served: ServedService;
  beforeEach(async () => {
    served = await serveForTest();
  });
  const create = (body: string, as = served.account) =>
    served.send("POST", "/mvsim/Devices", { as, headers: form, body });

  it("creates a device that is then found by SID and name", async () => {
    const sid = someDeviceSid();
    const answer = await create(`Sid=${sid}&UniqueName=attic`);
    expect([answer.status, answer.headers.location]).toEqual([201, `${served.server.url}/v1/Devices/${sid}`]);
    for (const name of [sid, "attic"]) {
      expect((await served.send("GET", `/v1/Devices/${name}`)).json).toEqual(answer.json);
    }
  });

  it.each([
    ["", /Sid/],
    ["UniqueName=attic", /Sid/],
    ["Sid=", /^Sid /],
    ["Sid=UV1", /^Sid /],
    [`Sid=UV${"g".repeat(32)}`, /^Sid /],
    [`Sid=AC${"0".repeat(32)}`, /^Sid /],
    [`Sid=UV${"0".repeat(32)}&UniqueName=`, /^UniqueName /],
    [`Sid=UV${"0".repeat(32)}&UniqueName=a%2Fb`, /^UniqueName /],
  ])("refuses %j with a 400 that names the parameter", async (body, message) => {
    const answer = await create(body);
    expect([answer.status, answer.json.code, answer.json.message]).toEqual([
      400,
      20001,
      expect.stringMatching(message),
    ]);
    expect((await served.send("GET", "/v1/Devices")).json.devices).toEqual([]);
  });

  it("refuses a SID or a name that is taken with a 409, and says the same whoever has the SID", async () => {
    const sid = await createDevice(served, { uniqueName: "attic" });
    const name = await create(`Sid=${someDeviceSid()}&UniqueName=attic`);
    expect([name.status, name.json.code, name.json.message]).toEqual([
      409,
      20409,
      expect.stringMatching(/^UniqueName /),
    ]);
    const own = await create(`Sid=${sid}`);
    const others = await create(`Sid=${sid}`, served.otherAccount);
    expect([own.status, own.json.code]).toEqual([409, 20409]);
    expect(others.json).toEqual(own.json);
    expect((await served.send("GET", "/v1/Devices", { as: served.otherAccount })).json.devices).toEqual([]);
  });

  it("is the only method there", async () => {
    for (const method of ["GET", "DELETE", "PUT"]) {
      const answer = await served.send(method, "/mvsim/Devices");
      expect([answer.status, answer.headers.allow]).toEqual([405, "POST, OPTIONS"]);
    }
    expect((await served.send("POST", "/v1/mvsim/Devices")).status).toBe(404);
  });
});

describe("the list of devices", () => {
  let served: ServedService;
  let sids: string[];
  beforeEach(async () => {
    served = await serveForTest();
    sids = [];
    for (let n = 0; n < 7; n++) sids.push(await createDevice(served, { uniqueName: `device ${7 - n}` }));
    sids.sort();
    await createDevice(served, { as: served.otherAccount });
  });

  async function page(path: string) {
    const { status, json } = await served.send("GET", path.replace(served.server.url, ""));
    expect(status).toBe(200);
    return { sids: json.devices.map(({ sid }: { sid: string }) => sid), meta: json.meta, json };
  }

  it("has the account's, whole, sorted by SID", async () => {
    const { sids: listed, json } = await page("/v1/Devices");
    expect(listed).toEqual(sids);
    expect(json.devices[3]).toEqual((await served.send("GET", `/v1/Devices/${sids[3]}`)).json);
    expect(json.meta).toEqual({
      page: 0,
      page_size: 50,
      first_page_url: `${served.server.url}/v1/Devices?PageSize=50&Page=0`,
      previous_page_url: null,
      url: `${served.server.url}/v1/Devices?PageSize=50&Page=0`,
      next_page_url: null,
      key: "devices",
    });
  });

  it("goes forth and back page by page", async () => {
    const first = await page("/v1/Devices?PageSize=3");
    const second = await page(first.meta.next_page_url);
    const third = await page(second.meta.next_page_url);
    expect([...first.sids, ...second.sids, ...third.sids]).toEqual(sids);
    expect(third.meta.next_page_url).toBeNull();
    expect((await page((await page(third.meta.previous_page_url)).meta.previous_page_url)).sids).toEqual(first.sids);
  });

  it("meets each device once although others are created meanwhile", async () => {
    const seen: string[] = [];
    let url: string | null = "/v1/Devices?PageSize=2";
    for (let n = 0; url !== null; n++) {
      const { sids: listed, meta }: Awaited<ReturnType<typeof page>> = await page(url);
      seen.push(...listed);
      url = meta.next_page_url;
      if (n < 5) await createDevice(served);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((sid) => sids.includes(sid))).toEqual(sids);
  });

  it("refuses a token of another account or list, and bad parameters", async () => {
    const { meta } = await page("/v1/Devices?PageSize=3");
    const query = new URL(meta.next_page_url).search;
    for (const [path, as] of [
      [`/v1/Devices${query}`, served.otherAccount],
      [`/v1/Configs${query}`, served.account],
      [`/v1/Devices/${sids[0]}/Configs${query}`, served.account],
      ["/v1/Devices?PageToken=x", served.account],
    ] as const) {
      const answer = await served.send("GET", path, { as });
      expect([answer.status, answer.json.message]).toEqual([400, expect.stringMatching(/^PageToken /)]);
    }
    expect((await served.send("GET", "/v1/Devices?PageSize=0")).status).toBe(400);
    expect((await page("/v1/Devices?PageSize=1500")).meta.page_size).toBe(1000);
  });
});
