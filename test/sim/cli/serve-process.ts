/** `serve-process.ts serve …`: runs the command in a process of its own. */

import { Command } from "commander";
import { serveCommand } from "../../../sim/cli/serve.ts";

await new Command("mvsim").addCommand(serveCommand()).parseAsync();
