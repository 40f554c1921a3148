/** Any call with any words, over structs of any content: what holds however confused the firmware is. */

import fc from "fast-check";
import { expect, it } from "vitest";
import type { Status } from "../../../host/abi/enums.ts";
import { layoutOf } from "../../../host/abi/layout.ts";
import type { StructName } from "../../../host/abi/structs.ts";
import { type SyscallName, syscalls } from "../../../host/abi/syscalls.ts";
import type { Parameter } from "../../../host/abi/types.ts";
import { plainDataFromText, plainDataToText } from "../../../host/data/plain-data.ts";
import { conditions } from "./conditions.ts";
import { fetchItems, fetchRequest, goOnline, itemParams, openChannel, openParams } from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { type ScriptedUplink, scriptedUplink } from "./scripted-uplink.ts";

const names = Object.keys(conditions) as SyscallName[];
/** One word in eight is any; the others fit their parameters. */
const word = fc.record({ isAny: fc.nat(7).map((number) => number === 0), index: fc.nat() });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      call: fc.constantFrom(...names),
      words: fc.array(word, { minLength: 4, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ field: fc.nat(), word: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ run: fc.constantFrom(100, 5_000, 3_000_000) }) },
  { weight: 1, arbitrary: fc.record({ service: fc.constantFrom("cut", "close", "data"), channel: fc.nat(4) }) },
);

interface Firmware {
  readonly bench: KernelBench;
  readonly uplink: ScriptedUplink;
  readonly handles: number[];
  /** Addresses of its structs, of places with handles in them, and of room. */
  readonly structs: Readonly<Record<string, number>>;
  readonly places: readonly number[];
  readonly room: readonly number[];
  /** The edges of everything. */
  readonly edges: readonly number[];
  /** Addresses of the words in its structs. */
  readonly fields: readonly number[];
}

/** Firmware in the midst of its work: a centre, the network, a log, a channel with an answer and one without. */
async function busyFirmware(): Promise<Firmware> {
  const uplink = scriptedUplink();
  const bench = createBench({ uplink, testMode: true, externalFlash: true });
  bench.handlers.add(47);
  const online = await goOnline(bench);
  const answered = openChannel(bench, online);
  await fetchItems(bench, answered, [{}, { key: "other" }]);
  const fresh = openChannel(bench, online);
  const log = bench.place(512, 512);
  bench.call("mvServerLoggingInit", log, 512);

  const flash = bench.place(4);
  bench.call("mvExternalFlashOpen", flash);

  const places = [answered.place, fresh.place, online.networkPlace, bench.place(64), flash];
  bench.memory.writeUint32(places[3]!, online.centre.handle);
  const v1 = { notification_handle: online.centre.handle, notification_tag: 1 };
  const setup = { irq: 46, buffer: bench.place(256), buffer_size: 256 };
  const structs = {
    MvNotificationSetup: bench.put("MvNotificationSetup", setup),
    MvRequestNetworkParams: bench.put("MvRequestNetworkParams", { version: 1, v1 }),
    MvOpenChannelParams: bench.put("MvOpenChannelParams", { version: 1, v1: openParams(bench, online) }),
    MvConfigKeyFetchParams: fetchRequest(bench, [{}, { store: "SECRET" }]),
    MvConfigResponseReadItemParams: itemParams(bench).params,
    MvOpenSystemNotificationParams: bench.put("MvOpenSystemNotificationParams", { ...v1, notification_source: 1 }),
  };
  const wordsFrom = (address: number, bytes: number): number[] =>
    Array.from({ length: bytes / 4 }, (_, index) => address + 4 * index);
  const fields = Object.entries(structs).flatMap(([name, address]) =>
    wordsFrom(address, layoutOf(name as StructName).bytes),
  );
  // The items of the request, too: their pointers are followed late.
  fields.push(...wordsFrom(bench.word(structs.MvConfigKeyFetchParams + 4), 32));
  return {
    bench,
    uplink,
    handles: [online.centre.handle, online.network, answered.handle, fresh.handle, bench.word(flash)],
    structs,
    places,
    room: [bench.place(512, 512), bench.place(1024, 512), log],
    edges: [0, 1, 2, 33, 34, 46, 47, 512, 1023, bench.memory.end - 4, bench.memory.end, 0x7fff_ffff, 0xffff_ffff],
    fields,
  };
}

