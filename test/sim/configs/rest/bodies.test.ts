/** Bodies as every client encodes them, and those that are refused. */

import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { basic, form, type ServedService, serveForTest } from "../served-service.ts";

const json = { "content-type": "application/json" };

describe("a body", () => {
  let served: ServedService;
  beforeEach(async () => {
    served = await serveForTest();
  });

  const post = (body: string | Uint8Array, headers: Record<string, string> = form) =>
    served.send("POST", "/v1/Configs", { headers, body });

  async function expectValue(value: string, body: string, headers?: Record<string, string>) {
    const answer = await post(body, headers);
    expect([answer.status, answer.json]).toEqual([201, expect.objectContaining({ key: "k", value })]);
  }

  async function expectRefusal(
    status: number,
    message: RegExp,
    body: string | Uint8Array,
    headers?: typeof json | object,
  ) {
    const answer = await post(body, headers as Record<string, string>);
    expect([answer.status, answer.json.code]).toEqual([status, { 400: 20001, 413: 20413, 415: 20415 }[status]]);
    expect(answer.json.message).toMatch(message);
    expect(await served.store.list({ accountSid: served.account.sid, store: "config" }, { limit: 1 })).toEqual([]);
  }

  it.each([
    ["a+b", "a b"],
    ["a%20b", "a b"],
    ["a%2Bb", "a+b"],
    ["100%25", "100%"],
    ["%2541", "%41"],
    ["%c3%a4%E2%82%ac%F0%9F%98%80", "ä€\u{1f600}"],
    ["ä€\u{1f600}", "ä€\u{1f600}"],
    ["a=b=c", "a=b=c"],
    ["%00", "\0"],
    ["%EF%BB%BFx", "\ufeffx"],
    ["a;b", "a;b"],
  ])("as a form: Value=%s is %j", (encoded, value) => expectValue(value, `Key=k&Value=${encoded}`));

  it("takes fields in any order, and leaves out what it does not know", () =>
    expectValue("v", "&Other=1&Value=v&&Key=k&value=x&KEY=y"));

  it("takes UTF-8 by its names", async () => {
    await expectValue("v", "Key=k&Value=v", { "content-type": "Application/X-WWW-Form-URLEncoded ; charset=UTF-8" });
  });

  it.each([
    ["Value=v", /required parameter Key/],
    ["Key=k", /required parameter Value/],
    ["key=k&value=v", /required parameter Key/],
    ["Key&Value=v", /^Key must not be empty/],
    ["Key=k&Value=", /^Value must not be empty/],
    ["", /required parameter Key/],
    ["Key=k&Value=a&Value=b", /^Value is given more than once/],
    ["Key=k&Value=%", /^Value is not valid percent-encoded UTF-8/],
    ["Key=k&Value=%4", /^Value is not valid/],
    ["Key=k&Value=%zz", /^Value is not valid/],
    ["Key=k&Value=%ff", /^Value is not valid/],
    ["Key=k&Value=%c0%80", /^Value is not valid/],
    ["Key=k&Value=%ed%a0%80", /^Value is not valid/],
    ["Key=k&%ff=1", /name is not valid/],
    [new Uint8Array([...Buffer.from("Key=k&Value="), 0xff]), /not valid UTF-8/],
  ])("as a form: %s is a 400", (body, message) => expectRefusal(400, message, body));

  describe("as JSON", () => {
    it("takes the same names", () => expectValue("v ä+%20", '{"Key":"k","Value":"v ä+%20"}', json));

    it.each([
      ['{"Key":"k","Value":1}', /^Value must be a string/],
      ['{"Key":null,"Value":"v"}', /^Key must be a string/],
      ['{"Key":"k","Value":["v"]}', /^Value must be a string/],
      ['{"Key":"k","Value":"\\ud800"}', /^Value must not contain half of a surrogate pair/],
      ['{"Key":"k"}', /required parameter Value/],
      ['["Key"]', /must be a JSON object/],
      ["null", /must be a JSON object/],
      ["{", /not valid JSON/],
      ["", /not valid JSON/],
      ['{"__proto__":"x"}', /required parameter Key/],
    ])("%s is a 400", (body, message) => expectRefusal(400, message, body, json));
  });

  it.each([
    ["text/plain", {}],
    ["multipart/form-data; boundary=x", {}],
    ["application/x-www-form-urlencoded; charset=latin1", {}],
    ["application/x-www-form-urlencoded", { "content-encoding": "gzip" }],
    ["", {}],
  ])("of type %j with %j is a 415", (type, more) =>
    expectRefusal(415, /application\/x-www-form-urlencoded/, "Key=k&Value=v", { "content-type": type, ...more }),
  );

  describe("of the largest kind", () => {
    it("fits: 4096 characters of four bytes, each byte escaped", async () => {
      const value = "\u{1f600}".repeat(4096);
      await expectValue(value, `Key=k&Value=${encodeURIComponent(value)}`);
    });

    it("is refused with a character more", () =>
      expectRefusal(400, /^Value must have at most 4096 characters/, `Key=k&Value=${"\u{1f600}".repeat(4097)}`));

    it("is a 413 above 65536 bytes, with its length stated or in chunks", async () => {
      const body = `Key=k&Value=v&Padding=${"x".repeat(65_536)}`;
      await expectRefusal(413, /at most 65536 bytes/, body);
      await expectRefusal(413, /at most 65536 bytes/, body, { ...form, "transfer-encoding": "chunked" });
    });

    it("passes in chunks when it is smaller", () =>
      expectValue("v", "Key=k&Value=v", { ...form, "transfer-encoding": "chunked" }));
  });

  it.each<Record<string, string>>([{}, { "content-length": "100" }])(
    "that breaks off is no failure of the service (%j)",
    async (length) => {
      const body = new ReadableStream({ pull: (controller) => controller.error(new Error("connection reset")) });
      const headers = { ...form, ...length, authorization: basic(served.account) };
      const request = new Request(`${served.server.url}/v1/Configs`, { method: "POST", headers, body, duplex: "half" });
      expect((await served.service.fetch(request)).status).toBe(400);
      expect(served.reported).toEqual([]);
    },
  );

  it("of any bytes at all is a 201, 400 or 409", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string().map((text) => Buffer.from(`Key=k&Value=${text}`)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(form, json), async (body, headers) => {
        expect([201, 400, 409]).toContain((await post(body, headers)).status);
      }),
      { numRuns: 200 },
    );
    expect(served.reported).toEqual([]);
  });
});
