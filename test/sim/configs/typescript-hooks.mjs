// Node 20 runs no TypeScript: lets a process strip the types of every .ts file that it loads.
import { register } from "node:module";

register("./typescript-loader.mjs", import.meta.url);
