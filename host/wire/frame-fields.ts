/**
 * The fields of a frame: one reader a type of field. A reader gets a CBOR token, and throws a `WireError` when it is
 * of another type or out of range. All text of the protocol is printable ASCII: so it has one encoding only.
 */

import { type Token, Type } from "cborg";
import { WireError } from "./close-codes.ts";
import { wireLimits } from "./limits.ts";

/** @param where the frame's type and the field, for the message */
export type FieldReader<Value> = (token: Token, where: string) => Value;

/** An integer from `lowest` to `highest`. */
export function integer(lowest: number, highest: number): FieldReader<number> {
  return (token, where) => {
    const { value } = token;
    if (token.type !== Type.uint || value < lowest || value > highest) {
      throw malformed(where, `an integer from ${lowest} to ${highest}`);
    }
    return value;
  };
}

/** A byte string of up to `most` bytes: a copy. */
export function bytes(most: number): FieldReader<Uint8Array> {
  return (token, where) => {
    if (token.type !== Type.bytes || token.value.length > most) {
      throw malformed(where, `a byte string of up to ${most} bytes`);
    }
    return token.value;
  };
}

/** Text of 1 to `most` printable ASCII characters, of the given form. */
export function text(most: number, form = /^[\x20-\x7e]+$/): FieldReader<string> {
  return (token, where) => {
    const { value } = token;
    // The decoder drops a byte order mark: then there are more bytes than characters.
    const isText = token.type === Type.string && token.byteValue?.length === value.length;
    if (!isText || value.length > most || !form.test(value)) {
      throw malformed(where, `text of 1 to ${most} characters that matches ${form.source}`);
    }
    return value;
  };
}

/** Text that is one of the given words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): FieldReader<Word> {
  const longest = Math.max(...words.map((word) => word.length));
  const read = text(longest, new RegExp(`^(${words.join("|")})$`));
  return (token, where) => read(token, where) as Word;
}

export const boolean: FieldReader<boolean> = (token, where) => {
  if (token.type !== Type.true && token.type !== Type.false) throw malformed(where, "true or false");
  return token.value;
};

/** The number of a channel, or of a ping. */
export const number = integer(1, wireLimits.highestNumber);

function malformed(where: string, expected: string): WireError {
  return new WireError("malformedFrame", `${where} is not ${expected}`);
}
