/** Breaks a line at its spaces where a terminal's width asks for it; what follows hangs below the first words. */

import { stripVTControlCharacters } from "node:util";

/**
 * A space at which no line is broken. A control character, since texts of the firmware come with theirs escaped: none
 * of them can hold it.
 */
export const gluedSpace = "\u001f";

/**
 * @param text may hold colours; a colour that is on at a break stays on
 * @param columns Infinity: never break
 * @param indent how many spaces stand before each line after the first
 */
export function wrap(text: string, columns: number, indent: number): string {
  if (widthOf(text) <= columns) return unglued(text);
  const lines: string[] = [];
  let line = "";
  let width = 0;
  // Leading spaces belong to the first word: they are columns, not gaps.
  for (const word of text.match(/^ *\S+|\S+|(?<=\S) +/g) ?? []) {
    const wordWidth = widthOf(word);
    if (line.trim() !== "" && width + wordWidth > columns && word.trim() !== "") {
      lines.push(line.trimEnd());
      line = " ".repeat(indent);
      width = indent;
    }
    line += word;
    width += wordWidth;
  }
  return unglued([...lines, line].join("\n"));
}

function unglued(text: string): string {
  return text.replaceAll(gluedSpace, " ");
}

/** Columns, if each character takes one. */
function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
