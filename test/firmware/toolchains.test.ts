/** docs/firmware-toolchains.md: its commands lead to a running device, and its pitfalls are as it says. */

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { rehearse } from "../host/device/rehearsal.ts";
import { buildWasm, canLink, clangLibcxx, clangWasi, shellEnvironment } from "../sim/generate/c-compilers.ts";
import { bindings, buildRust, rustForWasm } from "../sim/generate/rust-compilers.ts";
import { hasTool } from "../tools.ts";

const page = readFileSync("docs/firmware-toolchains.md", "utf8");
const folder = mkdtempSync(join(tmpdir(), "mvsim-toolchains-"));
cpSync("firmware", join(folder, "firmware"), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

interface Section {
  readonly language: string;
  readonly install: string;
  readonly build: string;
  readonly run: string;
}

const sections = [...page.matchAll(/^## (.*)\n+```\n(.*)\n(.*)\n(.*)\n```$/gm)].map(
  ([, language, install, build, run]) => ({ language, install, build, run }) as Section,
);

/** Runs a command of the page as it stands there; mvsim is this repository's. */
function shell(command: string) {
  const line = command.replace(/^mvsim /, `"${process.execPath}" "${resolve("dist/sim/cli/main.js")}" `);
  return spawnSync(line, { shell: true, cwd: folder, encoding: "utf8", env: shellEnvironment() });
}

/** Whether Debian's rustc is where the page says. */
function hasDebianRust(): boolean {
  const probe = "echo 'fn main() {}' | /usr/bin/rustc --target wasm32-wasi --crate-name probe -";
  return hasTool({ name: "Debian's rustc", packages: "rustc libstd-rust-dev-wasm32" }, shell(probe).status === 0);
}

const hasMake = hasTool({ name: "make", packages: "make" }, shell("make --version").status === 0);

const canBuild: Readonly<Record<string, () => boolean>> = {
  C: () => canLink(clangWasi),
  "C++": () => canLink(clangLibcxx),
  Rust: hasDebianRust,
};

async function lines(firmware: Uint8Array): Promise<readonly [string[], object]> {
  const { events, result } = await rehearse({ firmware });
  return [events.flatMap((event) => (event.kind === "log" ? [event.text] : [])), result];
}

it("the page goes from nothing to a running device in C, C++ and Rust", () => {
  expect(sections.map(({ language }) => language)).toEqual(Object.keys(canBuild));
  for (const { install, run } of sections) {
    expect(install).toMatch(/^apt-get install /);
    expect(run).toMatch(/^mvsim run /);
  }
});

for (const { language, build, run } of sections) {
  describe.skipIf(!canBuild[language]?.())(language, () => {
    it("is built without a warning, and prints its config, by the page's commands", { timeout: 60_000 }, () => {
      expect(shell(build)).toMatchObject({ status: 0, stdout: "", stderr: "" });
      const { status, stdout } = shell(run);
      expect(stdout).toBe("greeting: Hello\n");
      expect(status).toBe(0);
    });

    it.skipIf(!hasMake)(
      "is built by the sample's Makefile with the same options, and warnings",
      { timeout: 60_000 },
      () => {
        const sample = /firmware\/apps\/\w+/.exec(build)?.[0] as string;
        const { stdout, stderr, status } = shell(`make -C ${sample}`);
        expect([status, stderr]).toEqual([0, ""]);
        const options = (command: string) =>
          command.match(/(?<= )-\S+( link-arg=\S+)?/g)?.filter((o) => !/^-I|^-W[ae]|^-o/.test(o));
        const command = stdout.split("\n").find((line) => line.startsWith(build.split(" ")[0] as string)) ?? "";
        expect(options(command)).toEqual(options(build));
      },
    );
  });
}

describe.skipIf(!canLink(clangWasi))("a stack that is too small in C", () => {
  const source = `
    #include <stdio.h>
    static char marker[80000] = {1};
    __attribute__((noinline)) static int deep(int n) {
      volatile char big[90000];
      for (int i = 0; i < 90000; i += 100) big[i] = (char)n;
      return big[0];
    }
    int main(void) {
      int changed = deep(9) - 9;
      for (int i = 1; i < 80000; i++) changed += marker[i] != 0;
      printf("%s\\n", changed ? "damaged" : "whole");
    }\n`;

  it("damages static data", async () => {
    expect((await lines(buildWasm(clangWasi, "c", ["-O2"], source)))[0]).toEqual(["damaged"]);
  });

  it("is a fault with --stack-first", async () => {
    const [, result] = await lines(buildWasm(clangWasi, "c", ["-O2", "-Wl,--stack-first"], source));
    expect(result).toMatchObject({ reason: "fault", fault: { code: "ERR_MVSIM_TRAP_OUT_OF_BOUNDS" } });
  });
});

describe.skipIf(!rustForWasm())("Rust's own stack size", () => {
  const source = `${bindings}
    fn main() {
      let mut bytes: Vec<u8> = Vec::new();
      println!("{}", bytes.try_reserve_exact(100_000).is_ok());
    }`;

  it.each([
    ["leaves no heap of 100 kB", [], "false"],
    ["leaves one when it is 64 KiB", ["-C", "link-arg=-zstack-size=65536"], "true"],
  ])("%s", async (_, flags, expected) => {
    expect((await lines(buildRust(rustForWasm()!, flags as string[], source)))[0]).toEqual([expected]);
  });
});

describe("a loop on a flag that a handler sets", () => {
  it.skipIf(!rustForWasm())("ends in Rust with an atomic", async () => {
    const firmware = buildRust(
      rustForWasm()!,
      ["-O"],
      `${bindings}
       use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
       static FLAG: AtomicBool = AtomicBool::new(false);
       #[no_mangle]
       #[allow(non_snake_case)]
       pub extern "C" fn SysTick_Handler() { FLAG.store(true, SeqCst) }
       fn main() { unsafe { SysTick_Config(160_000) }; while !FLAG.load(SeqCst) {} println!("done") }`,
    );
    expect((await lines(firmware))[0]).toEqual(["done"]);
  });

  it.skipIf(!canLink(clangLibcxx))("ends in C++ with an atomic", async () => {
    const firmware = buildWasm(
      clangLibcxx,
      "c++",
      ["-O2"],
      `#include <atomic>
       #include <cstdio>
       #include "mcu_cmsis.h"
       static std::atomic<bool> flag;
       void SysTick_Handler() { flag = true; }
       int main() { SysTick_Config(160000); while (!flag) {} std::puts("done"); }\n`,
    );
    expect((await lines(firmware))[0]).toEqual(["done"]);
  });
});
