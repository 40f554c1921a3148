/** Pointers of every call: the illegal ones of each kind, for each pointer in arguments and structs; the odd legal ones. */

import { describe, expect, it } from "vitest";
import { type FieldLayout, get, layoutOf, readStruct, sizeOf } from "../../../host/abi/layout.ts";
import type { StructName } from "../../../host/abi/structs.ts";
import { type SyscallName, syscalls } from "../../../host/abi/syscalls.ts";
import type { Parameter, PointerType, StructType } from "../../../host/abi/types.ts";
import type { ConditionBench } from "./condition.ts";
import { conditions } from "./conditions.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

/** One pointer of a call: a word, or a field of the struct that a word points at; and how many bytes it must have. */
interface Place {
  readonly name: string;
  readonly word: number;
  readonly offset?: number;
  extent(bench: KernelBench, words: readonly number[]): number;
}

function placesOf(call: SyscallName): Place[] {
  const parameters = Object.entries(syscalls[call].parameters as Record<string, Parameter>);
  return parameters.flatMap(([name, parameter], word): Place[] => {
    switch (parameter.pass) {
      case "value":
        return [];
      case "bytes": {
        const length = parameters.findIndex(([other]) => other === parameter.length);
        return [{ name, word, extent: (_, words) => words[length]! }];
      }
      case "in": {
        const struct = { name, word, extent: () => sizeOf(parameter.type) };
        return parameter.late ? [struct] : [struct, ...nestedPlaces(name, word, parameter.type, 0)];
      }
      default:
        return [{ name, word, extent: () => sizeOf(parameter.type) }];
    }
  });
}

function nestedPlaces(name: string, word: number, type: StructType, base: number): Place[] {
  const struct = type.name as StructName;
  return layoutOf(struct).fields.flatMap((field): Place[] => {
    const path = `${name}.${field.path.join(".")}`;
    const offset = base + field.offset;
    if (field.type.kind === "struct") return nestedPlaces(path, word, field.type, offset);
    if (field.type.kind !== "pointer") return [];
    const extent = (bench: KernelBench, words: readonly number[]): number =>
      extentOf(field, readStruct(bench.memory, words[word]! + base, struct));
    return [{ name: path, word, offset, extent }];
  });
}

function extentOf({ path, type }: FieldLayout, struct: unknown): number {
  const { to, bytes, count } = type as PointerType;
  const sibling = (name: string): number => get(struct, [...path.slice(0, -1), name]) as number;
  if (bytes !== undefined) return sibling(bytes);
  return sizeOf(to) * (count === undefined ? 1 : sibling(count));
}

/** The condition under which the call is OKAY, with one pointer in the place of its own. */
async function okayWith(
  call: SyscallName,
  place: Place,
  pointer: (bench: KernelBench, bytes: number, own: number) => number,
) {
  const on: ConditionBench = newBench();
  const words = [...(await conditions[call]!.OKAY!(on))];
  const { memory } = on.bench;
  const bytes = place.extent(on.bench, words);
  if (place.offset === undefined) words[place.word] = pointer(on.bench, bytes, words[place.word]!);
  else {
    const address = words[place.word]! + place.offset;
    memory.writeUint32(address, pointer(on.bench, bytes, memory.readUint32(address)));
  }
  return { bench: on.bench, words, bytes };
}

function newBench(): ConditionBench {
  const uplink = scriptedUplink();
  return { bench: createBench({ uplink, testMode: true, externalFlash: true }), uplink };
}

const illegal: Readonly<Record<string, (bench: KernelBench, bytes: number) => number>> = {
  "is null": () => 0,
  "starts in memory that the simulator reserves": ({ memory }) => memory.start - 1,
  "lies past the end": ({ memory }) => memory.end,
  "straddles the end": ({ memory }, bytes) => memory.end - bytes + 1,
  "wraps around": () => 0xffff_ffff,
};

const pointers = (Object.keys(conditions) as SyscallName[]).flatMap((call) =>
  placesOf(call).map((place) => ({ call, pointer: place.name, place })),
);

/** Its own rules come first, and its length is zero: an address of any kind is fine. */
const isEndpoint = ({ pointer }: { pointer: string }): boolean => pointer === "params.v1.endpoint.data";