/** What firmware could pass for a parameter. */
function fitting(parameter: Parameter | undefined, { handles, structs, places, room }: Firmware): readonly number[] {
  if (!parameter) return [0];
  if (parameter.pass === "in") return [structs[parameter.type.name]!];
  if (parameter.pass === "inOut") return places;
  if (parameter.pass === "value") return parameter.type.kind === "handle" ? handles : [0, 1, 34, 512, 1024];
  return room;
}

function namedStatuses(name: SyscallName): Set<string> {
  const { documentedStatuses, contractStatuses } = syscalls[name];
  return new Set<Status>(["OKAY", ...documentedStatuses, ...contractStatuses]);
}

/** @returns the status, what the kernel asked for instead, or the code of the error that ended the run */
function attempt(bench: KernelBench, name: SyscallName, words: readonly number[]): string {
  try {
    return bench.call(name, ...words);
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

it("answers a status that the call names; a refused call changes nothing; the state stays plain data", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const firmware = await busyFirmware();
      const { bench, uplink, handles, structs, places, room, edges, fields } = firmware;
      const pick = (list: readonly number[], index: number): number => list[index % list.length]!;
      const any = (index: number): number =>
        pick([...handles, ...Object.values(structs), ...places, ...room, ...edges], index);
      for (const step of steps) {
        if ("field" in step) bench.memory.writeUint32(pick(fields, step.field), any(step.word));
        else if ("run" in step) await bench.run(step.run);
        else if ("service" in step) {
          if (step.service === "cut") uplink.cut();
          else if (step.service === "close") uplink.say({ type: "close", channel: 1, reason: "closedByServer" });
          else uplink.say({ type: "data", channel: 1, bytes: Uint8Array.of(step.channel) });
          await bench.run(0);
        } else {
          const before = bench.fingerprint();
          const parameters = Object.values<Parameter>(syscalls[step.call].parameters);
          const words = step.words.map(({ isAny, index }, position) =>
            isAny ? any(index) : pick(fitting(parameters[position], firmware), index),
          );
          const status = attempt(bench, step.call, words);
          seen.add(status);
          // The channel types that are known but not simulated.
          if (status === "ERR_MVSIM_NOT_SIMULATED") expect(step.call).toBe("mvOpenChannel");
          else if (status === "Error: restart") expect(["mvRestart", "mvDeepSleep"]).toContain(step.call);
          else if (status === "Error: testing complete") expect(step.call).toBe("mvTestingComplete");
          else expect(namedStatuses(step.call)).toContain(status);
          if (status === "OKAY") handles.push(...newHandles(bench, handles));
          else if (status !== "LATEFAULT") expect(bench.fingerprint()).toBe(before);
        }
      }
      const { state, queue, random } = bench.kernel;
      expect(plainDataFromText(plainDataToText({ state, queue, random }))).toEqual({ state, queue, random });
    }),
    { numRuns: 250 },
  );
  // So that the random words do come somewhere.
  const reached: Status[] = ["OKAY", "PARAMETERFAULT", "INVALIDHANDLE", "BUFFERALREADYINUSE"];
  for (const status of reached) expect(seen).toContain(status);
});

function newHandles({ kernel: { state } }: KernelBench, known: readonly number[]): number[] {
  const lists = [state.centres, state.channels, state.network.requests, state.systemNotifications];
  const living = [...lists.flat(), ...state.externalFlashHandles].map(({ handle }) => handle);
  return living.filter((handle) => !known.includes(handle));
}
