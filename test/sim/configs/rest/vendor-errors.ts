/** The form of the vendor's errors, written down once more: the service's own table is what is tested. */

import { expect } from "vitest";

const codes: Readonly<Record<number, number>> = {
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
};

/** What the body of an answer with this status has to equal. */
export function errorOf(status: number) {
  const error = { code: codes[status], message: expect.stringMatching(/./), status };
  return { ...error, more_info: `https://www.twilio.com/docs/errors/${codes[status]}` };
}
