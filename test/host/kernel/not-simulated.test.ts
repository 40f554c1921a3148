/** Calls without a behaviour: those that take a channel's handle judge it, every other one ends the run by its name. */

import { describe, expect, it } from "vitest";
import { layoutOf, sizeOf } from "../../../host/abi/layout.ts";
import type { StructName } from "../../../host/abi/structs.ts";
import { type SyscallName, syscalls } from "../../../host/abi/syscalls.ts";
import type { Parameter, Type } from "../../../host/abi/types.ts";
import { judgedCalls, kernelCalls } from "../../../host/kernel/kernel.ts";
import { goOnline, openChannel, openParams } from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

const judged = Object.keys(judgedCalls) as SyscallName[];
const refused = (Object.keys(syscalls) as SyscallName[]).filter((name) => !(name in kernelCalls));

/** Arguments whose every pointer is legal; the first one is the handle. */
function legalWords(bench: KernelBench, name: SyscallName, handle: number): number[] {
  const parameters = Object.values(syscalls[name].parameters as Record<string, Parameter>);
  return parameters.map((parameter, index) => {
    if (index === 0) return handle;
    if (parameter.pass === "value") return 1;
    if (parameter.pass === "bytes") return bench.place(16);
    return legalObject(bench, parameter.type);
  });
}

function legalObject(bench: KernelBench, type: Type): number {
  const address = bench.place(sizeOf(type), 8);
  if (type.kind === "struct") pointEverywhere(bench, type.name as StructName, address);
  return address;
}

function pointEverywhere(bench: KernelBench, name: StructName, address: number): void {
  for (const { offset, type } of layoutOf(name).fields) {
    if (type.kind === "struct") pointEverywhere(bench, type.name as StructName, address + offset);
    else if (type.kind === "pointer") bench.memory.writeUint32(address + offset, bench.place(16));
    else if (type.kind === "integer" && type.bytes === 4) bench.memory.writeUint32(address + offset, 1);
  }
}

async function onChannel() {
  const uplink = scriptedUplink();
  const bench = createBench({ uplink });
  const channel = openChannel(bench, await goOnline(bench));
  return { bench, uplink, channel };
}

it("leaves no call out: 71 are declared", () => {
  expect(Object.keys(syscalls).length).toBe(71);
  // Four of byte streams, four of HTTP, fourteen of MQTT.
  expect(judged.length).toBe(22);
  expect(judged.filter((name) => !/^mv(Mqtt|Read|Write|Send)/.test(name))).toEqual([]);
});

describe.each(judged)("%s", (name) => {
  it("answers INVALIDHANDLE for zero, and for a config-fetch channel, living or dead", async () => {
    const { bench, uplink, channel } = await onChannel();
    expect(bench.call(name, ...legalWords(bench, name, 0))).toBe("INVALIDHANDLE");
    expect(bench.call(name, ...legalWords(bench, name, channel.handle))).toBe("INVALIDHANDLE");
    uplink.cut();
    await bench.run(0);
    expect(bench.call(name, ...legalWords(bench, name, channel.handle))).toBe("INVALIDHANDLE");
  });

  const parameters = Object.values(syscalls[name].parameters as Record<string, Parameter>);
  const pointers = parameters.flatMap(({ pass }, word) => (pass === "value" ? [] : [word]));
  it.each(pointers)("answers PARAMETERFAULT for an illegal pointer in word %i, and writes nothing", async (word) => {
    const { bench, channel } = await onChannel();
    const words = legalWords(bench, name, channel.handle);
    words[word] = bench.memory.end;
    const before = bench.fingerprint();
    expect(bench.call(name, ...words)).toBe("PARAMETERFAULT");
    expect(bench.fingerprint()).toBe(before);
  });
});

it("refuses the calls of Wi-Fi, and no other", () => {
  expect(refused.toSorted()).toEqual(["mvGetWifiConfig", "mvSetWifiConfig"]);
  // The streams' calls, HTTP's and MQTT's need a channel of their type, which can't be opened: they are judged.
  expect(judged.filter((name) => !/^mv(Mqtt|.*Http)/.test(name)).toSorted()).toEqual([
    "mvReadChannel",
    "mvReadChannelComplete",
    "mvWriteChannel",
    "mvWriteChannelStream",
  ]);
});

it.each(["OPAQUEBYTES", "MQTT", "HTTP"] as const)("ends the run when a channel of type %s is opened", async (type) => {
  const bench = createBench({ uplink: scriptedUplink() });
  const v1 = openParams(bench, await goOnline(bench), { channel_type: type });
  const params = bench.put("MvOpenChannelParams", { version: 1, v1 });
  expect(() => bench.call("mvOpenChannel", params, bench.place(4))).toThrow(
    expect.objectContaining({ code: "ERR_MVSIM_NOT_SIMULATED", message: expect.stringContaining(type) }),
  );
});

it.each(refused)("%s ends the run with its name, whatever its arguments are", (name) => {
  for (const traced of [true, false]) {
    const bench = createBench({ traced });
    expect(() => bench.call(name, 0, 0, 0, 0)).toThrow(
      expect.objectContaining({ code: "ERR_MVSIM_NOT_SIMULATED", message: expect.stringContaining(name) }),
    );
  }
});
