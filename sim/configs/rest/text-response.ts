/**
 * A Response whose body is a text, and which costs next to nothing: a server writes status, fields and content as they
 * are. Who treats it as any Response gets the platform's own, made when it is asked for; that one takes several times
 * as long as all else of a short request.
 */

/** On every response: values may be credentials, so nothing on the way keeps them, and no browser makes a page of them. */
export const commonHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

type Fields = Readonly<Record<string, string>>;

class LazyResponse {
  readonly content: string;
  readonly #status: number;
  readonly #fields: Fields;
  #platform: Response | undefined;

  /** @param status one that has a body @param fields names in lower case */
  constructor(content: string, status: number, fields: Fields) {
    this.content = content;
    this.#status = status;
    this.#fields = fields;
  }

  get status(): number {
    return this.#status;
  }

  /** The headers as they are now. */
  get fields(): Fields {
    return this.#platform ? Object.fromEntries(this.#platform.headers) : this.#fields;
  }

  /** All else of a Response. */
  get platform(): Response {
    this.#platform ??= new Response(this.content, { status: this.#status, headers: this.#fields });
    return this.#platform;
  }
}

/** Everything that the platform's class has and this one does not. */
const delegated = Object.entries(Object.getOwnPropertyDescriptors(Response.prototype)).filter(
  ([name]) => !Object.hasOwn(LazyResponse.prototype, name),
);
for (const [name, { get }] of delegated) {
  Object.defineProperty(
    LazyResponse.prototype,
    name,
    get
      ? {
          get(this: LazyResponse): unknown {
            return Reflect.get(this.platform, name);
          },
        }
      : {
          value(this: LazyResponse, ...parameters: unknown[]): unknown {
            return (Reflect.get(this.platform, name) as (...all: unknown[]) => unknown).apply(
              this.platform,
              parameters,
            );
          },
        },
  );
}
Object.setPrototypeOf(LazyResponse.prototype, Response.prototype);

export type TextResponse = Response & Pick<LazyResponse, "content" | "fields">;
export const TextResponse = LazyResponse as unknown as new (
  ...parameters: ConstructorParameters<typeof LazyResponse>
) => TextResponse;

export function jsonResponse(resource: unknown, status = 200, fields: Fields = {}): TextResponse {
  const all = { "content-type": "application/json", ...fields, ...commonHeaders };
  return new TextResponse(JSON.stringify(resource), status, all);
}
