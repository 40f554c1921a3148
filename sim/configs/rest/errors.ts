/** The vendor's JSON errors: `{code, message, more_info, status}`. */

import { jsonResponse } from "./text-response.ts";

/** A request that is refused. What is thrown inside a handler and is none of these is a 500. */
export class RestError extends Error {
  override readonly name = "RestError";
  readonly status: RestStatus;
  readonly headers: Readonly<Record<string, string>>;

  /** @param message goes to the client: what is wrong with which parameter, never a value */
  constructor(status: RestStatus, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The vendor's codes; those of its other statuses (406, 409, 412 to 415) are ours, made the same way. */
const codes = {
  400: 20001,
  401: 20003,
  403: 20403,
  404: 20404,
  405: 20004,
  406: 20406,
  409: 20409,
  412: 20412,
  413: 20413,
  414: 20414,
  415: 20415,
  429: 20429,
  500: 20500,
};

export type RestStatus = keyof typeof codes;

export function errorResponse({ status, message, headers }: RestError): Response {
  const code = codes[status];
  const body = { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  return jsonResponse(body, status, headers);
}

export function notFound(path: string): RestError {
  return new RestError(404, `The requested resource ${path} was not found`);
}
