/** HTTPS: real certificates, real connections. */

import { createPrivateKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import {
  createConfigsService,
  createMemoryStore,
  deriveDeviceToken,
  generateAccount,
  readTlsCredentials,
  serveConfigs,
  type TlsCredentials,
} from "../../../sim/configs/index.ts";
import { generateCertificate } from "./certificate.ts";
import { runNode } from "./child-process.ts";
import { basic } from "./served-service.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { typescriptArguments } from "./typescript-process.ts";

let tls: TlsCredentials;
let other: TlsCredentials;
beforeAll(async () => {
  [tls, other] = [await generateCertificate(), await generateCertificate()];
});

async function serveTls() {
  const account = generateAccount();
  const service = createConfigsService({ store: createMemoryStore(), accounts: [account] });
  const server = await serveConfigs(service, { tls });
  onTestFinished(() => server.close());
  await service.put({ accountSid: account.sid, store: "config" }, "greeting", "hello");
  const certificateFile = join(temporaryFolder(), "certificate.pem");
  writeFileSync(certificateFile, tls.certificate);
  return { account, server, certificateFile };
}

describe("a server with a certificate", () => {
  it("serves HTTPS, and says https and wss where it says URLs", async () => {
    const { account, server } = await serveTls();
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(server.deviceUrl).toBe(`${server.url.replace("https", "wss")}/device`);
    const answer = await get(`${server.url}/v1/Configs/greeting`, basic(account));
    expect(answer).toMatchObject({ value: "hello", url: `${server.url}/v1/Configs/greeting` });
  });

  it("answers nothing to who speaks plain HTTP, and goes on", async () => {
    const { account, server } = await serveTls();
    const { port } = new URL(server.url);
    const socket = connect(Number(port), "127.0.0.1");
    const bytes: Buffer[] = [];
    socket.on("data", (chunk) => bytes.push(chunk)).on("error", () => {});
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.write("GET /v1/Configs HTTP/1.1\r\nHost: x\r\n\r\n");
    await closed;
    expect(Buffer.concat(bytes).toString()).not.toContain("HTTP/1.1 200");
    expect(await get(`${server.url}/v1/Configs/greeting`, basic(account))).toMatchObject({ value: "hello" });
  });

  it("has devices and the command line as clients that trust its authority", async () => {
    const { account, server, certificateFile } = await serveTls();
    const client = fileURLToPath(new URL("./tls-client-process.ts", import.meta.url));
    const run = (environment: Record<string, string>) =>
      runNode(typescriptArguments(new URL(`file://${client}`)), {
        MVSIM_SERVICE: server.url,
        MVSIM_ACCOUNT: `${account.sid}:${account.authToken}`,
        DEVICE_URL: server.deviceUrl,
        DEVICE_TOKEN: deriveDeviceToken(account),
        ...environment,
      });
    expect(await run({ NODE_EXTRA_CA_CERTS: certificateFile })).toEqual({
      status: 0,
      stdout: "updated greeting\nhello over TLS\ndevice: hello over TLS\n",
      stderr: "",
    });
    const untrusting = await run({});
    expect(untrusting.status).not.toBe(0);
    expect(untrusting.stderr).toMatch(/No Configs service answers at https:.*DEPTH_ZERO_SELF_SIGNED_CERT/);
  });
});

describe("a certificate that can't be used", () => {
  const files = (contents: Partial<TlsCredentials>) => {
    const folder = temporaryFolder();
    const paths = { certificate: join(folder, "certificate.pem"), key: join(folder, "key.pem") };
    for (const name of ["certificate", "key"] as const) {
      if (contents[name] !== undefined) writeFileSync(paths[name], contents[name]);
    }
    return paths;
  };
  const encrypted = () =>
    createPrivateKey(tls.key).export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "x",
    }) as string;
  const cases: [string, () => Partial<TlsCredentials>, RegExp][] = [
    ["missing file", () => ({ key: tls.key }), /Can't read the certificate file .*certificate\.pem \(ENOENT\)/],
    ["missing key", () => ({ certificate: tls.certificate }), /Can't read the key file .*key\.pem \(ENOENT\)/],
    ["key of another certificate", () => ({ ...tls, key: other.key }), /key\.pem is not the one of .*certificate\.pem/],
    ["swapped files", () => ({ certificate: tls.key, key: tls.certificate }), /holds no certificate.*swapped/],
    ["certificate twice", () => ({ ...tls, key: tls.certificate }), /key\.pem holds no private key.*swapped/],
    [
      "letter",
      () => ({ ...tls, certificate: "Dear reader" }),
      /certificate\.pem holds no certificate in PEM .*--\)\.$/,
    ],
    ["empty key", () => ({ ...tls, key: "" }), /key\.pem holds no private key in PEM/],
    ["encrypted key", () => ({ ...tls, key: encrypted() }), /key\.pem is encrypted: decrypt it first/],
  ];

  it.each(cases)("is refused by name, and without a word of the key: %s", (_name, contents, message) => {
    const given = contents();
    const paths = files(given);
    let error: Error | undefined;
    try {
      readTlsCredentials(paths.certificate, paths.key);
    } catch (thrown) {
      error = thrown as Error;
    }
    expect(error).toMatchObject({ code: "ERR_MVSIM_INVALID_CERTIFICATE", message: expect.stringMatching(message) });
    for (const line of tls.key.split("\n").slice(1, -2)) expect(String(error?.stack)).not.toContain(line);
  });

  it("is refused before a server listens", async () => {
    const service = createConfigsService({ store: createMemoryStore(), accounts: [generateAccount()] });
    await expect(serveConfigs(service, { tls: { ...tls, key: other.key } })).rejects.toMatchObject({
      code: "ERR_MVSIM_INVALID_CERTIFICATE",
      message: expect.stringMatching(/tls\.key is not the one of the certificate in tls\.certificate/),
    });
  });
});

function get(url: string, authorization: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request(url, { ca: tls.certificate, headers: { authorization }, agent: false }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve(JSON.parse(Buffer.concat(chunks).toString()));
    })
      .on("error", reject)
      .end();
  });
}
