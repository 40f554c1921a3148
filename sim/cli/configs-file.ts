/**
 * The file of `--configs`: YAML with up to four maps of key and text. Numbers and the like are taken as they are
 * written (`007` stays `007`): values are text. Everything else is refused with its line and column.
 */

import { readFile } from "node:fs/promises";
import { isMap, isScalar, LineCounter, type Pair, type ParsedNode, parseAllDocuments } from "yaml";
import { SimulatorError } from "../../host/fault/fault.ts";
import { describeInvalidKey, describeInvalidValue } from "../configs/validate.ts";
import { type CollectionName, collectionNames, type GivenEntry } from "../embedded.ts";

/** @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_CONFIGS_FILE (with line and column) */
export async function readConfigsFile(path: string): Promise<GivenEntry[]> {
  return parseConfigs(await readText(path), path);
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") throw invalid(path, "the file is not UTF-8 text");
    const reason = code === "ENOENT" ? "no such file" : message;
    throw new SimulatorError("ERR_MVSIM_FILE_NOT_FOUND", `${path}: ${reason}. Name a YAML file with --configs.`);
  }
}

function parseConfigs(text: string, path: string): GivenEntry[] {
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

  return mapOf(document.contents, "the file").flatMap(({ key: nameNode, value: content }) => {
    const name = textOf(nameNode, "a name");
    if (!isCollectionName(name)) {
      throw invalid(
        at(nameNode.range[0]),
        `unknown name ${JSON.stringify(name)}; known are ${collectionNames.join(", ")}`,
      );
    }
    if (isEmpty(content)) return [];
    return mapOf(content, name).map(({ key: keyNode, value: valueNode }) => {
      const key = textOf(keyNode, "a key");
      const value = textOf(valueNode, `the value of ${JSON.stringify(key)}`);
      const keyProblem = describeInvalidKey(key);
      if (keyProblem !== undefined) throw invalid(at(keyNode.range[0]), keyProblem);
      const valueProblem = describeInvalidValue(value);
      if (valueProblem !== undefined)
        throw invalid(at((valueNode ?? keyNode).range[0]), `${JSON.stringify(key)}: ${valueProblem}`);
      return { collection: name, key, value };
    });
  });
}

/** `secrets:` with nothing below it. */
function isEmpty(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && node.source === "" && node.type === "PLAIN");
}

function isCollectionName(name: string): name is CollectionName {
  return (collectionNames as readonly string[]).includes(name);
}

function invalid(place: string, problem: string): SimulatorError {
  return new SimulatorError("ERR_MVSIM_CONFIGS_FILE", `${place}: ${problem}.`);
}
