/** Sends requests to the REST API of a service, and says in plain words what went wrong. */

import { SimulatorError } from "../../host/fault/fault.ts";
import type { Account } from "./accounts.ts";

export interface RestClientOptions {
  /** As in `http://127.0.0.1:8080`. */
  readonly service: string;
  /** Whose SID and auth token, or an API key's SID and secret. */
  readonly account: Account;
}

/** Both throw SimulatorError ERR_MVSIM_SERVICE_UNREACHABLE. */
export interface RestClient {
  /** @param path below the service's address @param fields become a form */
  send(method: string, path: string, fields?: Record<string, string>): Promise<Response>;
  /** The JSON of a good answer. @throws SimulatorError ERR_MVSIM_REQUEST_REFUSED, with the service's message */
  read<Resource>(response: Response): Promise<Resource>;
}

const requestTimeoutMilliseconds = 30_000;

/** @throws SimulatorError ERR_MVSIM_SERVICE_ADDRESS: the service's URL is not one of http or https */
export function createRestClient({ service, account }: RestClientOptions): RestClient {
  const serviceUrl = parseServiceUrl(service);
  const authorization = `Basic ${Buffer.from(`${account.sid}:${account.authToken}`).toString("base64")}`;
  return {
    async send(method, path, fields) {
      const body = fields === undefined ? null : new URLSearchParams(fields);
      const signal = AbortSignal.timeout(requestTimeoutMilliseconds);
      try {
        return await fetch(serviceUrl + path, { method, body, signal, headers: { authorization } });
      } catch (error) {
        throw unreachable(service, error);
      }
    },
    async read<Resource>(response: Response): Promise<Resource> {
      const text = await response.text().catch((error) => {
        throw unreachable(service, error);
      });
      const json = parseObject(text);
      if (!response.ok || !json) throw refused(service, response.status, json);
      return json as Resource;
    },
  };
}

/** Without a slash at its end. @throws SimulatorError ERR_MVSIM_SERVICE_ADDRESS */
export function parseServiceUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url.href.replace(/\/+$/, "");
  const message = `${JSON.stringify(text)} is no address of a service's REST API: give one like http://127.0.0.1:8080.`;
  throw new SimulatorError("ERR_MVSIM_SERVICE_ADDRESS", message);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function refused(service: string, status: number, error: Record<string, unknown> | undefined): SimulatorError {
  const reason = typeof error?.message === "string" ? error.message : "no answer of a Configs service";
  return new SimulatorError("ERR_MVSIM_REQUEST_REFUSED", `${service} answered ${status}: ${reason}.`);
}

/** @param cause what `fetch` rejected with */
export function unreachable(service: string, cause: unknown): SimulatorError {
  const { name, cause: inner } = cause as { name?: string; cause?: { code?: string; message?: string } };
  const reason = name === "TimeoutError" ? "no answer in time" : (inner?.code ?? inner?.message ?? String(cause));
  const message = `No Configs service answers at ${service} (${reason}). Start one with mvsim serve, or name another.`;
  return new SimulatorError("ERR_MVSIM_SERVICE_UNREACHABLE", message, { cause });
}
