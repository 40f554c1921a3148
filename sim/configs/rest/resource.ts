/** A path with its methods; HEAD, OPTIONS, the 405 and the 406 follow from them. */

import type { Hono } from "hono";
import { acceptsJson } from "./accept.ts";
import { RestError } from "./errors.ts";
import type { RestContext, RestEnvironment } from "./ports.ts";
import { decodeSegment } from "./request.ts";

export type Handler = (context: RestContext) => Promise<Response>;

export function addResource(
  app: Hono<RestEnvironment>,
  path: string,
  handlers: Readonly<Record<string, Handler>>,
): void {
  const methods = Object.keys(handlers).flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  const allow = [...methods, "OPTIONS"].join(", ");
  for (const [method, handler] of Object.entries(handlers)) {
    app.on(method, path, (context) => {
      if (!acceptsJson(context.req.header("accept"))) throw new RestError(406, "The answer is application/json only");
      return handler(context);
    });
  }
  app.options(path, (context) => context.body(null, 204, { allow }));
  app.all(path, ({ req }) => {
    throw new RestError(405, `${req.method} is not allowed on ${req.path}`, { allow });
  });
}

/** A segment of the path (the first is 0), decoded once. @param parameter its name, for errors @throws RestError 400 */
export function segmentOf({ req }: RestContext, index: number, parameter: string): string {
  return decodeSegment(parameter, req.path.split("/")[index + 1] ?? "");
}

/** ISO 8601 in UTC with whole seconds. */
export function wholeSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
