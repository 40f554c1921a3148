// Loaded into a process with `--import`. KILLED_AT=n kills it in front of the nth change that it makes to files by
// node:fs/promises; REFUSED=rename lets these changes fail.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

let left = Number(process.env.KILLED_AT);
for (const name of ["writeFile", "link", "unlink", "rename"]) {
  const original = fs.promises[name];
  fs.promises[name] = async (...words) => {
    if (--left === 0) process.kill(process.pid, "SIGKILL");
    if (name === process.env.REFUSED) throw Object.assign(new Error(`EBUSY: ${name}`), { code: "EBUSY" });
    return original(...words);
  };
}
syncBuiltinESMExports();
