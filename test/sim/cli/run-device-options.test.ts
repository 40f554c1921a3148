/** `mvsim run --test-mode`, `--ram` and `--external-flash`. */

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fromText } from "../../host/mcu/wasm/firmware.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { mvsim, refusal } from "./mvsim.ts";

/** A firmware of calls: each as a name with its parameters in C. */
function firmware(body: string, ...calls: string[]): string {
  const path = join(temporaryFolder(), "firmware.ts");
  const imports = calls.map(
    (call) => `@external("env", "${call.split("(")[0]}") declare function ${call.replace(/\((.*)\)/, "($1)")}: i32;`,
  );
  writeFileSync(path, `${imports.join("\n")}\n${body}\n`);
  return path;
}

const testing = (status: number) =>
  firmware(
    `const BUFFER = memory.data(512, 512);
    const TEXT = String.UTF8.encode("all is well");
    export function main(): i32 {
      if (mvTestLoggingInit(BUFFER, 512) != 0) return 5;
      mvTestLog(changetype<usize>(TEXT), 11);
      return mvTestingComplete(${status});
    }`,
    "mvTestLoggingInit(buffer: usize, bytes: u32)",
    "mvTestLog(text: usize, bytes: u32)",
    "mvTestingComplete(status: u32)",
  );

describe("--test-mode", () => {
  it("prints the test log on stdout, and ends with status 0 when the tests are complete", async () => {
    expect(await mvsim("run", testing(0), "--test-mode", "--quiet")).toEqual({
      status: 0,
      stdout: "all is well\n",
      stderr: "",
    });
  });

  it("fails with another status of mvTestingComplete, and says which", async () => {
    const { status, stdout, stderr } = await mvsim("run", testing(3), "--test-mode");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "all is well\n" });
    expect(stderr).toContain("error ERR_MVSIM_TESTS_FAILED: the firmware ended its tests with status 3, after ");
    expect(stderr).toContain('mvTestLog("all is well") → OKAY');
  });

  it("is off unless given: the calls are UNAVAILABLE", async () => {
    const { status, stderr } = await mvsim("run", testing(0));
    expect(status).toBe(1);
    expect(stderr).toContain("UNAVAILABLE");
    expect(stderr).toContain("error ERR_MVSIM_MAIN_FAILED: the firmware's main returned 5");
  });
});

/** Counts its runs in the flash: clears one more bit each time. */
const counter = () =>
  firmware(
    `const HANDLE = memory.data(4, 4);
    const BYTE = memory.data(1);
    export function main(): i32 {
      if (mvExternalFlashOpen(HANDLE) != 0) return 99;
      mvExternalFlashReadBlocking(load<u32>(HANDLE), 4096, 1, BYTE);
      store<u8>(BYTE, load<u8>(BYTE) << 1);
      mvExternalFlashWriteBlocking(load<u32>(HANDLE), 4096, 1, BYTE);
      return 0;
    }`,
    "mvExternalFlashOpen(handle: usize)",
    "mvExternalFlashReadBlocking(handle: u32, address: u32, length: u32, buffer: usize)",
    "mvExternalFlashWriteBlocking(handle: u32, address: u32, length: u32, buffer: usize)",
  );

describe("--ram", () => {
  /** Ends well when its memory can grow to 1 MiB. */
  function grower(): string {
    const path = join(temporaryFolder(), "grower.wasm");
    writeFileSync(
      path,
      fromText(`(module (memory (export "memory") 2) (func (export "main") (result i32)
        (i32.ne (memory.grow (i32.const 14)) (i32.const 2))))`),
    );
    return path;
  }

  it("is what the firmware's memory may grow to", async () => {
    expect(await mvsim("run", grower(), "--ram", "1m")).toMatchObject({ status: 0 });
    expect(await mvsim("run", grower(), "--ram", "960k")).toMatchObject(refusal(1, "MAIN_FAILED", "main returned 1"));
    expect(await mvsim("run", grower())).toMatchObject(refusal(1, "MAIN_FAILED", "main returned 1"));
  });

  it("is in the trace, and a replay has it too", async () => {
    const trace = join(temporaryFolder(), "trace.jsonl");
    await mvsim("run", grower(), "--ram", "1m", "--trace", trace);
    const [header = ""] = readFileSync(trace, "utf8").split("\n");
    expect(JSON.parse(header)).toMatchObject({ device: { ramBytes: 1_048_576 } });
    expect(await mvsim("replay", trace)).toMatchObject({ status: 0 });
  });

  it("can't be less than the firmware needs from the start, or no size at all", async () => {
    expect(await mvsim("run", grower(), "--ram", "64k")).toMatchObject(refusal(2, "INVALID_RAM", /needs 131072 bytes/));
    expect(await mvsim("run", grower(), "--ram", "lots")).toMatchObject(
      refusal(2, "USAGE", /'--ram <size>'.* 512k, 1m/),
    );
  });
});

describe("--external-flash", () => {
  it("makes a file of 8 MiB, all erased, and keeps in it what the firmware wrote, for the next run", async () => {
    const [file, flash] = [counter(), join(temporaryFolder(), "flash.bin")];
    for (const byte of [0xfe, 0xfc]) {
      expect(await mvsim("run", file, "--external-flash", flash, "--quiet")).toMatchObject({ status: 0, stderr: "" });
      expect(statSync(flash).size).toBe(8 * 1024 * 1024);
      expect(readFileSync(flash).findIndex((value) => value !== 0xff)).toBe(4096);
      expect(readFileSync(flash)[4096]).toBe(byte);
    }
    expect(readFileSync(flash).findIndex((value, address) => value !== 0xff && address !== 4096)).toBe(-1);
  });

  it("is off unless given", async () => {
    expect(await mvsim("run", counter(), "--quiet")).toMatchObject({ status: 1 });
  });

  it("refuses a file of another size, and leaves it as it is", async () => {
    const path = join(temporaryFolder(), "configs.yaml");
    writeFileSync(path, "configs: {}\n");
    expect(await mvsim("run", counter(), "--external-flash", path)).toMatchObject(
      refusal(2, "FLASH_FILE", "it has 12 bytes, and the chip 8388608"),
    );
    expect(readFileSync(path, "utf8")).toBe("configs: {}\n");
  });

  it("refuses a place where no file can be", async () => {
    const path = join(temporaryFolder(), "no-folder", "flash.bin");
    expect(await mvsim("run", counter(), "--external-flash", path)).toMatchObject(refusal(2, "FLASH_FILE", "ENOENT"));
  });

  it("can be replayed with a new file, and not with one that was used", async () => {
    const folder = temporaryFolder();
    const [file, flash] = [counter(), join(folder, "flash.bin")];
    for (const name of ["first", "second"]) {
      const trace = join(folder, `${name}.jsonl`);
      await mvsim("run", file, "--external-flash", flash, "--trace", trace, "--quiet");
      const replayed = await mvsim("replay", trace);
      if (name === "first") expect(replayed).toMatchObject({ status: 0, stderr: "" });
      else expect(replayed).toMatchObject(refusal(2, "NOT_REPLAYABLE", "does not hold its content"));
    }
  });
});
