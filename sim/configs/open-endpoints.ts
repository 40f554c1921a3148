/**
 * What a server answers without an account, on its own paths beside the REST API: `/healthz`, `/readyz`, `/metrics`,
 * `/openapi.json`. They tell nothing of what the service holds.
 */

import { createHash, timingSafeEqual } from "node:crypto";
import { liveResponse, readinessResponse } from "./health.ts";
import { errorResponse, RestError } from "./rest/errors.ts";
import { openApiText } from "./rest/openapi.ts";
import { commonHeaders, TextResponse } from "./rest/text-response.ts";
import type { ConfigsService } from "./service.ts";

export interface OpenEndpointsPorts {
  readonly connectedDevices: () => number;
  readonly isClosing: () => boolean;
  readonly metricsToken: string | undefined;
  /** Whether the server listens where this machine alone reaches it. */
  readonly isLoopback: boolean;
}

type Endpoint = (request: Request) => Response | Promise<Response>;

export interface OpenEndpoints {
  find(path: string): Endpoint | undefined;
  /** Counts nothing any more. */
  close(): void;
}

export async function createOpenEndpoints(service: ConfigsService, ports: OpenEndpointsPorts): Promise<OpenEndpoints> {
  // It takes 30 ms to load: programs that embed the service, and serve nothing, need not wait for it.
  const { createMetrics } = await import("./metrics.ts");
  const metrics = createMetrics(ports.connectedDevices);
  const close = service.onActivity(metrics.count);
  const endpoints = new Map<string, Endpoint>([
    ["/healthz", liveResponse],
    ["/readyz", async () => readinessResponse(ports.isClosing() ? "closing" : await service.readiness())],
    [
      "/openapi.json",
      () => new TextResponse(openApiText, 200, { "content-type": "application/json", ...commonHeaders }),
    ],
    [
      "/metrics",
      async (request) => {
        const refusal = refuseMetrics(request, ports);
        if (refusal) return errorResponse(refusal);
        return new TextResponse(await metrics.text(), 200, { "content-type": metrics.contentType, ...commonHeaders });
      },
    ],
  ]);
  return {
    find(path) {
      const endpoint = endpoints.get(path);
      return endpoint && ((request) => (isRead(request) ? endpoint(request) : answerOtherMethod(request, path)));
    },
    close,
  };
}

function isRead({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}

/** As on the paths of the REST API. */
function answerOtherMethod({ method }: Request, path: string): Response {
  const allow = "GET, HEAD, OPTIONS";
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow, ...commonHeaders } });
  return errorResponse(new RestError(405, `${method} is not allowed on ${path}`, { allow }));
}

/** Load and failures are nobody's business: on an address that others reach a token is asked for. */
function refuseMetrics(request: Request, { metricsToken, isLoopback }: OpenEndpointsPorts): RestError | undefined {
  if (metricsToken === undefined) return isLoopback ? undefined : new RestError(404, "This server shows no metrics");
  const shown = /^bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  if (timingSafeEqual(digest(shown), digest(metricsToken))) return undefined;
  return new RestError(401, "Authenticate: the metrics token as a Bearer token", { "www-authenticate": "Bearer" });
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
