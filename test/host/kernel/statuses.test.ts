/** Every status that the data names is reached by its real condition, or stands with its reason among the unreachable. */

import { describe, expect, it } from "vitest";
import type { Status } from "../../../host/abi/enums.ts";
import { type SyscallName, syscalls } from "../../../host/abi/syscalls.ts";
import { judgedCalls, kernelCalls } from "../../../host/kernel/kernel.ts";
import type { ConditionBench } from "./condition.ts";
import { conditions, unreachable } from "./conditions.ts";
import { createBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

const simulated = (Object.keys(kernelCalls) as SyscallName[]).filter((name) => !(name in judgedCalls));

function newBench(traced = true): ConditionBench {
  const uplink = scriptedUplink();
  return { bench: createBench({ uplink, traced, testMode: true, externalFlash: true }), uplink };
}

it("simulates exactly the calls that have conditions", () => {
  expect(Object.keys(conditions).sort()).toEqual(simulated.toSorted());
});

describe.each(simulated)("%s", (name) => {
  const { documentedStatuses, contractStatuses } = syscalls[name];
  const named = new Set<Status>(["OKAY", ...documentedStatuses, ...contractStatuses]);
  const reached = Object.entries(conditions[name] ?? {});

  it("has a condition or a reason for each status that the data names, and for no other", () => {
    const accounted = [...reached.map(([status]) => status), ...Object.keys(unreachable[name] ?? {})];
    expect(accounted.toSorted()).toEqual([...named].sort());
  });

  it.each(reached)("answers %s by its real condition", async (status, condition) => {
    const on = newBench();
    const words = await condition(on);
    expect(on.bench.call(name, ...words)).toBe(status);
  });

  it.each(reached)("answers %s without a trace too", async (status, condition) => {
    const on = newBench(false);
    const words = await condition(on);
    expect(on.bench.call(name, ...words)).toBe(status);
  });

  it.each(reached.filter(([status]) => status !== "OKAY" && status !== "LATEFAULT"))(
    "changes nothing when it answers %s",
    async (_, condition) => {
      const { bench, uplink } = newBench();
      const words = await condition({ bench, uplink });
      const before = bench.fingerprint();
      const traced = bench.events.length;
      const frames = uplink.sent.length;
      bench.call(name, ...words);
      expect(bench.fingerprint()).toBe(before);
      expect(bench.events.slice(traced).map(({ kind }) => kind)).toEqual(["call", "return"]);
      expect(uplink.sent.length).toBe(frames);
    },
  );
});
