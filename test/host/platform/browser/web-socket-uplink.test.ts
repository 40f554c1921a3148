/** The browser form of the uplink in a real browser: bundled without any Node module, against a real service. */

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { closeCodes, connectionLost } from "../../../../host/wire/close-codes.ts";
import { decodeFrame } from "../../../../host/wire/protocol.ts";
import { bundle, hasChromium, inChromium, launchChromium } from "../../../chromium.ts";
import { deviceService, listening } from "../../../sim/configs/device-service.ts";
import { helloBytes } from "../../../sim/configs/frames.ts";
import { serverTime } from "../../../sim/configs/memory-backend.ts";

const uplinkModule = fileURLToPath(import.meta.resolve("../../../../host/platform/browser/web-socket-uplink.ts"));

/** What the uplink in the page told: `open`, a frame's bytes, or a close. */
type Told = "open" | number[] | { code: number; reason: string };

describe.skipIf(!hasChromium)(inChromium("the WebSocket uplink"), () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    const server = createServer((_, response) =>
      response.setHeader("content-type", "text/html").end("<title>x</title>"),
    );
    await page.goto(`http://127.0.0.1:${await listening(server)}/`);
    server.closeAllConnections();
    server.close();
    await page.addScriptTag({ content: (await bundle(uplinkModule, "iife")).code });
  });
  afterAll(async () => {
    await browser?.close();
  });

  it("says hello and hears the welcome", async () => {
    const { url } = await deviceService();
    const [open, welcome] = await told(page, url, [...helloBytes()], 2);
    expect(open).toBe("open");
    expect(decodeFrame(Uint8Array.from(welcome as number[]))).toEqual({
      type: "welcome",
      serverTime,
      loggingEnabled: true,
    });
  });

  it("tells the code and the reason when the service closes", async () => {
    const { url } = await deviceService();
    const reason = "the frame is not a CBOR array";
    expect(await told(page, url, [0], 2)).toEqual(["open", { code: closeCodes.malformedFrame, reason }]);
  });

  it("tells that no connection was made", async () => {
    const { port } = await deviceService();
    const url = `ws://127.0.0.1:${port}/elsewhere`;
    expect(await told(page, url, [], 1)).toEqual([{ code: connectionLost, reason: `no connection to ${url}` }]);
  });

  it("gives up a server that does not answer in time", async () => {
    const mute = createServer().on("upgrade", (_, socket) => socket.on("error", () => {}));
    const url = `ws://127.0.0.1:${await listening(mute)}/device`;
    onTestFinished(() => {
      mute.closeAllConnections();
      mute.close();
    });
    const reason = `no connection to ${url} within 50 ms`;
    expect(await told(page, url, [], 1, 50)).toEqual([{ code: connectionLost, reason }]);
  });
});

/** Opens an uplink in the page, sends one frame once it is open, and gives the first so many things that it tells. */
function told(page: Page, url: string, frame: number[], count: number, timeout = 10_000): Promise<Told[]> {
  const script = `new Promise((resolve) => {
    const told = [];
    const tell = (what) => { if (told.push(what) === ${count}) { uplink.close(); resolve(told); } };
    const uplink = bundle.webSocketUplink({ url: "${url}", connectTimeoutMilliseconds: ${timeout} });
    uplink.open({
      onOpen() { tell("open"); uplink.send(Uint8Array.from(${JSON.stringify(frame)})); },
      onFrame(bytes) { tell([...bytes]); },
      onClose(code, reason) { tell({ code, reason }); },
    });
  })`;
  return page.evaluate(script) as Promise<Told[]>;
}
