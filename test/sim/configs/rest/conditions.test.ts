/** Conditional requests: ETags against lost updates, and for cheap polling. */

import { beforeEach, describe, expect, it } from "vitest";
import { form, type ServedService, serveForTest } from "../served-service.ts";
import { createDevice } from "./created-device.ts";

describe.each(["Configs", "Secrets"])("an entry of %s", (segment) => {
  const path = `/v1/${segment}/k`;
  let served: ServedService;
  let etag: string;
  beforeEach(async () => {
    served = await serveForTest({ clock: () => 0 });
    const created = await served.send("POST", `/v1/${segment}`, { headers: form, body: "Key=k&Value=one" });
    etag = created.headers.etag!;
  });

  const store = segment === "Configs" ? "config" : "secret";
  const stored = async () => (await served.store.get({ accountSid: served.account.sid, store }, "k"))?.value;
  const get = (headers: Record<string, string>, method = "GET") => served.send(method, path, { headers });
  const update = (value: string, headers: Record<string, string>) =>
    served.send("POST", path, { headers: { ...form, ...headers }, body: `Value=${value}` });
  const remove = (headers: Record<string, string>) => served.send("DELETE", path, { headers });

  it("has a strong ETag that each write changes, also to the same value in the same millisecond", async () => {
    expect(etag).toMatch(/^"[0-9a-f]{16}"$/);
    expect((await get({})).headers.etag).toBe(etag);
    const updated = await update("one", {});
    expect(updated.headers.etag).toMatch(/^"[0-9a-f]{16}"$/);
    expect(updated.headers.etag).not.toBe(etag);
    expect((await get({}, "HEAD")).headers.etag).toBe(updated.headers.etag);
  });

  it("gets another ETag when it is deleted and created again", async () => {
    await remove({});
    const again = await served.send("POST", `/v1/${segment}`, { headers: form, body: "Key=k&Value=one" });
    expect(again.headers.etag).not.toBe(etag);
  });

  describe("If-None-Match on GET and HEAD", () => {
    it.each([
      ["its ETag", (tag: string) => tag],
      ["its ETag in a list", (tag: string) => `"a,b", ${tag} ,"c"`],
      ["its ETag, weak", (tag: string) => `W/${tag}`],
      ["*", () => "*"],
    ])("with %s is an empty 304 with the ETag", async (_name, header) => {
      for (const method of ["GET", "HEAD"]) {
        const answer = await get({ "if-none-match": header(etag) }, method);
        expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, "", etag]);
        expect(answer.headers["cache-control"]).toBe("no-store");
      }
    });

    it("with another ETag is a 200", async () => {
      expect((await get({ "if-none-match": '"0000000000000000"' })).json.key).toBe("k");
      await update("two", {});
      expect((await get({ "if-none-match": etag })).status).toBe(200);
    });

    it("is a 404 for what is not there", async () => {
      await remove({});
      expect((await get({ "if-none-match": "*" })).status).toBe(404);
    });
  });

  describe("If-Match", () => {
    it.each([
      ["its ETag", (tag: string) => tag],
      ["its ETag in a list", (tag: string) => `"x",${tag}`],
      ["*", () => "*"],
    ])("with %s lets an update and a delete through", async (_name, header) => {
      const updated = await update("two", { "if-match": header(etag) });
      expect([updated.status, await stored()]).toEqual([200, "two"]);
      expect((await remove({ "if-match": header(updated.headers.etag!) })).status).toBe(204);
      expect(await stored()).toBeUndefined();
    });

    it.each([
      ["another ETag", () => '"0000000000000000"'],
      ["its ETag, weak", (tag: string) => `W/${tag}`],
      ["an empty ETag", () => '""'],
    ])("with %s refuses everything with a 412", async (_name, header) => {
      const headers = { "if-match": header(etag) };
      for (const answer of [await update("two", headers), await remove(headers), await get(headers)]) {
        expect([answer.status, answer.json.code]).toEqual([412, 20412]);
        expect(answer.json.message).toMatch(/^If-Match /);
      }
      expect(await stored()).toBe("one");
    });

    it("is a 404 for what is not there, and a 400 for what is not valid", async () => {
      expect((await update("", { "if-match": '"x"' })).status).toBe(400);
      await remove({});
      expect((await update("two", { "if-match": "*" })).status).toBe(404);
      expect((await remove({ "if-match": etag })).status).toBe(404);
    });
  });

  it("If-None-Match refuses a write to what it names", async () => {
    for (const header of [etag, "*", `W/${etag}`]) {
      for (const answer of [
        await update("two", { "if-none-match": header }),
        await remove({ "if-none-match": header }),
      ]) {
        expect([answer.status, answer.json.code]).toEqual([412, 20412]);
      }
    }
    expect(await stored()).toBe("one");
    expect((await update("two", { "if-none-match": '"x"' })).status).toBe(200);
  });

  it.each(["x", "", '"', '"a" b', "* , *", 'w/"a"', "W/*"])(
    "the condition %j is a 400 that names it",
    async (header) => {
      for (const name of ["If-Match", "If-None-Match"]) {
        for (const answer of [await update("two", { [name]: header }), await get({ [name]: header })]) {
          expect([answer.status, answer.json.message]).toEqual([400, expect.stringContaining(name)]);
        }
      }
      expect(await stored()).toBe("one");
    },
  );
});

describe("what has no ETag", () => {
  it("exists and matches no tag", async () => {
    const served = await serveForTest();
    const sid = await createDevice(served);
    for (const path of ["/v1/Configs", "/v1/Devices", `/v1/Devices/${sid}`]) {
      const get = async (headers: Record<string, string>) => (await served.send("GET", path, { headers })).status;
      expect(await get({ "if-match": "*" })).toBe(200);
      expect(await get({ "if-match": '"x"' })).toBe(412);
      expect(await get({ "if-none-match": '"x"' })).toBe(200);
    }
    for (const [path, body] of [
      [`/v1/Devices/${sid}`, "UniqueName=attic"],
      ["/v1/Configs", "Key=k&Value=v"],
    ] as const) {
      const refused = await served.send("POST", path, { headers: { ...form, "if-match": '"x"' }, body });
      expect([refused.status, refused.json.code]).toEqual([412, 20412]);
    }
    expect((await served.store.findDevice(sid))?.uniqueName).toBeUndefined();
    expect((await served.send("GET", "/v1/Configs/k")).status).toBe(404);
  });
});
