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

  /** The text with what its references stand for. @param escape for where it stands */
  resolve(text: string, escape: (value: string) => string = (value) => value): string {
    return text.replaceAll(/~([a-z]+)\.(\d+)~/g, (_, name: string, index: string) => {
      const known = this.#values.get(name) ?? ["none"];
      return escape(known[Number(index) % known.length]!);
    });
  }
}

/** A request whose references are resolved. */
export function resolve({ target, headers, body, ...rest }: FuzzRequest, known: Known): FuzzRequest {
  const inJson = (value: string) => JSON.stringify(value).slice(1, -1);
  return {
    ...rest,
    target: known.resolve(target, percentEncode),
    headers: headers.map(([name, value]) => [name, known.resolve(value)]),
    body: typeof body === "string" ? known.resolve(body, /^[{[]/.test(body) ? inJson : percentEncode) : body,
  };
}

/** Also of what is no Unicode text: half of a surrogate pair becomes the three bytes that UTF-8 would have for it. */
export function percentEncode(text: string): string {
  return [...text].map((each) => (/\p{Surrogate}/u.test(each) ? "%ED%A0%80" : encodeURIComponent(each))).join("");
}

/** As JSON text, and back: bytes as base64. */
export function writeRequests(requests: readonly FuzzRequest[]): string {
  const plain = requests.map((request) => {
    return { ...request, body: typeof request.body === "string" ? request.body : { base64: encode(request.body) } };
  });
  return `${JSON.stringify(plain, undefined, 2)}\n`;
}

export function readRequests(text: string): FuzzRequest[] {
  type Saved = Omit<FuzzRequest, "body"> & { readonly body: string | { readonly base64: string } };
  return (JSON.parse(text) as Saved[]).map((request) => {
    const { body } = request;
    return { ...request, body: typeof body === "string" ? body : Buffer.from(body.base64, "base64") };
  });
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
