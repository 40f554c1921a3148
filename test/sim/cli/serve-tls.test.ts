/** `mvsim serve` with a certificate. */

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { generateAccount } from "../../../sim/configs/index.ts";
import { generateCertificate } from "../configs/certificate.ts";
import { runNode } from "../configs/child-process.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { mvsim, refusal } from "./mvsim.ts";

const program = new URL("../../../dist/sim/cli/main.js", import.meta.url).pathname;
const files = { certificate: "", key: "", otherKey: "" };

beforeEach(async () => {
  const folder = temporaryFolder();
  const [pair, other] = [await generateCertificate(), await generateCertificate()];
  for (const [name, text] of Object.entries({ ...pair, otherKey: other.key })) {
    files[name as keyof typeof files] = join(folder, `${name}.pem`);
    writeFileSync(join(folder, `${name}.pem`), text);
  }
});

it("serves HTTPS, and mvsim configs uses it with the authority's certificate in NODE_EXTRA_CA_CERTS", async () => {
  const { sid, authToken } = generateAccount();
  const account = ["--account", `${sid}:${authToken}`];
  const words = ["serve", "--port", "0", "--tls-cert", files.certificate, "--tls-key", files.key, ...account];
  const child = spawn(process.execPath, [program, ...words]);
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (output.includes("Ctrl-C stops it.")) resolve();
    });
  });
  const service = /REST +(https:\/\/127\.0\.0\.1:\d+)\/v1$/m.exec(output)![1]!;
  expect(output).toContain(`devices  ${service.replace("https", "wss")}/device`);
  const environment = { NODE_EXTRA_CA_CERTS: files.certificate };
  const configs = (...more: string[]) =>
    runNode([program, "configs", ...more, "--service", service, ...account], environment);
  expect((await configs("set", "greeting", "hello")).stdout).toBe("created greeting\n");
  expect((await configs("get", "greeting")).stdout).toBe("hello");
});

it("refuses what is no pair of files, as bad usage", async () => {
  const serve = (...words: string[]) => mvsim("serve", "--port", "0", ...words);
  expect(await serve("--tls-cert", files.certificate)).toMatchObject(refusal(2, "USAGE", "needs both --tls-cert"));
  expect(await serve("--tls-cert", files.certificate, "--tls-key", files.otherKey)).toMatchObject(
    refusal(2, "INVALID_CERTIFICATE", "otherKey.pem is not the one of the certificate"),
  );
  expect(await serve("--tls-cert", files.certificate, "--tls-key", "/none.pem")).toMatchObject(
    refusal(2, "INVALID_CERTIFICATE", "Can't read the key file /none.pem (ENOENT)"),
  );
});
