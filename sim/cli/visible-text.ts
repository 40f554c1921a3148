/** Text of others (values, log messages) for a terminal: its control characters are shown, not obeyed. */

export function visibleText(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0);
    const name = { 9: "t", 10: "n", 13: "r" }[code];
    return name === undefined ? `\\u${code.toString(16).padStart(4, "0")}` : `\\${name}`;
  });
}
