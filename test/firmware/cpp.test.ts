/** C++ programs with Debian's libc++ on whole devices: constructors, memory, streams, call stacks. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildWasm, canLink, clangLibcxx } from "../sim/generate/c-compilers.ts";
import { runWithConsole } from "./console-run.ts";

const levels = ["-O0", "-O2"] as const;

async function run(source: string, level: (typeof levels)[number], configs = {}) {
  const firmware = buildWasm(clangLibcxx, "c++", ["-fshort-enums", level], `${source}\n`);
  return await runWithConsole(firmware, { configs });
}

describe.skipIf(!canLink(clangLibcxx)).each(levels)("a C++ program, built with %s", (level) => {
  it("config_reader prints the config that it fetched, and closes all that it opened", async () => {
    const source = readFileSync("firmware/apps/cpp/config_reader.cpp", "utf8");
    const found = await run(source, level, { greeting: "Hello from the cloud" });
    expect(found.lines).toEqual(["greeting: Hello from the cloud"]);
    expect(found.result.reason).toBe("finished");
    const calls = found.events.flatMap((event) => (event.kind === "call" ? [event.name] : []));
    expect(calls.slice(-3)).toEqual(["mvCloseChannel", "mvReleaseNetwork", "mvCloseNotifications"]);
    const missing = await run(source, level);
    expect(missing.lines).toEqual(["greeting: not there"]);
    expect(missing.result).toMatchObject({ reason: "failed", status: 1 });
  });

  it("has its static objects before main, and lets go of them after it", async () => {
    const { result, lines } = await run(
      `#include <cstdio>
       struct Led {
         explicit Led(int pin) : pin(pin) { std::printf("on %d\\n", pin); }
         ~Led() { std::printf("off %d\\n", pin); }
         int pin;
       };
       static Led led(5);
       int main() { std::printf("main sees %d\\n", led.pin); }`,
      level,
    );
    expect(lines).toEqual(["on 5", "main sees 5", "off 5"]);
    expect(result.reason).toBe("finished");
  });

  it("takes memory and gives it back, and ends where the RAM does", async () => {
    const { result, lines } = await run(
      `#include <cstdio>
       #include <memory>
       #include <new>
       #include <string>
       #include <vector>
       int main() {
         for (int round = 0; round < 100; round++) auto bytes = std::make_unique<char[]>(100000);
         std::vector<std::string> texts;
         for (int i = 0; i < 100; i++) texts.push_back(std::string(100, 'a' + i % 26));
         std::printf("%zu texts, the last of %c\\n", texts.size(), texts.back()[0]);
         char *volatile more = new (std::nothrow) char[600000];
         std::printf("600 kB: %s\\n", more ? "yes" : "no");
       }`,
      level,
    );
    expect(lines).toEqual(["100 texts, the last of v", "600 kB: no"]);
    expect(result.reason).toBe("finished");
  });

  it("prints by streams", async () => {
    const { result, lines } = await run(
      `#include <iomanip>
       #include <iostream>
       int main() { std::cout << "pi is " << std::setprecision(3) << 3.14159 << std::endl; std::cerr << "done\\n"; }`,
      level,
    );
    expect(lines).toEqual(["pi is 3.14", "done"]);
    expect(result.reason).toBe("finished");
  });

  it("runs handlers that are declared as C's", async () => {
    const { lines } = await run(
      `#include <chrono>
       #include <cstdio>
       #include "mcu_cmsis.h"
       static volatile int ticks;
       void SysTick_Handler() { ticks = ticks + 1; }
       int main() {
         const auto start = std::chrono::steady_clock::now();
         SysTick_Config(1600000);
         while (ticks < 9) __WFI();
         const auto passed = std::chrono::steady_clock::now() - start;
         std::printf("%d ms\\n", int(std::chrono::duration_cast<std::chrono::milliseconds>(passed).count()));
       }`,
      level,
    );
    expect(lines).toEqual(["90 ms"]);
  });

  it("a trap's call stack has namespaces, classes and parameters", async () => {
    const { result } = await run(
      `#include <string>
       namespace app {
       class Door {
        public:
         __attribute__((noinline)) void open(const std::string &key) { if (key != "sesame") __builtin_trap(); opened++; }
         int opened = 0;
       };
       }
       static app::Door door;
       int main() { door.open("sesame"); door.open("please"); }`,
      level,
    );
    expect(result).toMatchObject({ reason: "fault", fault: { code: "ERR_MVSIM_TRAP_UNREACHABLE" } });
    const { stack } = (result as Extract<typeof result, { reason: "fault" }>).fault;
    expect(stack[0]).toMatch(/^app::Door::open\(std::__2::basic_string<char, .*> const&\)$/);
    expect(stack.slice(-3)).toEqual(["__original_main", "_start", "_start.command_export"]);
  });
});
