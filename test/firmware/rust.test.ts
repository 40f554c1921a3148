/** Rust programs with the standard library on whole devices: println, panics, clocks, randomness, call stacks. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { DeviceOptions } from "../../host/index.ts";
import { bindings, buildRust, type RustCompiler, rustForWasm } from "../sim/generate/rust-compilers.ts";
import { runWithConsole } from "./console-run.ts";

const compiler = rustForWasm() as RustCompiler;
const levels = ["-O0", "-O2"] as const;

async function run(
  source: string,
  level: (typeof levels)[number],
  { configs = {}, ...device }: { configs?: Readonly<Record<string, string>> } & Partial<DeviceOptions> = {},
) {
  const flags = [
    "-C",
    `opt-level=${level.slice(2)}`,
    "-C",
    "link-arg=-zstack-size=65536",
    "-C",
    "link-arg=--strip-debug",
  ];
  const firmware = buildRust(compiler, flags, bindings + source);
  return await runWithConsole(firmware, { configs, device });
}

describe.skipIf(!compiler).each(levels)("a Rust program, built with %s", (level) => {
  it("config_reader prints the config that it fetched, and closes all that it opened", async () => {
    const sample = readFileSync("firmware/apps/rust/config_reader.rs", "utf8");
    const source = sample
      .replace(/^#\[path = .*\]\nmod microvisor;\n+use microvisor::\*;\n/m, "")
      .replace(/^\/\/!.*/gm, "");
    const found = await run(source, level, { configs: { greeting: "Hello from the cloud" } });
    expect(found.lines).toEqual(["greeting: Hello from the cloud"]);
    expect(found.result.reason).toBe("finished");
    const calls = found.events.flatMap((event) => (event.kind === "call" ? [event.name] : []));
    expect(calls.slice(-3)).toEqual(["mvCloseChannel", "mvReleaseNetwork", "mvCloseNotifications"]);
    const missing = await run(source, level);
    expect(missing.lines).toEqual(["greeting: not there"]);
    expect(missing.result).toMatchObject({ reason: "failed", status: 1 });
  });

  it("prints to the console, and ends with the status that it gives", async () => {
    const { result, lines } = await run(
      `fn main() {
         println!("{} arguments, {:.2}, {:?}", std::env::args().count(), 1.5, MV_STATUS_CHANNELCLOSED);
         eprintln!("done");
         std::process::exit(7);
       }`,
      level,
    );
    expect(lines).toEqual(["0 arguments, 1.50, MV_STATUS_CHANNELCLOSED", "done"]);
    expect(result).toMatchObject({ reason: "failed", status: 7 });
  });

  it("a panic is a fault, with its message on the console and the program's functions in the call stack", async () => {
    const { result, lines } = await run(
      `struct Door { opened: u32 }
       trait Opens { fn open(&mut self, key: &str); }
       impl Opens for Door {
         #[inline(never)]
         fn open(&mut self, key: &str) {
           if key != "sesame" { panic!("the key is {}", key); }
           self.opened += 1;
         }
       }
       fn main() { let mut door = Door { opened: 0 }; door.open("sesame"); door.open("please"); }`,
      level,
    );
    expect(lines.join(" ")).toMatch(/^thread 'main' panicked at .*the key is please/);
    expect(result).toMatchObject({ reason: "fault", fault: { code: "ERR_MVSIM_TRAP_UNREACHABLE" } });
    const { stack } = (result as Extract<typeof result, { reason: "fault" }>).fault;
    const own = stack.filter((name) => /\bapp::/.test(name));
    expect(own).toEqual(["<app::Door as app::Opens>::open", "app::main"]);
    expect(stack.join()).not.toMatch(/_ZN|\$/);
  });

  it("sleeps exactly as long as it says, and handlers run meanwhile", async () => {
    const { result, lines } = await run(
      `use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
       use std::time::{Duration, Instant};
       static TICKS: AtomicU32 = AtomicU32::new(0);
       #[no_mangle]
       #[allow(non_snake_case)]
       pub extern "C" fn SysTick_Handler() { TICKS.fetch_add(1, SeqCst); }
       fn main() {
         assert_eq!(unsafe { SysTick_Config(1_600_000) }, 0);
         let start = Instant::now();
         std::thread::sleep(Duration::from_millis(95));
         println!("{} ticks in {} ms", TICKS.load(SeqCst), start.elapsed().as_millis());
       }`,
      level,
    );
    expect(lines).toEqual(["9 ticks in 95 ms"]);
    expect(result.reason).toBe("finished");
  });

  it("has a HashMap whose order is the seed's", async () => {
    const source = `use std::collections::HashMap;
      fn main() {
        let map: HashMap<u32, ()> = (0..32).map(|key| (key, ())).collect();
        println!("{:?}", map.keys().collect::<Vec<_>>());
      }`;
    const [first, again, other] = [
      await run(source, level, { seed: 1 }),
      await run(source, level, { seed: 1 }),
      await run(source, level, { seed: 2 }),
    ].map(({ lines }) => lines.join());
    expect(first).toMatch(/^\[\d+(, \d+){31}\]$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it("takes memory until the RAM ends", async () => {
    const { lines } = await run(
      `fn main() {
         for size in [400_000, 600_000] {
           let mut bytes: Vec<u8> = Vec::new();
           println!("{}: {}", size, bytes.try_reserve_exact(size).is_ok());
         }
       }`,
      level,
    );
    expect(lines).toEqual(["400000: true", "600000: false"]);
  });
});
