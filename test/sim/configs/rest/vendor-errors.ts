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

export function moreInfoOf(status: number): string {
  return `https://www.twilio.com/docs/errors/${codes[status]}`;
}

/** What the body of an answer with this status has to equal. */
export function errorOf(status: number) {
  return { code: codes[status], message: expect.stringMatching(/./), status, more_info: moreInfoOf(status) };
}
