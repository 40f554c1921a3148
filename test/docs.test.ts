/** What the documents say of the code and of each other. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { limits } from "../host/abi/limits.ts";

const documents = [
  "README.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** A document without its code: neither links nor headings are there. */
function prose(path: string): string {
  return readFileSync(path, "utf8").replace(/^```[\s\S]*?^```$/gm, "");
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchors(path: string): string[] {
  const seen = new Map<string, number>();
  return [...prose(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** Links to files of the repository, from inline links and images and from reference definitions. */
function relativeLinks(path: string): string[] {
  const text = prose(path).replace(/`[^`\n]*`(?!\])/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)|^\[[^\]]+\]: (\S+)/gm)]
    .map(([, inline, reference]) => (inline ?? reference) as string)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function isBroken(document: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? document : join(dirname(document), path);
  if (!statSync(target, { throwIfNoEntry: false })) return true;
  return anchor !== undefined && target.endsWith(".md") && !anchors(target).includes(anchor);
}

it("docs/fidelity.md names every limit that is a decision", () => {
  const page = readFileSync("docs/fidelity.md", "utf8");
  const decisions = Object.entries(limits).filter(([, { source }]) => source === "decision");
  expect(decisions.map(([name]) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

it("docs/security.md names modules and tests that exist", () => {
  const named = [...readFileSync("docs/security.md", "utf8").matchAll(/`([\w/.-]+\.ts)`/g)].map(([, path]) => path!);
  expect(named).toContain("planted-secrets.test.ts");
  const folders = ["", "sim/configs/", "test/sim/configs/"];
  const exists = (path: string) => folders.some((folder) => statSync(folder + path, { throwIfNoEntry: false }));
  expect(named.filter((path) => !exists(path))).toEqual([]);
});

describe.each(documents)("%s", (document) => {
  it("links to files and headings that exist", () => {
    expect(relativeLinks(document).filter((link) => isBroken(document, link))).toEqual([]);
  });
});

it("finds the links that it is to check, and knows a broken one", () => {
  expect(relativeLinks("README.md")).toContain("docs/fidelity.md");
  expect(relativeLinks("docs/fidelity.md")).toContain("abi.md#limits");
  expect(isBroken("docs/fidelity.md", "abi.md#limits")).toBe(false);
  expect(isBroken("docs/fidelity.md", "abi.md#no-such-heading")).toBe(true);
  expect(isBroken("docs/fidelity.md", "no-such-page.md")).toBe(true);
});
