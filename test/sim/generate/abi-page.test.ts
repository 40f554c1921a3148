import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { enums } from "../../../host/abi/enums.ts";
import { limits } from "../../../host/abi/limits.ts";
import { structs } from "../../../host/abi/structs.ts";
import { syscalls } from "../../../host/abi/syscalls.ts";
import reference from "../../reference/microvisor-abi.json" with { type: "json" };

const page = readFileSync("docs/abi.md", "utf8");
const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading as string);
const anchors = headings.map((heading) =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-"),
);

describe("docs/abi.md", () => {
  it("has an entry for each call, struct and enum, and a row for each limit", () => {
    expect(headings).toEqual(expect.arrayContaining(Object.keys({ ...syscalls, ...structs, ...enums })));
    for (const name of Object.keys(limits)) expect(page).toContain(`| \`${name}\` |`);
  });

  it("has a target for every link within the page, and only one", () => {
    expect(new Set(anchors).size).toBe(anchors.length);
    for (const [, target] of page.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(target);
  });

  it.each(Object.entries(reference.functions))("shows the signature of %s", (name, { returns, params }) => {
    const list = params.map((param) => `${param.type} ${param.name}`.replace("* ", "*")).join(", ") || "void";
    expect(page).toContain(`\`\`\`c\n${returns} ${name}(${list});\n\`\`\``);
  });
});
