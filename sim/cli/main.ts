#!/usr/bin/env node
/** The `mvsim` command. */

import { reportError } from "./errors.ts";
import { runCommandLine } from "./program.ts";

process.on("uncaughtException", (error) => process.exit(reportError(error)));

// A reader that goes away (`mvsim … | head`) is no error, whoever writes.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2));
