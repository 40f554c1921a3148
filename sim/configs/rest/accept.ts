/** Whether a request takes JSON, the only form in which this API answers. */

import { parseAccept } from "hono/utils/accept";

/** The media ranges that JSON lies in; what a request says of the narrowest counts. */
const ranges = ["application/json", "application/*", "*/*"];

/** @param accept the header; one that is missing or empty takes anything */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === "") return true;
  const accepted = parseAccept(accept);
  for (const range of ranges) {
    const found = accepted.find(({ type }) => type.toLowerCase() === range);
    if (found) return found.q > 0;
  }
  return false;
}
