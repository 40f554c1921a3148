/**
 * The REST API as a pure fetch handler (hono): the vendor's under `/v1`, what it lacks under `/mvsim`. Order of the
 * checks: 401 and 429, 414, 404 (no such path), 405, 406, 403, 404 (no such device), the parameters (400, 413, 415), and
 * last what is asked for (404, 409, 412).
 */

import { type Context, Hono } from "hono";
import { routePath } from "hono/route";
import { SimulatorError } from "../../../host/fault/fault.ts";
import { addAccessRoutes } from "./access.ts";
import { authenticate } from "./authentication.ts";
import { addDeviceRoutes } from "./devices.ts";
import { addAllEntryRoutes } from "./entries.ts";
import { errorResponse, notFound, RestError } from "./errors.ts";
import { addLogRoutes } from "./logs.ts";
import type { ReceivedRequest, RestEnvironment, RestPorts } from "./ports.ts";
import { maxTargetCharacters, pathOf, targetOf } from "./request.ts";
import { commonHeaders, TextResponse } from "./text-response.ts";

export function createRestApp(ports: RestPorts): (request: Request, received?: ReceivedRequest) => Promise<Response> {
  const app = createRestRoutes(ports);
  return async (request, received) => {
    const known = received ?? { target: targetOf(request.url), origin: new URL(request.url).origin };
    return app.fetch(request, { ...known, origin: ports.publicUrl ?? known.origin });
  };
}

/** Its routes are what `openapi.ts` describes. */
export function createRestRoutes(ports: RestPorts): Hono<RestEnvironment> {
  // Hono would decode the path, and leave alone what is malformed: routes see it as it was sent.
  const app = new Hono<RestEnvironment>({
    getPath: (request, options) =>
      pathOf((options?.env as ReceivedRequest | undefined)?.target ?? targetOf(request.url)),
  });
  app.use(async (context, next) => {
    if (!ports.activity.isHeard) return next();
    const begin = performance.now();
    await next();
    ports.activity.report({ kind: "request", ...describeAnswer(context), milliseconds: performance.now() - begin });
  });
  app.use(async (context, next) => {
    const { accountSid, credentialSid } = await authenticate(context, ports);
    context.set("accountSid", accountSid);
    context.set("credentialSid", credentialSid);
    if (context.env.target.length > maxTargetCharacters) {
      throw new RestError(414, `Path and query must have at most ${maxTargetCharacters} characters`);
    }
    await next();
    if (context.res instanceof TextResponse) return;
    for (const [name, value] of Object.entries(commonHeaders)) context.res.headers.set(name, value);
  });
  addAllEntryRoutes(app, ports);
  addDeviceRoutes(app, ports);
  addAccessRoutes(app, ports);
  addLogRoutes(app, ports);
  app.notFound((context) => errorResponse(notFound(context.req.path)));
  app.onError((error) => {
    if (error instanceof RestError) return errorResponse(error);
    ports.reportError(error);
    return errorResponse(new RestError(500, "The service failed to answer; its log says why"));
  });
  return app;
}

/** By the template of its route: a path itself may hold a key. */
function describeAnswer(context: Context<RestEnvironment>) {
  const route = routePath(context, -1);
  return { route: route === "/*" ? "unknown" : route, method: context.req.method, status: context.res.status };
}

/** @throws SimulatorError ERR_MVSIM_INVALID_PUBLIC_URL */
export function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    const message = `${JSON.stringify(text)} is no public URL: give scheme and host, as in https://configs.example`;
    throw new SimulatorError("ERR_MVSIM_INVALID_PUBLIC_URL", message);
  }
  return url.href.replace(/\/+$/, "");
}
