/** Firmware in C on a whole device: where it is suspended changes nothing that can be seen. */

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { buildWasm, canLink, clangWasm } from "../../sim/generate/c-compilers.ts";
import { type Rehearsed, rehearse } from "./rehearsal.ts";

const configs = { greeting: "hello from C" };
const source = readFileSync("test/host/device/fixtures/config-flow.c", "utf8");

describe.runIf(canLink(clangWasm))("the trace of a config flow in C", () => {
  describe.each(["-O0", "-O1", "-O2"])("compiled with %s", (level) => {
    let binary: Uint8Array;
    let expected: Rehearsed;

    beforeAll(async () => {
      binary = buildWasm(clangWasm, "c", [level, "-Wl,--no-entry"], source);
      expected = await rehearse({ firmware: binary, configs });
    });

    it("shows the value that the service holds, fetched under interrupts", () => {
      expect(expected.result).toMatchObject({ reason: "finished" });
      const logs = expected.events.flatMap((event) => (event.kind === "log" ? [event.text] : []));
      expect(logs).toEqual(["hello from C"]);
      const entered = expected.events.filter((event) => event.kind === "interrupt" && event.phase === "enter");
      expect(entered.length).toBeGreaterThan(1);
    });

    it("is the same with a suspension at every safepoint and call", async () => {
      const { lines } = await rehearse({ firmware: binary, configs, device: { suspendAlways: true } });
      expect(lines).toEqual(expected.lines);
    });

    it("is the same with slices of 1 cycle", async () => {
      const { lines } = await rehearse({ firmware: binary, configs, device: { sliceCycles: 1 } });
      expect(lines).toEqual(expected.lines);
    });
  });
});
