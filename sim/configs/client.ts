/** A client of the REST API for account Configs, as the command line uses it. */

import { SimulatorError } from "../../host/fault/fault.ts";
import type { Account } from "./accounts.ts";
import { assertValidEntry, describeInvalidKey } from "./validate.ts";

export interface ConfigsClientOptions {
  /** As in `http://127.0.0.1:8080`. */
  readonly service: string;
  readonly account: Account;
}

/** A config as the service represents it. */
export interface ConfigResource {
  readonly key: string;
  readonly value: string;
  readonly date_updated: string;
  readonly url: string;
}

/**
 * All of these throw SimulatorError ERR_MVSIM_INVALID_CONFIG (before anything is sent), ERR_MVSIM_REQUEST_REFUSED (with
 * the service's message) or ERR_MVSIM_SERVICE_UNREACHABLE.
 */
export interface ConfigsClient {
  /** Creates the config, or changes its value. */
  set(key: string, value: string): Promise<"created" | "updated">;
  get(key: string): Promise<ConfigResource>;
  remove(key: string): Promise<void>;
  /** Every config, sorted by the keys' bytes; asks for the next page when it is needed. */
  list(): AsyncGenerator<ConfigResource>;
}

const requestTimeoutMilliseconds = 30_000;
const pageSize = 1000;

/** @throws SimulatorError ERR_MVSIM_SERVICE_ADDRESS: the service's URL is not one of http or https */
export function createConfigsClient({ service, account }: ConfigsClientOptions): ConfigsClient {
  const configsUrl = `${parseServiceUrl(service)}/v1/Configs`;
  const authorization = `Basic ${Buffer.from(`${account.sid}:${account.authToken}`).toString("base64")}`;

  async function send(method: string, path: string, fields?: Record<string, string>): Promise<Response> {
    const body = fields === undefined ? null : new URLSearchParams(fields);
    const signal = AbortSignal.timeout(requestTimeoutMilliseconds);
    try {
      return await fetch(configsUrl + path, { method, body, signal, headers: { authorization } });
    } catch (error) {
      throw unreachable(service, error);
    }
  }

  async function read<Resource>(response: Response): Promise<Resource> {
    const text = await response.text().catch((error) => {
      throw unreachable(service, error);
    });
    const json = parseObject(text);
    if (!response.ok || !json) throw refused(service, response.status, json);
    return json as Resource;
  }

  return {
    async set(key, value) {
      assertValidEntry(key, value);
      for (;;) {
        const created = await send("POST", "", { Key: key, Value: value });
        if (created.status !== 409) {
          await read(created);
          return "created";
        }
        const updated = await send("POST", pathOf(key), { Value: value });
        if (updated.status !== 404) {
          await read(updated);
          return "updated";
        }
        // Removed between the two requests: then it can be created.
      }
    },
    async get(key) {
      return read(await send("GET", pathOf(key)));
    },
    async remove(key) {
      const response = await send("DELETE", pathOf(key));
      if (response.status !== 204) await read(response);
    },
    async *list() {
      let pageToken: string | null = "";
      while (pageToken !== null) {
        const query = new URLSearchParams({ PageSize: String(pageSize), ...(pageToken && { PageToken: pageToken }) });
        const page: ConfigsPage = await read(await send("GET", `?${query}`));
        yield* page.configs;
        // Not the URL itself: behind a proxy the service may call itself by a name that is not ours.
        const next = page.meta.next_page_url;
        pageToken = next === null ? null : new URL(next).searchParams.get("PageToken");
      }
    },
  };
}

interface ConfigsPage {
  readonly configs: ConfigResource[];
  readonly meta: { readonly next_page_url: string | null };
}

function pathOf(key: string): string {
  const problem = describeInvalidKey(key);
  if (problem !== undefined) throw new SimulatorError("ERR_MVSIM_INVALID_CONFIG", `${problem}.`);
  return `/${encodeURIComponent(key)}`;
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
