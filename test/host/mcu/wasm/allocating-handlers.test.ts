import asc from "assemblyscript/asc";
import { expect, it } from "vitest";
import { prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { call } from "./firmware.ts";

const abort = call("abort", ["i32", "i32", "i32", "i32"], [], () => undefined, { suspends: false });

/** AssemblyScript to bytes. */
async function compile(source: string, ...options: string[]): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(["main.ts", "--outFile", "main.wasm", ...options], {
    readFile: (name: string) => (name === "main.ts" ? source : null),
    writeFile: (name: string, content: string | Uint8Array) => {
      if (name === "main.wasm") wasm = content as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !wasm) throw new Error(`${stderr}`);
  return wasm;
}

const source = `
  let ticks = 0;
  let notes: i32[] = [];
  function note(value: i32): void { notes = [value]; }
  export function SysTick_Handler(): void { ticks++; }
  export function TIM2_IRQHandler(): void { note(ticks); }
  export function main(): void { note(1); }`;

it.each(["incremental", "minimal", "stub"])(
  "a handler from which the allocator can be reached is named, with the way there (runtime %s)",
  async (runtime) => {
    const { diagnostics } = await prepareModule(await compile(source, "--debug", "--runtime", runtime), [abort]);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]!.id).toBe("allocating-handler");
    expect(diagnostics[0]!.message).toMatch(
      /^the interrupt handler TIM2_IRQHandler may allocate \(main\/TIM2_IRQHandler calls main\/note calls .*__new\)/,
    );
  },
);

it("is noticed through a table, too", async () => {
  const indirect = `
    export let make: () => i32[] = () => [1];
    export function TIM2_IRQHandler(): void { make(); }
    export function main(): void {}`;
  const { diagnostics } = await prepareModule(await compile(indirect, "--debug"), [abort]);
  expect(diagnostics.map(({ id }) => id)).toEqual(["allocating-handler"]);
});

it("says nothing without names", async () => {
  const { diagnostics } = await prepareModule(await compile(source, "--optimize"), [abort]);
  expect(diagnostics).toEqual([]);
});
