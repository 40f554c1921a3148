/** A client of the REST API for Configs of an account or of a device, as the command line uses it. */

import { SimulatorError } from "../../host/fault/fault.ts";
import { createRestClient, type RestClientOptions } from "./rest-client.ts";
import { assertValidEntry, describeInvalidKey } from "./validate.ts";

export interface ConfigsClientOptions extends RestClientOptions {
  /** SID or unique name of the device whose Configs and Secrets these are; the account's without it. */
  readonly device?: string | undefined;
}

/** A config as the service represents it. */
export interface ConfigResource {
  /** At a device's config. */
  readonly device_sid?: string;
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
  /** The keys of the secrets beside them, in the same order. No call answers their values. */
  listSecretKeys(): AsyncGenerator<string>;
}

const pageSize = 1000;

/** @throws SimulatorError ERR_MVSIM_SERVICE_ADDRESS: the service's URL is not one of http or https */
export function createConfigsClient(options: ConfigsClientOptions): ConfigsClient {
  const { send: sendTo, read } = createRestClient(options);
  const owner = options.device === undefined ? "/v1" : `/v1/Devices/${encodeURIComponent(options.device)}`;
  const send = (method: string, path: string, fields?: Record<string, string>) =>
    sendTo(method, `${owner}/Configs${path}`, fields);

  /** The resources of all pages. @param collection `Configs` or `Secrets` */
  async function* listAll<Resource>(collection: string): AsyncGenerator<Resource> {
    let pageToken: string | null = "";
    while (pageToken !== null) {
      const query = new URLSearchParams({ PageSize: String(pageSize), ...(pageToken && { PageToken: pageToken }) });
      const page: Page<Resource> = await read(await sendTo("GET", `${owner}/${collection}?${query}`));
      yield* page[page.meta.key] as Resource[];
      // Not the URL itself: behind a proxy the service may call itself by a name that is not ours.
      const next = page.meta.next_page_url;
      pageToken = next === null ? null : new URL(next).searchParams.get("PageToken");
    }
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
    list: () => listAll<ConfigResource>("Configs"),
    async *listSecretKeys() {
      for await (const { key } of listAll<{ readonly key: string }>("Secrets")) yield key;
    },
  };
}

interface PageMeta {
  readonly key: string;
  readonly next_page_url: string | null;
}

type Page<Resource> = { readonly meta: PageMeta } & { readonly [key: string]: PageMeta | readonly Resource[] };

function pathOf(key: string): string {
  const problem = describeInvalidKey(key);
  if (problem !== undefined) throw new SimulatorError("ERR_MVSIM_INVALID_CONFIG", `${problem}.`);
  return `/${encodeURIComponent(key)}`;
}
