/**
 * `node --import microvisor-sim/twilio script.js`: sends what the script asks of the vendor's Microvisor API to a Configs
 * service of ours, so that scripts on the vendor's client library run as they are. All other requests pass.
 *
 * It intercepts in `node:http` and `node:https`, which that library speaks through. `MVSIM_SERVICE` says where the
 * service is; `mvsim serve`'s own address is the default.
 */

import { ClientRequestInterceptor } from "@mswjs/interceptors/ClientRequest";
import { parseServiceUrl, unreachable } from "../configs/rest-client.ts";

/** The vendor's host, with the edge and the region that the library may be told to put in. */
const vendorOrigin = /^https:\/\/microvisor(?:\.[a-z0-9-]+){0,2}\.twilio\.com(?::443)?$/;

const service = parseServiceUrl(process.env.MVSIM_SERVICE || "http://127.0.0.1:8080");

const interceptor = new ClientRequestInterceptor();
interceptor.on("request", async ({ request, controller }) => {
  const { origin } = new URL(request.url);
  if (!vendorOrigin.test(origin)) return;
  const answer = await forward(request, service + request.url.slice(origin.length)).catch((error: unknown) =>
    unreachable(service, error),
  );
  if (answer instanceof Error) controller.errorWith(answer);
  else controller.respondWith(answer);
});
interceptor.apply();

async function forward(request: Request, url: string): Promise<Response> {
  const { method, signal } = request;
  const headers = without(request.headers, ["connection", "content-length", "host", "transfer-encoding"]);
  const sent = method === "GET" || method === "HEAD" ? null : await request.arrayBuffer();
  const response = await fetch(url, { method, headers, body: sent, signal, redirect: "manual" });
  const { status, statusText } = response;
  const answerHeaders = without(response.headers, ["connection", "keep-alive", "transfer-encoding"]);
  const init = { status, statusText, headers: answerHeaders };
  if (method === "HEAD" || status === 204 || status === 304) return new Response(null, init);
  // `fetch` has decoded it. And where no length is stated, the interceptor's answer never ends.
  const body = await response.arrayBuffer();
  answerHeaders.delete("content-encoding");
  answerHeaders.set("content-length", String(body.byteLength));
  return new Response(body, init);
}

function without(headers: Headers, names: readonly string[]): Headers {
  const rest = new Headers(headers);
  for (const name of names) rest.delete(name);
  return rest;
}