describe.each(pointers.filter((pointer) => !isEndpoint(pointer)))("$call's $pointer", ({ call, place }) => {
  it.each(Object.entries(illegal))("gives PARAMETERFAULT when it %s, and nothing is written", async (_, pointer) => {
    const { bench, words, bytes } = await okayWith(call, place, pointer);
    expect(bytes).toBeGreaterThan(0);
    const before = bench.fingerprint();
    expect(bench.call(call, ...words)).toBe("PARAMETERFAULT");
    expect(bench.fingerprint()).toBe(before);
  });

  it("may end exactly where memory ends", async () => {
    const { bench, words } = await okayWith(
      call,
      place,
      moved(({ memory }, bytes) => memory.end - bytes),
    );
    const status = bench.call(call, ...words);
    // What must be aligned says so; it is no fault of the pointer.
    expect(status).not.toBe("PARAMETERFAULT");
  });
});

/** Moves what the pointer points at. */
function moved(to: (bench: KernelBench, bytes: number) => number) {
  return (bench: KernelBench, bytes: number, own: number): number => {
    const address = to(bench, bytes);
    bench.memory.writeBytes(address, bench.memory.readBytes(own, bytes));
    return address;
  };
}

const aligned = ["params.v1.receive_buffer", "params.v1.send_buffer", "buffer"];

describe.each(pointers.filter((pointer) => !isEndpoint(pointer) && !aligned.includes(pointer.pointer)))(
  "$call's $pointer",
  ({ call, place }) => {
    it.each([1, 2, 3])("may be unaligned, by %i", async (offset) => {
      const { bench, words } = await okayWith(
        call,
        place,
        moved((on, bytes) => on.place(bytes + 16, 16) + offset),
      );
      expect(bench.call(call, ...words)).toBe("OKAY");
    });
  },
);

describe("a range of length zero is legal whatever its pointer is", () => {
  const anywhere = [0, 1, 0x3ffff, 0x40000, 0x7fff_ffff, 0xffff_ffff];

  it.each(anywhere)("as the endpoint of a config-fetch channel: %i", async (pointer) => {
    const endpoint = pointers.find(isEndpoint)!;
    const { bench, words } = await okayWith("mvOpenChannel", endpoint.place, () => pointer);
    expect(bench.call("mvOpenChannel", ...words)).toBe("OKAY");
  });

  it.each(anywhere)("as the message of mvServerLog: %i", async (pointer) => {
    const on = newBench();
    await conditions.mvServerLog!.OKAY!(on);
    expect(on.bench.call("mvServerLog", pointer, 0)).toBe("OKAY");
  });

  it.each(anywhere)("as the buffer of mvReadConfigResponseItem: %i", async (pointer) => {
    const on = newBench();
    const [handle, params] = (await conditions.mvReadConfigResponseItem!.OKAY!(on)) as [number, number];
    on.bench.memory.writeUint32(params + 8, pointer);
    on.bench.memory.writeUint32(params + 12, 0);
    expect(on.bench.call("mvReadConfigResponseItem", handle, params)).toBe("OKAY");
  });

  it.each(anywhere)("as the items of a request that has none, and the buffer of a setup: %i", async (pointer) => {
    const on = newBench();
    const [handle] = (await conditions.mvSendConfigFetchRequest!.OKAY!(on)) as [number];
    const request = on.bench.put("MvConfigKeyFetchParams", { num_items: 0, keys_to_fetch: pointer });
    expect(on.bench.call("mvSendConfigFetchRequest", handle, request)).toBe("REQUIREDELEMENTMISSING");
    const setup = on.bench.put("MvNotificationSetup", { irq: 50, buffer: pointer, buffer_size: 0 });
    expect(on.bench.call("mvSetupNotifications", setup, on.bench.place(4))).toBe("INVALIDBUFFERSIZE");
    expect(on.bench.call("mvGetDeviceId", pointer, 0)).toBe("INVALIDBUFFERSIZE");
    expect(on.bench.call("mvServerLoggingInit", pointer & ~511, 0)).toBe("INVALIDBUFFERSIZE");
  });
});
