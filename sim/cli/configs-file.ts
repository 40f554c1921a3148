/**
 * The file of `mvsim run --configs`, `mvsim configs export` and `mvsim configs import`: YAML (or JSON, which is YAML)
 * with up to four maps of key and text. Numbers and the like are taken as they are written (`007` stays `007`): values
 * are text. In place of a map of secrets may stand a list of their keys, as an export has it: it gives none. Everything
 * else is refused with its line and column.
 */

import { readFile } from "node:fs/promises";
import { isMap, isScalar, isSeq, LineCounter, type Pair, type ParsedNode, parseAllDocuments } from "yaml";
import { SimulatorError } from "../../host/fault/fault.ts";
import { describeInvalidKey, describeInvalidValue } from "../configs/validate.ts";
import { type CollectionName, collectionNames, type GivenEntry } from "../embedded.ts";

export interface ConfigSection {
  readonly collection: CollectionName;
  readonly entries: readonly { readonly key: string; readonly value: string }[];
  /** The keys of secrets whose values the file does not have. */
  readonly keysOnly: readonly string[];
}

/** @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_CONFIGS_FILE (with line and column) */
export async function readConfigsFile(path: string): Promise<GivenEntry[]> {
  const sections = parseConfigsFile(await readConfigsText(path), path);
  return sections.flatMap(({ collection, entries }) => entries.map((entry) => ({ collection, ...entry })));
}

/** @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_CONFIGS_FILE: it is not UTF-8 */
export async function readConfigsText(path: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") throw invalid(path, "the file is not UTF-8 text");
    const reason = code === "ENOENT" ? "no such file" : message;
    throw new SimulatorError("ERR_MVSIM_FILE_NOT_FOUND", `${path}: ${reason}. Name a file of configs.`);
  }
}

/** @param path for messages @throws SimulatorError ERR_MVSIM_CONFIGS_FILE, with line and column */
export function parseConfigsFile(text: string, path: string): ConfigSection[] {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  // "failsafe": every scalar is text, as it is written.
  const documents = parseAllDocuments(text, { schema: "failsafe", lineCounter: lines, prettyErrors: false });
  const [document, second] = Array.isArray(documents) ? documents : [];
  const [error] = document?.errors ?? [];
  if (error) throw invalid(at(error.pos[0]), error.message);
  if (second) throw invalid(at(second.range[0]), "a second document; give all in one");
  if (!document || document.contents === null) return [];

  const mapOf = (node: ParsedNode | null, what: string): readonly Pair<ParsedNode, ParsedNode | null>[] => {
    if (isMap(node)) return node.items as unknown as readonly Pair<ParsedNode, ParsedNode | null>[];
    throw invalid(at(node?.range[0] ?? 0), `${what} must be a map (key: value)`);
  };
  const textOf = (node: ParsedNode | null, what: string): string => {
    if (isScalar(node) && typeof node.value === "string") return node.value;
    throw invalid(at(node?.range[0] ?? 0), `${what} must be a text; write it in quotes, or after |`);
  };

  const keyOf = (node: ParsedNode): string => {
    const key = textOf(node, "a key");
    const problem = describeInvalidKey(key);
    if (problem !== undefined) throw invalid(at(node.range[0]), problem);
    return key;
  };

  return mapOf(document.contents, "the file").map(({ key: nameNode, value: content }) => {
    const name = textOf(nameNode, "a name");
    if (!isCollectionName(name)) {
      throw invalid(
        at(nameNode.range[0]),
        `unknown name ${JSON.stringify(name)}; known are ${collectionNames.join(", ")}`,
      );
    }
    if (isEmpty(content)) return { collection: name, entries: [], keysOnly: [] };
    if (isSeq(content) && isSecret(name)) {
      const keysOnly = (content.items as ParsedNode[]).map(keyOf);
      return { collection: name, entries: [], keysOnly };
    }
    const entries = mapOf(content, name).map(({ key: keyNode, value: valueNode }) => {
      const key = keyOf(keyNode);
      const value = textOf(valueNode, `the value of ${JSON.stringify(key)}`);
      const problem = describeInvalidValue(value);
      if (problem !== undefined) {
        throw invalid(at((valueNode ?? keyNode).range[0]), `${JSON.stringify(key)}: ${problem}`);
      }
      return { key, value };
    });
    return { collection: name, entries, keysOnly: [] };
  });
}

/** `secrets:` with nothing below it. */
function isEmpty(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && node.source === "" && node.type === "PLAIN");
}

function isSecret(name: CollectionName): boolean {
  return name === "secrets" || name === "deviceSecrets";
}

function isCollectionName(name: string): name is CollectionName {
  return (collectionNames as readonly string[]).includes(name);
}

function invalid(place: string, problem: string): SimulatorError {
  return new SimulatorError("ERR_MVSIM_CONFIGS_FILE", `${place}: ${problem}.`);
}
