import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { closeCodes } from "../../../host/wire/close-codes.ts";
import { decodeRequest, encodeRequest, encodeResponse } from "../../../host/wire/config-fetch.ts";
import { wireLimits } from "../../../host/wire/limits.ts";
import { decodeFrame, encodeFrame, type Frame, subprotocol } from "../../../host/wire/protocol.ts";

const page = readFileSync(new URL("../../../docs/wire.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/^\| `(\{.*\})` \| `([0-9a-f]+)` \|$/gm)].map(([, frame = "", bytes = ""]) => ({
  frame: JSON.parse(frame, (_, value) => bytesOf(value) ?? value) as Frame,
  bytes,
}));

describe("docs/wire.md", () => {
  it("names the subprotocol", () => {
    expect(page).toContain(`\`${subprotocol}\``);
  });

  it.each(examples)("shows $frame.type as it is encoded: $bytes", ({ frame, bytes }) => {
    expect(Buffer.from(encodeFrame(frame)).toString("hex")).toBe(bytes);
    expect(decodeFrame(Uint8Array.from(Buffer.from(bytes, "hex")))).toEqual(frame);
  });

  it("has an example of each frame in its table, with the number and the fields that it states", () => {
    const table = [...page.matchAll(/^\| (\d+) \| (\w+) \| \w+ \|(.*)\|$/gm)].map(([, number, type, fields = ""]) => ({
      number: Number(number),
      type,
      fields: [...fields.matchAll(/(?:^ |, )(\w+): /g)].map(([, name]) => name),
    }));
    expect(table.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const { number, type, fields } of table) {
      const shown = examples.filter(({ frame }) => frame.type === type);
      expect(shown.map(({ bytes }) => Number.parseInt(bytes.slice(2, 4), 16))).toEqual(shown.map(() => number));
      const longest = shown.map(({ frame }) => Object.keys(frame).slice(1)).sort((a, b) => b.length - a.length)[0];
      expect(longest).toEqual(fields);
    }
  });

  it("explains the bytes of a hello", () => {
    expect(dump("")).toBe(examples[0]!.bytes);
  });

  it("lists every close code by its name", () => {
    const listed = [...page.matchAll(/^\| (4\d{3}) \| (\w+) \|/gm)].map(([, code, name]) => [name, Number(code)]);
    expect(Object.fromEntries(listed)).toEqual(closeCodes);
  });

  it("states the limits as they are", () => {
    expect(page).toContain(`A frame has up to ${wireLimits.frameBytes} bytes`);
    expect(page).toContain(`from 1 to ${wireLimits.highestNumber}`);
    expect(page).toContain(`text of 1 to ${wireLimits.tokenCharacters} characters`);
    expect(page).toContain(`text of 1 to ${wireLimits.channelTypeCharacters} characters`);
    expect(page).toContain(`one message of up to ${wireLimits.logBytes} bytes`);
    expect(page).toContain(`Up to ${wireLimits.openChannels} channels may be open`);
    expect(page).toContain(`a message for people\nof up to ${wireLimits.closeReasonBytes} bytes`);
    expect(page).toContain(`number of items, 1 to ${wireLimits.fetchItems}`);
    expect(page).toContain(`length of the key, 1 to ${wireLimits.fetchKeyCharacters}`);
    expect(page).toContain(`in bytes, up to ${wireLimits.fetchValueBytes}`);
  });

  it("shows a config fetch as it is encoded", () => {
    const items = [
      { scope: 0, store: 1, key: "greeting" },
      { scope: 1, store: 0, key: "pin" },
    ];
    const request = dump("request");
    expect(Buffer.from(encodeRequest(items)).toString("hex")).toBe(request);
    expect(decodeRequest(Uint8Array.from(Buffer.from(request, "hex")))).toEqual(items);
    const response = encodeResponse([
      { result: 0, value: "grüß dich" },
      { result: 1, value: "" },
    ]);
    expect(Buffer.from(response).toString("hex")).toBe(dump("response"));
  });
});

/** `h'…'` in the page stands for bytes. */
function bytesOf(value: unknown): Uint8Array | undefined {
  const hex = typeof value === "string" && /^h'([0-9a-f]*)'$/.exec(value)?.[1];
  return hex ? Uint8Array.from(Buffer.from(hex, "hex")) : undefined;
}

/** The hex bytes of a code block: what stands left of its remarks. */
function dump(language: string): string {
  const block = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "m").exec(page)?.[1] ?? "";
  const bytes = block.split("\n").map((line) => /^\s*((?:[0-9a-f]{2} ?)*)(?:\s|$)/.exec(line)?.[1] ?? "");
  return bytes.join("").replaceAll(" ", "");
}
