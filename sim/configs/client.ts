/** A client of the REST API for account Configs, as the command line uses it. */

import { SimulatorError } from "../../host/fault/fault.ts";
import { createRestClient, type RestClientOptions } from "./rest-client.ts";
import { assertValidEntry, describeInvalidKey } from "./validate.ts";

export type ConfigsClientOptions = RestClientOptions;

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

const pageSize = 1000;

/** @throws SimulatorError ERR_MVSIM_SERVICE_ADDRESS: the service's URL is not one of http or https */
export function createConfigsClient(options: ConfigsClientOptions): ConfigsClient {
  const { send: sendTo, read } = createRestClient(options);
  const send = (method: string, path: string, fields?: Record<string, string>) =>
    sendTo(method, `/v1/Configs${path}`, fields);

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
