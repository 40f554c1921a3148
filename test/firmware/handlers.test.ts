import binaryen from "binaryen";
import { describe, expect, it } from "vitest";
import { compileAssemblyScript } from "../../sim/firmware/compile.ts";
import { compileText } from "./compile-text.ts";

/** The names of all functions that can be reached from an export by direct calls. */
function reachable(binary: Uint8Array, exported: string): Set<string> {
  const module = binaryen.readBinary(binary);
  const text = module.emitText();
  module.dispose();
  const bodies = new Map(
    text.split(/^ \((?=func \$)/m).flatMap((part) => {
      const name = /^func \$([^\s)]+)/.exec(part)?.[1];
      return name === undefined ? [] : [[name, part] as const];
    }),
  );
  const start = new RegExp(`\\(export "${exported}" \\(func \\$([^\\s)]+)\\)\\)`).exec(text)?.[1];
  if (start === undefined) throw new Error(`no export ${exported}`);
  const found = new Set([start]);
  for (const name of found) {
    const body = bodies.get(name) ?? "";
    if (body.includes("call_indirect")) found.add("(anything, by call_indirect)");
    for (const [, callee] of body.matchAll(/\(call \$([^\s)]+)/g)) found.add(callee!);
  }
  return found;
}

const allocator = /~lib\/rt\/\w+\/__(?:new|renew)$|call_indirect/;
const allocators = (binary: Uint8Array, exported: string) =>
  [...reachable(binary, exported)].filter((name) => allocator.test(name));

describe.each(["config-reader", "config-poller", "device-identity"])("%s's handlers", async (app) => {
  const { binary } = await compileAssemblyScript(`firmware/apps/${app}.ts`);
  const handlers = WebAssembly.Module.exports(new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>))
    .map(({ name }) => name)
    .filter((name) => name.endsWith("_Handler") || name.endsWith("IRQHandler"));

  it("are exported", () => expect(handlers).toContain("TIM1_BRK_IRQHandler"));

  it.each(handlers)("%s can't reach the allocator", (handler) => expect(allocators(binary, handler)).toEqual([]));

  it("leave it to main", () => expect(allocators(binary, "main")).not.toEqual([]));
});

describe("a handler of one's own", () => {
  it("is found out when it makes a string", async () => {
    const binary = await compileText(`
      import { log, clock } from "microvisor-sim/firmware/sdk";
      export function SysTick_Handler(): void { log(clock.ticks().toString()); }
      export function main(): i32 { return 0; }
    `);
    expect(allocators(binary, "SysTick_Handler")).not.toEqual([]);
  });
});

describe("the SDK's hot path", () => {
  it.each(["fetch", "log", "wait", "sleep"])("%s allocates nothing", async (name) => {
    const binary = await compileText(`
      import { clock, configs, log as logText, notifications } from "microvisor-sim/firmware/sdk";
      export { SysTick_Handler, TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";
      export function fetch(): void {
        configs.clear();
        const item = configs.addAccountConfig("key");
        configs.fetch();
        configs.address(item) + configs.length(item);
      }
      export function log(): void { logText("text"); }
      export function wait(): void { notifications.wait(1, 100); }
      export function sleep(): void { clock.sleep(1); }
      export function main(): i32 { return 0; }
    `);
    expect(allocators(binary, name)).toEqual([]);
  });
});
