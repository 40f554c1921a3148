import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { syscalls } from "../../../host/abi/syscalls.ts";
import { outputs } from "../../../sim/generate/outputs.ts";
import { callsByTopic } from "../../../sim/generate/topics.ts";

describe("npm run generate", () => {
  it.each(Object.entries(outputs))("would leave %s as it is committed", (path, text) => {
    expect(readFileSync(path, "utf8")).toBe(text());
  });

  it("describes every system call once", () => {
    expect(
      callsByTopic()
        .map(([name]) => name)
        .sort(),
    ).toEqual(Object.keys(syscalls).sort());
  });
});
