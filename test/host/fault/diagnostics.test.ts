/** The page on diagnostics and the table that it stands for. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnostics } from "../../../host/index.ts";

/** The page's sections, by heading, each as one line. */
function sections(): Map<string, string> {
  const [, ...parts] = readFileSync("docs/diagnostics.md", "utf8").split(/^### /m);
  return new Map(
    parts.map((part) => {
      const [heading = "", ...lines] = part.split(/^## /m)[0]!.split("\n");
      return [heading.replaceAll("`", ""), lines.join(" ").replace(/\s+/g, " ").trim()];
    }),
  );
}

describe("docs/diagnostics.md", () => {
  it("has a section for each diagnostic, in their order, and no other", () => {
    expect([...sections().keys()]).toEqual(Object.keys(diagnostics));
  });

  it.each(Object.entries(diagnostics))("says of %s what the table says", (id, { title, why, mend }) => {
    expect(sections().get(id)).toContain(`**${title}.** ${why} *To mend it:* ${mend}`);
  });
});

it("ids are kebab-case, in alphabetical order", () => {
  const ids = Object.keys(diagnostics);
  expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
  expect(ids).toEqual(ids.toSorted());
});
