/**
 * Configs as a dotenv file (`KEY=value`), read by the `dotenv` package. Its form has no escape for quotes: a value is
 * written in the first quotes of which that reader gives it back as it is, and with all kinds in it not at all. Names are letters, digits, `_`, `-` and `.`.
 */

import { parse } from "dotenv";
import { SimulatorError } from "../../host/fault/fault.ts";
import { describeInvalidKey, describeInvalidValue } from "../configs/validate.ts";

/** What no other tool that reads such files would take for something else. */
const bareSyntax = /^[\w.:/@%+,=-]+$/;

const probe = `probe1-='1'\nprobe2-="2"\nprobe3-=\`3\`\n`;
const probed = JSON.stringify(parse(probe));

/** @param path for messages @throws SimulatorError ERR_MVSIM_CONFIGS_FILE */
export function parseDotenv(text: string, path: string): Map<string, string> {
  const entries = new Map(Object.entries(parse(text)));
  for (const [key, value] of entries) {
    const problem = describeInvalidKey(key) ?? describeInvalidValue(value);
    if (problem === undefined) continue;
    throw new SimulatorError("ERR_MVSIM_CONFIGS_FILE", `${path}: ${JSON.stringify(key)}: ${problem}.`);
  }
  return entries;
}

/** @throws SimulatorError ERR_MVSIM_NO_DOTENV: a key or value that the form can't hold */
export function writeDotenv(entries: Iterable<readonly [key: string, value: string]>): string {
  return [...entries].map(([key, value]) => `${lineOf(key, value)}\n`).join("");
}

function lineOf(key: string, value: string): string {
  const escaped = value.replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  const bare = bareSyntax.test(value) ? [value] : [];
  const quoted = [`'${value}'`, `"${value}"`, `\`${value}\``, `"${escaped}"`].filter(isQuotedOnce);
  const lines = [...bare, ...quoted].map((form) => `${key}=${form}`);
  const fitting = lines.find((line) => isReadAs(line, key, value));
  if (fitting !== undefined) return fitting;
  const message = `dotenv has no form for the key or the value of ${JSON.stringify(key)}. Export as yaml or json.`;
  throw new SimulatorError("ERR_MVSIM_NO_DOTENV", message);
}

/** The reader takes more, but not as others do. */
function isQuotedOnce(form: string): boolean {
  return !form.slice(1, -1).includes(form[0]!);
}

/** Also in front of lines with quotes, in which a value that ends too late would find its end. */
function isReadAs(line: string, key: string, value: string): boolean {
  const { [key]: read, ...behind } = parse(`${line}\n${probe}`);
  return read === value && JSON.stringify(behind) === probed;
}
