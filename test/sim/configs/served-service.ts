/** A service on a real port, and the ways in which tests talk to it. Everything ends with the test. */

import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import twilio from "twilio";
import { onTestFinished } from "vitest";
import {
  type Account,
  type ConfigStore,
  type ConfigsServer,
  type ConfigsService,
  type ConfigsServiceOptions,
  createConfigsService,
  createMemoryStore,
  generateAccount,
  type ServeOptions,
  serveConfigs,
} from "../../../sim/configs/index.ts";
import { type DescribedAnswer, describeDifference } from "./described.ts";

export interface ServedService {
  readonly service: ConfigsService;
  readonly server: ConfigsServer;
  readonly store: ConfigStore;
  readonly account: Account;
  readonly otherAccount: Account;
  /** What the service reported as failed inside. */
  readonly reported: unknown[];
  /** Sends a request as it stands, path included; with the account's credentials unless headers say otherwise. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
}

export interface SendOptions {
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly as?: Account;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined when it is empty. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it by path
  readonly json: any;
}

export const form = { "content-type": "application/x-www-form-urlencoded" };

export async function serveForTest(
  options: Partial<ConfigsServiceOptions> = {},
  serveOptions: ServeOptions = {},
): Promise<ServedService> {
  const [account, otherAccount] = [generateAccount(), generateAccount()];
  const store = options.store ?? createMemoryStore();
  const reported: unknown[] = [];
  const service = createConfigsService({
    accounts: [account, otherAccount],
    reportError: (error) => reported.push(error),
    ...options,
    store,
  });
  const server = await serveConfigs(service, serveOptions);
  onTestFinished(async () => {
    await server.close();
    await service.close();
  });
  return {
    service,
    server,
    store,
    account,
    otherAccount,
    reported,
    send: (method, path, { as = account, headers = {}, body } = {}) =>
      send(server.url, method, path, { authorization: basic(as), ...headers }, body),
  };
}

export function basic({ sid, authToken }: Account): string {
  return `Basic ${Buffer.from(`${sid}:${authToken}`).toString("base64")}`;
}

export function send(
  origin: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | Uint8Array,
): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  // Node leaves out the length of a DELETE's body by itself.
  const length =
    body === undefined || "transfer-encoding" in headers ? {} : { "content-length": Buffer.byteLength(body) };
  const answered = new Promise<Answer>((resolve, reject) => {
    const options = { hostname, port, method, path, headers: { ...length, ...headers }, agent: false };
    const request = httpRequest(options, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const json = text === "" ? undefined : JSON.parse(text);
      resolve({ status: response.statusCode!, headers: response.headers, text, json });
    });
    request.on("error", reject);
    request.end(body);
  });
  return answered.then((answer) => {
    assertDescribed(method, path, answer);
    return answer;
  });
}

/** Every answer in a test is one that the API's description knows. */
function assertDescribed(method: string, target: string, answer: DescribedAnswer): void {
  const differences = describeDifference(method, target, answer);
  if (differences.length > 0) throw new Error(`${method} ${target} is not as described: ${differences.join("; ")}`);
}

/** The vendor's client; only where its requests go is changed. */
export function twilioClient({ server }: ServedService, { sid, authToken }: Account) {
  const httpClient = new twilio.RequestClient();
  const request = httpClient.request.bind(httpClient);
  httpClient.request = async (options) => {
    const uri = options.uri.replace("https://microvisor.twilio.com", server.url);
    const response = await request({ ...options, uri });
    // It keeps the body as text, or as what JSON holds.
    const { statusCode, body, headers } = response as typeof response & { readonly headers: Record<string, unknown> };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    assertDescribed(options.method, uri, { status: statusCode, headers, text });
    return response;
  };
  return twilio(sid, authToken, { httpClient });
}

/** Sends a request line and Host header byte for byte, and answers everything that comes back. */
export function rawRequest({ server, account }: ServedService, head: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.setEncoding("latin1").on("data", (text) => {
      answer += text;
    });
    socket.on("end", () => resolve(answer)).on("error", reject);
    const rest = `Authorization: ${basic(account)}\r\nConnection: close\r\n\r\n`;
    socket.end(Buffer.from(`${head}\r\n${rest}`, "latin1"));
  });
}
