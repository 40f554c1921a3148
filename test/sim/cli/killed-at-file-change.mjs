// Loaded into a process with `--import`: kills it in front of the nth change that it makes to files by node:fs/promises.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

let left = Number(process.env.KILLED_AT);
for (const name of ["writeFile", "link", "unlink", "rename"]) {
  const original = fs.promises[name];
  fs.promises[name] = (...words) => {
    if (--left === 0) process.kill(process.pid, "SIGKILL");
    return original(...words);
  };
}
syncBuiltinESMExports();
