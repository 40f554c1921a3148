/** Compares answers with the API's description: what tests get is what `/openapi.json` says. */

import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { openApiDocument } from "../../../sim/configs/rest/openapi.ts";

export interface DescribedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The body. */
  readonly text: string;
}

interface ResponseObject {
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

// biome-ignore lint/suspicious/noExplicitAny: it is walked by path
const document: any = openApiDocument;

const ajv = new Ajv.default({ allErrors: true });
addFormats.default(ajv);
ajv.addVocabulary(Object.keys(document));
ajv.addSchema(document, "openapi.json");

const templates = Object.keys(document.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
}));

/** What the description calls an operation, as in `GET /v1/Configs/{Key}`; undefined when it has none for it. */
export function operationOf(method: string, target: string): string | undefined {
  const path = pathOf(target);
  const template = templates.find(({ pattern }) => pattern.test(path))?.path ?? "";
  return document.paths[template]?.[method.toLowerCase()] && `${method} ${template}`;
}

function pathOf(target: string): string {
  return target.replace(/^https?:\/\/[^/]*/i, "").split(/[?#]/, 1)[0]!;
}

/** What every path may answer, and one that there is not. */
const anywhere: Readonly<Record<string, readonly number[]>> = {
  noPath: [400, 401, 404, 414, 429],
  noMethod: [401, 405, 414, 429],
  options: [401, 414, 429],
};

/** Says what is wrong with an answer. @param target path and query as they were sent */
export function describeDifference(method: string, target: string, answer: DescribedAnswer): string[] {
  const path = pathOf(target);
  const item = document.paths[templates.find(({ pattern }) => pattern.test(path))?.path ?? ""];
  if (!item) return compareError("noPath", answer);
  if (method === "OPTIONS" && answer.status === 204) return answer.headers.allow ? [] : ["no Allow"];
  if (method === "OPTIONS") return compareError("options", answer);
  const operation = item[(method === "HEAD" ? "get" : method).toLowerCase()];
  if (!operation) return compareError("noMethod", answer);
  const response = operation.responses[answer.status];
  if (!response) return [`status ${answer.status} is not described for ${method} ${path}`];
  return compare(resolve(response), answer, method === "HEAD");
}

function compareError(where: string, answer: DescribedAnswer): string[] {
  if (!anywhere[where]!.includes(answer.status)) return [`status ${answer.status} (${where})`];
  const { text, headers } = answer;
  // A HEAD has no body.
  return text === ""
    ? []
    : compare(document.components.responses[`Error${answer.status}`], { ...answer, headers }, false);
}

function compare(response: ResponseObject, { headers, text }: DescribedAnswer, isHead: boolean): string[] {
  const missing = Object.entries(response.headers ?? {}).flatMap(([name, header]) => {
    const text = headers[name.toLowerCase()];
    if (text === undefined) return resolve<{ required?: boolean }>(header).required ? [`no ${name}`] : [];
    return validate({ $ref: `openapi.json${header.$ref}/schema` }, text).map((error) => `${name} ${error}`);
  });
  if (isHead || !response.content) return text === "" ? missing : [...missing, "a body"];
  const type = String(headers["content-type"]).split(";", 1)[0]!;
  const schema = response.content[type]?.schema;
  if (!schema) return [...missing, `content type ${type}`];
  const inDocument = "$ref" in schema ? { $ref: `openapi.json${schema.$ref}` } : schema;
  return [...missing, ...validate(inDocument, type === "application/json" ? JSON.parse(text) : text)];
}

const validators = new Map<string, ReturnType<typeof ajv.compile>>();

function validate(schema: object, data: unknown): string[] {
  const key = JSON.stringify(schema);
  const validator = validators.get(key) ?? ajv.compile(schema);
  validators.set(key, validator);
  validator(data);
  return (validator.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath} ${message} ${JSON.stringify(params)}`;
  });
}

function resolve<Component = ResponseObject>(object: { readonly $ref?: string }): Component {
  const path = object.$ref?.split("/").slice(1);
  return path ? path.reduce((value, name) => value[name], document) : (object as Component);
}
