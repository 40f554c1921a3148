/** The external flash: NOR semantics, bounds, handles and the time that it takes. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainDataFromText, plainDataToText } from "../../../host/data/plain-data.ts";
import { externalFlashMemory } from "../../../host/external-flash-memory.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";

const size = 8 * 1024 * 1024;

function open(bench: KernelBench): number {
  const place = bench.place(4);
  expect(bench.call("mvExternalFlashOpen", place)).toBe("OKAY");
  return bench.word(place);
}

function start() {
  const bench = createBench({ externalFlash: true });
  const handle = open(bench);
  const read = (address: number, bytes: number): number[] => {
    const buffer = bench.place(bytes);
    expect(bench.call("mvExternalFlashReadBlocking", handle, address, bytes, buffer)).toBe("OKAY");
    return [...bench.memory.readBytes(buffer, bytes)];
  };
  const write = (address: number, ...bytes: number[]): string => {
    const buffer = bench.place(bytes.length);
    bench.memory.writeBytes(buffer, Uint8Array.from(bytes));
    return bench.call("mvExternalFlashWriteBlocking", handle, address, bytes.length, buffer);
  };
  const erase = (address: number, bytes: number) => bench.call("mvExternalFlashEraseBlocking", handle, address, bytes);
  return { bench, handle, read, write, erase };
}

describe("the chip", () => {
  it("is erased at first", () => {
    const { read } = start();
    expect(read(0, 4)).toEqual([255, 255, 255, 255]);
    expect(read(size - 4, 4)).toEqual([255, 255, 255, 255]);
  });

  it("can only clear bits when it is written, across sectors too", () => {
    const { read, write } = start();
    expect(write(4094, 0xf0, 0x0f, 0xaa, 0xff)).toBe("OKAY");
    expect(write(4094, 0xff, 0xff, 0x0f, 0x12)).toBe("OKAY");
    expect(read(4093, 6)).toEqual([0xff, 0xf0, 0x0f, 0x0a, 0x12, 0xff]);
  });

  it("sets all bits of the erased sectors, and of no other", () => {
    const { read, write, erase } = start();
    for (const address of [4095, 4096, 8191, 8192]) write(address, 0);
    expect(erase(4096, 4096)).toBe("OKAY");
    expect([4095, 4096, 8191, 8192].map((address) => read(address, 1)[0])).toEqual([0, 255, 255, 0]);
  });

  it("behaves as an array of bytes would, whatever is done to it", () => {
    const address = fc.nat(3 * 4096);
    const step = fc.oneof(
      fc.record({ write: fc.uint8Array({ maxLength: 5000 }), address }),
      fc.record({ erase: fc.nat(2), count: fc.nat(2) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const bench = createBench({ externalFlash: true, traced: false });
        const handle = open(bench);
        const model = new Uint8Array(5 * 4096).fill(0xff);
        const buffer = bench.place(5 * 4096);
        for (const step of steps) {
          if ("write" in step) {
            bench.memory.writeBytes(buffer, step.write);
            bench.call("mvExternalFlashWriteBlocking", handle, step.address, step.write.length, buffer);
            for (const [index, byte] of step.write.entries()) model[step.address + index]! &= byte;
          } else {
            bench.call("mvExternalFlashEraseBlocking", handle, step.erase * 4096, step.count * 4096);
            model.fill(0xff, step.erase * 4096, (step.erase + step.count) * 4096);
          }
        }
        bench.call("mvExternalFlashReadBlocking", handle, 0, model.length, buffer);
        expect(bench.memory.readBytes(buffer, model.length)).toEqual(model);
      }),
      { numRuns: 50 },
    );
  });
});

describe("bounds", () => {
  const calls = ["Read", "Write", "Erase"] as const;
  const attempt = (call: (typeof calls)[number], address: number, bytes: number) => {
    const { bench, handle } = start();
    const words = call === "Erase" ? [handle, address, bytes] : [handle, address, bytes, bench.place(4096)];
    return bench.call(`mvExternalFlash${call}Blocking`, ...words);
  };

  it.each(calls)("mvExternalFlash%sBlocking reaches to the last byte and not beyond, nor around the end", (call) => {
    expect(attempt(call, size - 4096, 4096)).toBe("OKAY");
    expect(attempt(call, size, 0)).toBe("OKAY");
    for (const address of [size - 4095, size, size + 1, 0xffff_f000, 0xffff_ffff]) {
      expect(attempt(call, address, 4096)).toBe("ADDRESSOUTOFRANGE");
    }
    expect(attempt(call, size + 1, 0)).toBe("ADDRESSOUTOFRANGE");
  });

  it("an erase that is both out of range and unaligned is out of range", () => {
    expect(attempt("Erase", size - 1, 4097)).toBe("ADDRESSOUTOFRANGE");
    expect(attempt("Erase", 1, 4096)).toBe("INVALIDBUFFERALIGNMENT");
    expect(attempt("Erase", 4096, 1)).toBe("INVALIDBUFFERALIGNMENT");
  });
});

describe("handles", () => {
  const info = (bench: KernelBench, handle: number) => {
    const place = bench.put("MvExternalFlashInfo", { version: 1, v1: { chip_id: 0, size: 0, num_handles: 0 } });
    return {
      status: bench.call("mvExternalFlashGetInfo", handle, place),
      ...bench.get("MvExternalFlashInfo", place).v1,
    };
  };

  it("are counted in the chip's info, with its size and identity", () => {
    const { bench, handle } = start();
    open(bench);
    expect(info(bench, handle)).toEqual({ status: "OKAY", chip_id: 0xc22817, size, num_handles: 2 });
  });

  it("are at most 32; a closed one makes room, writes zero and is no good any more", () => {
    const bench = createBench({ externalFlash: true });
    const handles = Array.from({ length: 32 }, () => open(bench));
    expect(new Set(handles).size).toBe(32);
    const place = bench.place(4);
    expect(bench.call("mvExternalFlashOpen", place)).toBe("TOOMANYCHANNELS");
    bench.memory.writeUint32(place, handles[5]!);
    expect(bench.call("mvExternalFlashClose", place)).toBe("OKAY");
    expect(bench.word(place)).toBe(0);
    expect(info(bench, handles[5]!).status).toBe("INVALIDHANDLE");
    expect(info(bench, handles[6]!)).toMatchObject({ status: "OKAY", num_handles: 31 });
    expect(bench.call("mvExternalFlashOpen", place)).toBe("OKAY");
  });

  it("come from no device without the chip: Open is UNAVAILABLE before it looks at its pointer, others know none", () => {
    const bench = createBench();
    expect(bench.call("mvExternalFlashOpen", 0)).toBe("UNAVAILABLE");
    expect(bench.call("mvExternalFlashReadBlocking", 1, 0, 4, bench.place(4))).toBe("INVALIDHANDLE");
    expect(bench.call("mvExternalFlashReadBlocking", 1, 0, 4, 0)).toBe("PARAMETERFAULT");
  });
});

describe("time", () => {
  const took = (work: (flash: ReturnType<typeof start>) => unknown): number => {
    const flash = start();
    const before = flash.bench.microseconds();
    work(flash);
    return flash.bench.microseconds() - before;
  };

  it("a read takes 100 us a KiB", () => {
    expect(took(({ read }) => read(10, 2048))).toBe(200);
  });

  it("a write takes 1 ms for each page of 256 bytes that it touches", () => {
    expect(took(({ write }) => write(0, ...Array(256).fill(0)))).toBe(1000);
    expect(took(({ write }) => write(255, 0, 0))).toBe(2000);
    expect(took(({ write }) => write(0))).toBe(0);
  });

  it("an erase takes 40 ms a sector", () => {
    expect(took(({ erase }) => erase(0, 3 * 4096))).toBe(120_000);
  });

  it("a refused call takes none", () => {
    expect(took(({ erase }) => erase(0, 1))).toBe(0);
  });
});

it("the content is plain data, and only of sectors that are not erased", () => {
  let state = { sectors: {} as Record<string, Uint8Array> };
  const flash = externalFlashMemory(() => state);
  flash.write(4095, Uint8Array.of(1, 2));
  expect(Object.keys(state.sectors)).toEqual(["0", "1"]);
  state = plainDataFromText(plainDataToText(state)) as typeof state;
  expect([...flash.read(4094, 4)]).toEqual([255, 1, 2, 255]);
  flash.write(4096, new Uint8Array(4096).fill(0xff));
  expect(Object.keys(state.sectors)).toEqual(["0"]);
});
