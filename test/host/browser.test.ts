/** The device for browsers: bundled as a program's author would do it, and run in a real browser on a real service. */

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { deriveDeviceToken } from "../../sim/configs/index.ts";
import { appBinary } from "../../sim/firmware/build-apps.ts";
import { type Bundle, bundle, hasChromium, inChromium, launchChromium } from "../chromium.ts";
import { repository } from "../copied-tree.ts";
import { serveForTest } from "../sim/configs/served-service.ts";

/** What the package's own name leads to: the built module. */
const entry = fileURLToPath(import.meta.resolve("microvisor-sim/browser"));
let bundled: Bundle;

beforeAll(async () => {
  bundled = await bundle(entry, "es");
}, 60_000);

it("has what the device for Node has", async () => {
  const [browser, node] = [await import("../../host/browser.ts"), await import("../../host/index.ts")];
  expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
});

describe("bundled for browsers, the device", () => {
  it("is one file that imports nothing", () => {
    expect(bundled.imports).toEqual([]);
  });

  it("holds the device and its three packages", () => {
    const own = modules().filter((path) => path.startsWith("dist/"));
    expect(own).toContain("dist/host/platform/browser/web-socket-uplink.js");
    expect(own.filter((path) => !/^dist\/host\/(?!index|platform\/node)/.test(path))).toEqual([]);
    const packages = modules().flatMap((path) => /^node_modules\/([^/]+)/.exec(path)?.[1] ?? []);
    expect([...new Set(packages)].sort()).toEqual(["binaryen", "cborg", "pure-rand"]);
  });

  it("reaches no Node module; Binaryen imports one, on Node alone", () => {
    const node = Object.keys(bundled.importers).filter((id) => /(^|:)node:|browser-external/.test(id));
    const importers = node.flatMap((id) => bundled.importers[id] ?? []).map(pathInRepository);
    expect(new Set(importers)).toEqual(new Set(["node_modules/binaryen/index.js"]));
  });
});

describe.skipIf(!hasChromium)(inChromium("a device"), () => {
  it("fetches configs from a real service", { timeout: 60_000 }, async () => {
    const { service, server, account } = await serveForTest();
    const configs = { accountSid: account.sid, store: "config" } as const;
    await service.put(configs, "greeting", "Hello, page");
    await service.put(configs, "report_interval_s", "7");
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(await serveFiles({ "/bundle.js": bundled.code, "/firmware.wasm": await firmware() }));

    const run = { url: server.deviceUrl, token: deriveDeviceToken(account) };
    const result = await page.evaluate(`(async ({ url, token }) => {
      const { createDevice, webSocketUplink } = await import("/bundle.js");
      const firmware = new Uint8Array(await (await fetch("/firmware.wasm")).arrayBuffer());
      const logs = [];
      const trace = (event) => event.kind === "log" && logs.push(event.text);
      const device = await createDevice({ firmware, uplink: webSocketUplink({ url }), token, trace });
      const { reason } = await device.run();
      return { reason, logs };
    })(${JSON.stringify(run)})`);

    expect(result).toEqual({
      reason: "finished",
      logs: expect.arrayContaining([expect.stringContaining("Hello, page"), expect.stringContaining("7")]),
    });
  });
});

function pathInRepository(id: string): string {
  return relative(repository, id).replaceAll("\\", "/");
}

function modules(): string[] {
  return Object.keys(bundled.importers).map(pathInRepository);
}

async function firmware(): Promise<Uint8Array> {
  return readFile(appBinary("config-reader"));
}

/** A web server with these files and an empty page; its address. */
async function serveFiles(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const server = createServer(({ url = "/" }, response) => {
    response.setHeader("content-type", url.endsWith(".js") ? "text/javascript" : "text/html");
    response.end(files[url] ?? "<title>device</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
