/** The commands that docs/configs-service.md shows for REST, with the answers that it shows. */

import { readFileSync } from "node:fs";

export interface Exchange {
  /** As it stands in the document. */
  readonly command: string;
  readonly status: number;
  /** Header lines that are shown, in lower case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text; undefined where none is shown. */
  readonly body: string | undefined;
}

interface Fence {
  readonly info: string;
  readonly text: string;
}

/** @throws Error where a command has no answer, or the other way round */
export function documentedSession(path: string): Exchange[] {
  const section = /^## REST\n[\s\S]*?(?=^## )/m.exec(readFileSync(path, "utf8"))?.[0] ?? "";
  const fences = [...section.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)]
    .map(([, info = "", text = ""]): Fence => ({ info, text }))
    .filter(({ info }) => info !== "sh setup");
  return fences.flatMap((fence, n) => {
    const isCommand = fence.info === "sh";
    if (isCommand !== (n % 2 === 0)) throw new Error(`A command without its answer, or an answer alone: ${fence.text}`);
    return isCommand ? [exchange(fence.text.trim(), fences[n + 1])] : [];
  });
}

function exchange(command: string, answer: Fence | undefined): Exchange {
  const json = /^json (\d{3})$/.exec(answer?.info ?? "");
  if (answer && json) return { command, status: Number(json[1]), headers: {}, body: answer.text };
  if (answer?.info !== "http") throw new Error(`${command} has no answer`);
  return { command, body: undefined, ...readHead(answer.text) };
}

/** Reads what `curl -i` prints. */
export function readAnswer(text: string): Omit<Exchange, "command"> {
  const end = text.indexOf("\r\n\r\n");
  return { ...readHead(text.slice(0, end)), body: text.slice(end + 4) };
}

function readHead(text: string): { status: number; headers: Record<string, string> } {
  const [statusLine = "", ...lines] = text.trim().split(/\r?\n/);
  const headers = lines.map((line) => line.split(/: (.*)/s, 2) as [string, string]);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]),
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
  };
}
