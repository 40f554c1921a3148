/** Measurements that need a process of their own: it gets its task as an argument, and answers on stdout, as JSON. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** @param module its name, without an ending */
export async function processAnswer<Answer>(
  module: string,
  task: unknown,
  environment: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Promise<Answer> {
  const file = fileURLToPath(new URL(`./${module}.js`, import.meta.url));
  const words = [...nodeOptions, file, JSON.stringify(task)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env: { ...process.env, ...environment } });
  return JSON.parse(stdout) as Answer;
}

/** In the other process. */
export function ownTask<Task>(): Task {
  return JSON.parse(process.argv[2]!) as Task;
}
