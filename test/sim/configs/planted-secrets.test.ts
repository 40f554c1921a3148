/**
 * Secrets and tokens are planted wherever a service meets them, in the right place and in wrong ones. Then everything
 * that it let out is searched for them: what `mvsim serve` printed, each answer, the metrics, the database.
 */

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { memberValue } from "../../../host/abi/enums.ts";
import { encodeRequest } from "../../../host/wire/config-fetch.ts";
import { type Account, deriveDeviceToken, generateAccount } from "../../../sim/configs/index.ts";
import { helloBytes, openFrame, readResponse } from "./frames.ts";
import { rawDevice, welcomedDevice } from "./raw-device.ts";
import { basic, form } from "./served-service.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const program = fileURLToPath(new URL("../../../dist/sim/cli/main.js", import.meta.url));
const planted = () => `planted${randomBytes(12).toString("hex")}`;

const secret = planted();
const laterSecret = planted();
const refusedSecret = planted();
const wrongToken = planted();
const wrongDeviceToken = planted();
const metricsToken = planted();

/** `mvsim serve` on a database, and all that it prints. */
async function serve(account: Account, database: string) {
  const words = ["serve", "--port", "0", "--sqlite", database, "--account", `${account.sid}:${account.authToken}`];
  const child = spawn(process.execPath, [program, ...words], { env: { MVSIM_METRICS_TOKEN: metricsToken } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let printed = "";
  const ended = new Promise<string>((resolve) => child.on("close", () => resolve(printed)));
  await new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        printed += chunk;
        if (printed.includes("Ctrl-C stops it.")) resolve();
      });
    }
    void ended.then(() => resolve());
  });
  const service = /REST +(\S+)\/v1\n/.exec(printed)?.[1];
  if (service === undefined) throw new Error(printed);
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { service, stop };
}

