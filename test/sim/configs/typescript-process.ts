/** Runs our sources in a process of their own, without a build. */

import { fileURLToPath } from "node:url";

/** The arguments of `node` that run this TypeScript file with these arguments of its own. */
export function typescriptArguments(program: URL, ...programArguments: string[]): string[] {
  const hooks = new URL("./typescript-hooks.mjs", import.meta.url);
  return ["--import", hooks.href, fileURLToPath(program), ...programArguments];
}
