/**
 * A Response whose body is a text: without the platform's streams, which take longer than all else of a short request.
 * A server writes `content` itself; who treats it as any Response gets the platform's own, made when it is asked for.
 */

/** On every response: values may be credentials, so nothing on the way keeps them, and no browser makes a page of them. */
export const commonHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

export class TextResponse extends Response {
  readonly content: string;

  constructor(content: string, init: ResponseInit) {
    super(null, init);
    this.content = content;
  }
}

const platformResponses = new WeakMap<TextResponse, Response>();

function platformResponse(response: TextResponse): Response {
  const { content, status, statusText, headers } = response;
  const made = platformResponses.get(response) ?? new Response(content, { status, statusText, headers });
  platformResponses.set(response, made);
  return made;
}

// TypeScript lets no class override these, which its declaration of Response has as properties.
for (const name of ["body", "bodyUsed"] as const) {
  Object.defineProperty(TextResponse.prototype, name, {
    get(this: TextResponse) {
      return platformResponse(this)[name];
    },
  });
}
for (const name of ["arrayBuffer", "blob", "bytes", "clone", "formData", "json", "text"]) {
  // Node 20 has no `bytes`.
  const method = Reflect.get(Response.prototype, name) as (() => unknown) | undefined;
  if (!method) continue;
  Object.defineProperty(TextResponse.prototype, name, {
    value(this: TextResponse) {
      return method.call(platformResponse(this));
    },
  });
}

export function jsonResponse(
  resource: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): TextResponse {
  const all = { "content-type": "application/json", ...headers, ...commonHeaders };
  return new TextResponse(JSON.stringify(resource), { status, headers: all });
}
