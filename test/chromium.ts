/** The real browser of the tests, and the bundler that brings modules into it. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { hasTool } from "./tools.ts";

const executablePath = findChromium();

/** Whether this machine has a Chromium; tests in it are left out where it has none. */
export const hasChromium = executablePath !== undefined;

/** The name of a group of such tests, which says how to get what it needs. */
export function inChromium(what: string): string {
  hasTool({ name: "Chromium", packages: "chromium" }, hasChromium);
  return `${what} in Chromium${hasChromium ? "" : " (left out: no Chromium here; Debian: apt-get install chromium)"}`;
}

/** Starts the browser, which calls nobody on its own. */
export function launchChromium(): Promise<Browser> {
  const quiet = ["quic", "background-networking", "component-update", "sync", "gpu"].map((what) => `--disable-${what}`);
  // It has no sandbox where tests run as root.
  const args = ["--headless", "--no-sandbox", "--no-first-run", ...quiet];
  return chromium.launch({ executablePath: executablePath!, args });
}

export interface Bundle {
  readonly code: string;
  /** What the file imports when it runs. */
  readonly imports: readonly string[];
  /** Of each module in the file, by its path, the modules that import it. */
  readonly importers: Readonly<Record<string, readonly string[]>>;
}

/** Bundles a module for browsers, as the author of a page would: one file, an ES module or a script. */
export async function bundle(entry: string, format: "es" | "iife"): Promise<Bundle> {
  const importers: Record<string, string[]> = {};
  const outputs = await build({
    configFile: false,
    logLevel: "silent",
    plugins: [
      {
        name: "importers",
        generateBundle() {
          for (const id of this.getModuleIds()) {
            const { importers: by, dynamicImporters } = this.getModuleInfo(id)!;
            importers[id] = [...by, ...dynamicImporters];
          }
        },
      },
    ],
    build: {
      write: false,
      lib: { entry, formats: [format], name: "bundle" },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [first] = Array.isArray(outputs) ? outputs : [];
  const [chunk, ...others] = first?.output ?? [];
  if (!chunk || others.length > 0) throw new Error("The bundle is not one file.");
  const imports = [...chunk.imports, ...chunk.dynamicImports].filter((file) => file !== chunk.fileName);
  return { code: chunk.code, imports, importers };
}

function findChromium(): string | undefined {
  const folders = process.env.PATH?.split(delimiter) ?? [];
  const names = ["chromium", "chromium-browser", "google-chrome"];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file));
}