it("no secret and no token is in a log, an audit line, an answer, a metric or the database", {
  timeout: 60_000,
}, async () => {
  const account = generateAccount();
  const folder = temporaryFolder();
  const database = join(folder, "configs.db");
  const { service, stop } = await serve(account, database);
  const answers: string[] = [];
  const statuses: number[] = [];
  async function ask(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
    const all = { ...(body !== undefined && form), authorization: basic(account), ...headers };
    const response = await fetch(service + path, { method, body: body ?? null, headers: all });
    return { status: response.status, headers: JSON.stringify([...response.headers]), text: await response.text() };
  }
  async function send(...request: Parameters<typeof ask>) {
    const { status, headers, text } = await ask(...request);
    answers.push(headers, text);
    statuses.push(status);
  }

  // In its place.
  await send("POST", "/v1/Secrets", `Key=api&Value=${secret}`);
  await send("GET", "/v1/Secrets");
  await send("GET", "/v1/Secrets/api");
  await send("POST", "/v1/Secrets/api", `Value=${laterSecret}`);
  await send("POST", "/v1/Secrets/none", `Value=${refusedSecret}`);
  await send("POST", "/v1/Secrets", `Key=api&Value=${refusedSecret}`);
  await send("POST", "/v1/Secrets/api", `Value=${refusedSecret}`, { "if-match": '"other"' });
  expect(statuses.splice(0)).toEqual([201, 200, 200, 200, 404, 409, 412]);

  // Credentials that the service makes: told once, to who asked.
  const keyAnswer = await ask("POST", "/mvsim/Keys", "Label=ci");
  const created = JSON.parse(keyAnswer.text) as { sid: string; secret: string };
  const keyOwner = { sid: created.sid, authToken: created.secret };
  await send("GET", "/v1/Configs", undefined, { authorization: basic(keyOwner) });
  await send("GET", "/mvsim/Keys");
  await send("DELETE", `/mvsim/Keys/${created.sid}`);
  await send("GET", "/v1/Configs", undefined, { authorization: basic(keyOwner) });
  expect(statuses.splice(0)).toEqual([200, 200, 204, 401]);

  // In wrong places, and damaged.
  await send("POST", "/v1/Secrets", `Key=k&Value=${refusedSecret.repeat(200)}`);
  await send("POST", "/v1/Secrets", `Key=k&Value=${refusedSecret}%FF`);
  await send("POST", "/v1/Secrets", `Key=k&Value=${refusedSecret}&Value=${refusedSecret}`);
  await send("POST", "/v1/Secrets", `{"Key":"k","Value":"${refusedSecret}"`, { "content-type": "application/json" });
  await send("POST", "/v1/Secrets", `{"Key":"k","Value":["${refusedSecret}"]}`, { "content-type": "application/json" });
  await send("POST", "/v1/Secrets", refusedSecret, { "content-type": "text/plain" });
  await send("GET", `/v1/Configs?PageToken=${refusedSecret}&PageSize=${refusedSecret}`);
  await send("GET", "/v1/Configs", undefined, { authorization: basic({ ...account, authToken: wrongToken }) });
  await send("GET", "/v1/Configs", undefined, { authorization: `Bearer ${wrongToken}` });
  await send("GET", "/v1/Configs", undefined, { authorization: wrongToken });
  await send("GET", "/metrics", undefined, { authorization: `Bearer ${wrongToken}` });
  expect(statuses.splice(0)).toEqual([400, 400, 400, 400, 400, 415, 400, 401, 401, 401, 401]);

  // Devices: one that gets the secret, and those that do not.
  const deviceUrl = `${service.replace("http", "ws")}/device`;
  const device = await welcomedDevice(deviceUrl, { token: deriveDeviceToken(account) });
  device.send(openFrame(1, secretRequest("api")));
  const answer = await device.next();
  expect(answer.type === "data" && readResponse(answer.bytes)).toEqual([laterSecret]);
  const reasons = [];
  for (const messages of [
    [wrongDeviceToken],
    [new TextEncoder().encode(wrongDeviceToken)],
    [helloBytes({ token: wrongDeviceToken })],
  ]) {
    const stranger = await rawDevice(deviceUrl);
    stranger.send(...messages);
    reasons.push(await stranger.closed);
  }
  expect(reasons.map(({ code }) => code)).toEqual(["malformedFrame", "malformedFrame", "tokenRefused"]);
  answers.push(JSON.stringify(reasons));

  // The store fails: it is logged, and the answer says nothing of it.
  const connection = new Database(database);
  connection.exec("CREATE TRIGGER broken BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'no space'); END");
  connection.exec("CREATE TRIGGER broken2 BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'no space'); END");
  connection.close();
  await send("POST", "/v1/Secrets/api", `Value=${refusedSecret}`);
  await send("POST", "/v1/Secrets", `Key=new&Value=${refusedSecret}`);
  expect(statuses.splice(0)).toEqual([500, 500]);

  await send("GET", "/metrics", undefined, { authorization: `Bearer ${metricsToken}` });
  expect(statuses.splice(0)).toEqual([200]);
  const printed = await stop();
  expect(printed).toContain("no space");
  expect(answers.join()).not.toMatch(/no space|\bat .*\.js:\d+/);

  const secrets = { secret, laterSecret, refusedSecret, wrongToken, wrongDeviceToken, metricsToken };
  const tokens = {
    keySecret: created.secret,
    authToken: account.authToken,
    authorization: basic(account).slice("Basic ".length),
  };
  // Who changed what is told, and no more.
  expect(printed).toContain('"action":"update","of":"secret","key":"api"');
  const files = readdirSync(folder).filter((name) => !name.endsWith(".key"));
  expect(files).toContain("configs.db");
  const stored = files.map((name) => readFileSync(join(folder, name), "latin1")).join("\n");
  const out = { printed, answers: answers.join("\n"), stored };
  for (const [name, text] of Object.entries({ ...secrets, ...tokens })) {
    for (const [where, found] of Object.entries(out)) {
      // In base64 as well, as credentials travel.
      for (const form of [text, Buffer.from(text).toString("base64").slice(0, 24)]) {
        expect(found.includes(form), `${name} in ${where}`).toBe(false);
      }
    }
  }
});

function secretRequest(key: string): Uint8Array {
  const scope = memberValue("MvConfigKeyFetchScope", "ACCOUNT");
  return encodeRequest([{ scope, store: memberValue("MvConfigKeyFetchStore", "SECRET"), key }]);
}
