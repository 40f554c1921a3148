/** `node --import microvisor-sim/twilio script`: scripts that know only the vendor, as processes of their own. */

import { writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { generateCertificate } from "../configs/certificate.ts";
import { runNode } from "../configs/child-process.ts";
import { type ServedService, serveForTest } from "../configs/served-service.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";

const preload = ["--import", "microvisor-sim/twilio"];
const sample = (name: string) => fileURLToPath(new URL(`./samples/${name}`, import.meta.url));

describe("a script on the vendor's client library, with the preload", () => {
  let served: ServedService;
  beforeEach(async () => {
    served = await serveForTest();
  });

  const run = (name: string, environment: Record<string, string> = {}) =>
    runNode([...preload, sample(name)], {
      TWILIO_ACCOUNT_SID: served.account.sid,
      TWILIO_AUTH_TOKEN: served.account.authToken,
      MVSIM_SERVICE: served.server.url,
      ...environment,
    });
  const collection = () => ({ accountSid: served.account.sid, store: "config" }) as const;

  it("creates, fetches and deletes configs: the seed document's samples", { timeout: 60_000 }, async () => {
    expect(await run("create-config.cjs")).toEqual({ status: 0, stdout: "key_name\n", stderr: "" });
    expect((await served.store.get(collection(), "key_name"))?.value).toBe("value");
    await served.service.put(collection(), "Key_name", "place");
    expect(await run("fetch-config.cjs")).toEqual({ status: 0, stdout: "Key_name\n", stderr: "" });
    expect(await run("remove-config.cjs")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(await served.store.get(collection(), "key_name")).toBeUndefined();
  });

  it("walks through pages, and gets errors as RestException", async () => {
    for (const key of ["a", "b", "c", "d", "e"]) await served.service.put(collection(), key, "ä");
    const stdout = "a=ä b=ä c=ä d=ä e=ä\nRestException 404 20404\n";
    expect(await run("list-configs.mjs")).toEqual({ status: 0, stdout, stderr: "" });
  });

  it("reaches the service also where the library is told an edge and a region", async () => {
    const environment = { TWILIO_EDGE: "dublin", TWILIO_REGION: "ie1" };
    expect((await run("create-config.cjs", environment)).stdout).toBe("key_name\n");
  });

  it("says when no service answers, and where it looked", { timeout: 60_000 }, async () => {
    await served.server.close();
    const ended = await run("create-config.cjs");
    expect(ended).toMatchObject({ status: 1, stdout: "" });
    expect(ended.stderr).toContain(`No Configs service answers at ${served.server.url} (ECONNREFUSED)`);
    expect(ended.stderr).toContain("Start one with mvsim serve");
    const nonsense = await run("create-config.cjs", { MVSIM_SERVICE: "localhost" });
    expect(nonsense.status).toBe(1);
    expect(nonsense.stderr).toContain('"localhost" is no address of a service');
  });
});

describe("everything else, with the preload", () => {
  it("passes untouched: plain and TLS connections, kept alive or not, fetch, errors", { timeout: 60_000 }, async () => {
    const { certificate, key } = await generateCertificate();
    const certificateFile = join(temporaryFolder(), "certificate.pem");
    writeFileSync(certificateFile, certificate);
    const plain = await listening(createServer(echo));
    const tls = await listening(createTlsServer({ cert: certificate, key }, echo));
    const words = [sample("other-requests.mjs"), `http://127.0.0.1:${plain}`, `https://127.0.0.1:${tls}`];
    const environment = { NODE_EXTRA_CA_CERTS: certificateFile };
    const without = await runNode(words, environment);
    expect(without).toMatchObject({ status: 0, stderr: "" });
    expect(without.stdout).toContain("POST /echo 100000 bytes");
    expect(await runNode([...preload, ...words], environment)).toEqual(without);
  });
});

const echo: RequestListener = async (request, response) => {
  let bytes = 0;
  for await (const chunk of request) bytes += chunk.length;
  response.setHeader("content-type", "text/plain").end(`${request.method} ${request.url} ${bytes} bytes`);
};

async function listening(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
