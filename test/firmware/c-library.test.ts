/** C programs with Debian's wasi-libc on whole devices: printf, assert, clocks, sleep, exit. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildWasm, canLink, clangWasi } from "../sim/generate/c-compilers.ts";
import { runWithConsole } from "./console-run.ts";

const levels = ["-O0", "-O2"] as const;

async function run(source: string, level: (typeof levels)[number], configs = {}) {
  const firmware = buildWasm(clangWasi, "c", ["-fshort-enums", "-D_GNU_SOURCE", level], `${source}\n`);
  return await runWithConsole(firmware, { configs });
}

describe.skipIf(!canLink(clangWasi)).each(levels)("a C program with a library, built with %s", (level) => {
  it("prints, allocates, and ends with main's status", async () => {
    const { result, lines } = await run(
      `#include <stdio.h>
       #include <stdlib.h>
       #include <string.h>
       int main(int argc, char **argv) {
         char *text = malloc(20000);
         memset(text, 'x', 19999);
         text[19999] = 0;
         printf("%d arguments, %.2f, %s\\n", argc, 1.5, argv == NULL ? "none" : "some");
         fprintf(stderr, "%zu long", strlen(text));
         free(text);
         return 7;
       }`,
      level,
    );
    expect(lines).toEqual(["0 arguments, 1.50, some", "19999 long"]);
    expect(result).toMatchObject({ reason: "failed", status: 7 });
  });

  it("a failed assertion is a fault, with its text on the console before", async () => {
    const { result, lines } = await run(
      `#include <assert.h>
       static int zero = 0;
       int main(void) { assert(zero == 1); return 0; }`,
      level,
    );
    expect(lines.join()).toMatch(/Assertion failed: zero == 1/);
    expect(result).toMatchObject({ reason: "fault", fault: { code: "ERR_MVSIM_TRAP_UNREACHABLE" } });
  });

  it("sleeps exactly as long as it says, and handlers run meanwhile", async () => {
    const { result, lines } = await run(
      `#include <stdio.h>
       #include <unistd.h>
       #include <time.h>
       #include "mcu_cmsis.h"
       static volatile int ticks;
       void SysTick_Handler(void) { ticks++; }
       int main(void) {
         struct timespec before, after;
         SysTick_Config(1600000);
         clock_gettime(CLOCK_MONOTONIC, &before);
         usleep(95000);
         clock_gettime(CLOCK_MONOTONIC, &after);
         printf("%d ticks in %ld ms\\n", ticks, (after.tv_nsec - before.tv_nsec) / 1000000);
         return 0;
       }`,
      level,
    );
    expect(lines).toEqual(["9 ticks in 95 ms"]);
    expect(result.reason).toBe("finished");
  });

  it("config_reader prints the config that it fetched", async () => {
    const source = readFileSync("firmware/apps/c/config_reader.c", "utf8");
    const found = await run(source, level, { greeting: "Hello from the cloud" });
    expect(found.lines).toEqual(["greeting: Hello from the cloud"]);
    expect(found.result.reason).toBe("finished");
    const missing = await run(source, level);
    expect(missing.lines).toEqual(["greeting: not there"]);
    expect(missing.result).toMatchObject({ reason: "failed", status: 1 });
  });

  it("exit ends the run, also from a handler", async () => {
    const { result } = await run(
      `#include <stdlib.h>
       #include "mcu_cmsis.h"
       void TIM1_BRK_IRQHandler(void) { exit(5); }
       int main(void) {
         NVIC_EnableIRQ(TIM1_BRK_IRQn);
         NVIC_SetPendingIRQ(TIM1_BRK_IRQn);
         for (;;) __WFI();
       }`,
      level,
    );
    expect(result).toMatchObject({ reason: "failed", status: 5 });
  });
});
