/**
 * A request as data: it can be generated, made smaller, saved and sent again. What only the service knows (a SID that it
 * made, an ETag, a token of a page) stands in it as a reference, `~etag.3~`: the fourth ETag that an answer before it held.
 */

export interface FuzzRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Text goes out as UTF-8. */
  readonly body: string | Uint8Array;
  readonly as: Caller;
}

/** Whose credentials it shows. `key`: the last API key that was made; the account's own while there is none. */
export type Caller = "account" | "key" | "nobody" | "stranger";

/** As references name what a parameter or a property is about: `PageToken`, `If-Match` and `unique_name` alike. */
export function referenceName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, "");
}

/** What answers told, by the names of references. */
export class Known {
  readonly #values = new Map<string, string[]>();

  add(name: string, value: string): void {
    const known = this.#values.get(referenceName(name)) ?? [];
    if (!known.includes(value)) known.push(value);
    this.#values.set(referenceName(name), known);
  }

  /** Every text in an answer's JSON, and every parameter of a URL in it. */
  addAll(json: unknown): void {
    if (typeof json !== "object" || json === null) return;
    for (const [name, value] of Object.entries(json)) {
      if (typeof value !== "string") this.addAll(value);
      else if (!URL.canParse(value)) this.add(name, value);
      else for (const [parameter, text] of new URL(value).searchParams) this.add(parameter, text);
    }
  }

  /** The text with what its references stand for. @param write as it has to stand there */
  resolve(text: string, write: (value: string) => string = (value) => value): string {
    return text.replaceAll(/~([a-z]+)\.(\d+)~/g, (_, name: string, index: string) => {
      const known = this.#values.get(name) ?? ["none"];
      return write(known[Number(index) % known.length]!);
    });
  }
}

/** A request whose references are resolved. */
export function resolve({ target, headers, body, ...rest }: FuzzRequest, known: Known): FuzzRequest {
  const inJson = (value: string) => JSON.stringify(value).slice(1, -1);
  return {
    ...rest,
    target: known.resolve(target, percentEncode),
    // No control characters: what no client can send is in `any-bytes.ts`.
    headers: headers.map(([name, value]) => [name, known.resolve(value).replaceAll(/[^\x20-\xff]|\x7f/g, "")]),
    body: typeof body === "string" ? known.resolve(body, /^[{[]/.test(body) ? inJson : percentEncode) : body,
  };
}

/** Also of what is no Unicode text: half of a surrogate pair becomes the three bytes that UTF-8 would have for it. */
export function percentEncode(text: string): string {
  return [...text].map((each) => (/\p{Surrogate}/u.test(each) ? "%ED%A0%80" : encodeURIComponent(each))).join("");
}

/** An input as JSON text, and back: bytes as base64. */
export function writeInput(input: unknown): string {
  // The value itself: a Buffer would have become JSON by its own method before it is passed.
  function write(this: Record<string, unknown>, name: string, value: unknown) {
    const bytes = this[name];
    return bytes instanceof Uint8Array ? { base64: Buffer.from(bytes).toString("base64") } : value;
  }
  return `${JSON.stringify(input, write, 2)}\n`;
}

export function readInput<Input>(text: string): Input {
  return JSON.parse(text, (_, value) =>
    typeof value?.base64 === "string" ? new Uint8Array(Buffer.from(value.base64, "base64")) : value,
  );
}
