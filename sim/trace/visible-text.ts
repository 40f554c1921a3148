/**
 * Text of others (values, log messages) for a terminal: its control characters are shown, not obeyed; so are the
 * characters that change the direction of what stands around them.
 */

const obeyed = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

export function visibleText(text: string): string {
  return text.replace(obeyed, (character) => {
    const code = character.charCodeAt(0);
    const name = { 9: "t", 10: "n", 13: "r" }[code];
    return name === undefined ? `\\u${code.toString(16).padStart(4, "0")}` : `\\${name}`;
  });
}
