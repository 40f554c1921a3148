import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileText } from "./compile-text.ts";
import { runOnDevice } from "./real-device.ts";

const page = readFileSync(new URL("../../docs/firmware-sdk.md", import.meta.url), "utf8");
const programs = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, source = ""]) => source);
const [firstFirmware = "", bothScopes = "", rawCalls = "", ownHandler = ""] = programs;
const run = async (source: string, config = {}) => {
  const { result, logs } = await runOnDevice(await compileText(source), { config });
  return { ...result, logs };
};

describe("the programs of docs/firmware-sdk.md", () => {
  it("are four", () => expect(programs).toHaveLength(4));

  it("log a config", async () => {
    expect(await run(firstFirmware, { greeting: "Hello" })).toMatchObject({ reason: "finished", logs: ["Hello"] });
  });

  it("fetch configs and secrets of both scopes", async () => {
    const logs = ["url: https://example.com", "name: none", "secrets: incomplete"];
    expect(await run(bothScopes, { server_url: "https://example.com" })).toMatchObject({ reason: "finished", logs });
  });

  it("make raw calls", async () => {
    const logs = ["not connected since boot: no wall time yet"];
    expect(await run(rawCalls)).toMatchObject({ reason: "finished", logs });
  });

  it("have a handler of their own", async () => {
    const { reason, microseconds } = await run(ownHandler);
    expect(reason).toBe("finished");
    expect(microseconds).toBeGreaterThanOrEqual(1_000_000);
    expect(microseconds).toBeLessThan(1_001_000);
  });
});

describe("the table of the SDK's functions", () => {
  const table = page.slice(page.indexOf("## The parts"), page.indexOf("Waits end at ticks"));
  const documented = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = ""]) => {
    let module = "";
    return [...cell.matchAll(/`(?:(\w+)\.)?(\w+)(?:\([^)]*\))?`/g)].map(([, named, name]) => {
      module = named ?? module;
      return module ? `${module}.${name}` : name!;
    });
  });

  it.each(["base64", "clock", "configs", "network", "notifications"])("names what %s is for", (module) => {
    const source = readFileSync(new URL(`../../firmware/sdk/${module}.ts`, import.meta.url), "utf8");
    const exported = [...source.matchAll(/^export function (\w+)/gm)].map(([, name]) => `${module}.${name}`);
    // What only the SDK's own modules, or few programs, need.
    const others =
      /_Handler|IRQHandler|ensureStarted|deadlineIn|isPast|waitUntil$|decodedBytes|configs\.add$|closureReason|notifications\.handle/;
    expect(documented.filter((name) => name.startsWith(`${module}.`)).sort()).toEqual(
      exported.filter((name) => !others.test(name)).sort(),
    );
  });
});
