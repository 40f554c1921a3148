/** No false alarm: the samples, in all languages, do nothing that a diagnostic speaks of. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildWasm, canLink, clangLibcxx, clangWasi } from "../../sim/generate/c-compilers.ts";
import { bindings, buildRust, rustForWasm } from "../../sim/generate/rust-compilers.ts";
import { firmware, rehearse } from "./rehearsal.ts";

const rust = rustForWasm();

function rustSample(): Uint8Array {
  const sample = readFileSync("firmware/apps/rust/config_reader.rs", "utf8");
  const body = sample
    .replace(/^#\[path = .*\]\nmod microvisor;\n+use microvisor::\*;\n/m, "")
    .replace(/^\/\/!.*/gm, "");
  return buildRust(rust!, ["-C", "opt-level=2"], bindings + body);
}

const read = (path: string) => readFileSync(path, "utf8");
const flags = ["-fshort-enums", "-O2", "-Wl,--stack-first"];

const samples: readonly (readonly [path: string, canBuild: boolean, build: (path: string) => Promise<Uint8Array>])[] = [
  ...["blinky.ts", "config-reader.ts", "config-poller.ts", "device-identity.ts"].map(
    (name) => [name, true, (path: string) => firmware(path)] as const,
  ),
  ["c/config_reader.c", canLink(clangWasi), async (path) => buildWasm(clangWasi, "c", flags, read(path))],
  ["cpp/config_reader.cpp", canLink(clangLibcxx), async (path) => buildWasm(clangLibcxx, "c++", flags, read(path))],
  ["rust/config_reader.rs", rust !== undefined, async () => rustSample()],
];

describe.each(samples)("firmware/apps/%s", (name, canBuild, build) => {
  it.skipIf(!canBuild).each([
    ["with its configs", { greeting: "Hello", report_interval_s: "2", fleet_name: "north" }],
    ["without a config", {}],
  ])("gives no cause for a diagnostic %s", async (_, configs) => {
    const binary = await build(join("firmware/apps", name));
    const device = { strict: true, stopAfterMicroseconds: 20_000_000 };
    const { result, events } = await rehearse({ firmware: binary, configs, device });
    expect(["finished", "failed", "stopped"]).toContain(result.reason);
    expect(events.filter(({ kind }) => kind === "diagnostic")).toEqual([]);
    expect(events.length).toBeGreaterThan(20);
  });
});
