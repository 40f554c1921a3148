/** What `service.fetch` answers is a Response in every way, although a server takes its text as it is. */

import { beforeEach, describe, expect, it } from "vitest";
import { jsonResponse, type TextResponse } from "../../../../sim/configs/rest/text-response.ts";

describe("a text response", () => {
  let response: TextResponse;
  beforeEach(() => {
    response = jsonResponse({ value: "ä" }, 201, { etag: '"1"' });
  });

  it("has status, headers and text", () => {
    expect([response.status, response.ok, response.headers.get("etag")]).toEqual([201, true, '"1"']);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.content).toBe('{"value":"ä"}');
    expect(response).toBeInstanceOf(Response);
  });

  it.each([
    ["json", async () => response.json()],
    ["text", async () => JSON.parse(await response.text())],
    ["arrayBuffer", async () => JSON.parse(new TextDecoder().decode(new Uint8Array(await response.arrayBuffer())))],
    ["blob", async () => JSON.parse(await (await response.blob()).text())],
    ["body", async () => JSON.parse(await new Response(response.body).text())],
    ["clone", async () => response.clone().json()],
    ["a response made of it", async () => new Response(response.body, response).json()],
  ])("gives its body by %s", async (_name, read) => {
    expect(await read()).toEqual({ value: "ä" });
  });

  it("writes headers that were set later", () => {
    response.headers.set("etag", '"2"');
    expect(response.fields).toMatchObject({ etag: '"2"', "content-type": "application/json" });
  });

  it("gives its body once, and says so", async () => {
    expect(response.bodyUsed).toBe(false);
    await response.text();
    expect(response.bodyUsed).toBe(true);
    await expect(response.text()).rejects.toThrow(TypeError);
  });
});
