/** The test log, and the end of a test run. */

import { describe, expect, it } from "vitest";
import { createBench, type Departure, type KernelBench } from "./kernel-bench.ts";

function start(bytes = 512): KernelBench {
  const bench = createBench({ testMode: true });
  expect(bench.call("mvTestLoggingInit", bench.place(bytes, 512), bytes)).toBe("OKAY");
  return bench;
}

const log = (bench: KernelBench, text: string) => bench.call("mvTestLog", bench.putText(text), text.length);

describe("mvTestLog", () => {
  it("logs without a network, in order, as events of its own source", () => {
    const bench = start();
    expect([log(bench, "one"), log(bench, "two")]).toEqual(["OKAY", "OKAY"]);
    expect(bench.events.filter(({ kind }) => kind === "log")).toEqual([
      { kind: "log", source: "test", text: "one" },
      { kind: "log", source: "test", text: "two" },
    ]);
  });

  it("works in interrupt handlers", () => {
    const bench = start();
    bench.inHandler = true;
    expect(log(bench, "one")).toBe("OKAY");
    expect(bench.call("mvTestLoggingInit", bench.place(512, 512), 512)).toBe("OKAY");
  });

  it("is full until the console has taken what is queued: 11,520 bytes a second, one message after the other", async () => {
    const bench = start();
    const half = "x".repeat(256);
    expect([log(bench, half), log(bench, half), log(bench, "y")]).toEqual(["OKAY", "OKAY", "INVALIDBUFFERSIZE"]);
    await bench.run(22_222);
    expect(log(bench, "y")).toBe("INVALIDBUFFERSIZE");
    await bench.run(1);
    expect([log(bench, half), log(bench, "y")]).toEqual(["OKAY", "INVALIDBUFFERSIZE"]);
    await bench.run(22_222);
    expect(log(bench, "y")).toBe("OKAY");
  });

  it("is UNAVAILABLE before its buffer, though only after the pointer was looked at", () => {
    const bench = createBench({ testMode: true });
    expect(bench.call("mvTestLog", 0, 5)).toBe("PARAMETERFAULT");
    expect(log(bench, "hello")).toBe("UNAVAILABLE");
  });

  it("has a queue of its own: the server's log takes none of its room, and neither takes the other's buffer", () => {
    const bench = start();
    const server = bench.place(512, 512);
    expect(bench.call("mvServerLoggingInit", server, 512)).toBe("OKAY");
    expect(bench.call("mvServerLog", bench.place(512), 512)).toBe("OKAY");
    expect(bench.call("mvTestLog", bench.place(512), 512)).toBe("OKAY");
    expect(bench.call("mvTestLoggingInit", server, 512)).toBe("BUFFERALREADYINUSE");
    const test = bench.kernel.state.testLog!.buffer;
    expect(bench.call("mvServerLoggingInit", test, 512)).toBe("BUFFERALREADYINUSE");
    const v1 = { irq: 45, buffer: test, buffer_size: 256 };
    expect(bench.call("mvSetupNotifications", bench.put("MvNotificationSetup", v1), bench.place(4))).toBe(
      "BUFFERALREADYINUSE",
    );
  });

  it("moves with what is queued to a new buffer, unless that is too small", () => {
    const bench = start(1024);
    log(bench, "x".repeat(600));
    expect(bench.call("mvTestLoggingInit", bench.place(512, 512), 512)).toBe("INVALIDBUFFERSIZE");
    const larger = bench.place(2048, 512);
    expect(bench.call("mvTestLoggingInit", larger, 2048)).toBe("OKAY");
    expect(bench.memory.readBytes(larger, 600)).toEqual(new Uint8Array(600).fill("x".charCodeAt(0)));
  });
});

describe.each(["mvTestLoggingInit", "mvTestLog", "mvTestingComplete"] as const)("%s", (name) => {
  it("is UNAVAILABLE outside test mode, whatever its arguments and wherever it is called", () => {
    const bench = createBench();
    expect(bench.call(name, 0, 5)).toBe("UNAVAILABLE");
    bench.inHandler = true;
    expect(bench.call(name, bench.place(512, 512), 512)).toBe("UNAVAILABLE");
  });
});

describe("mvTestingComplete", () => {
  it.each([0, 3, 0xffff_ffff])("ends the run with the status %i, from a handler too", (status) => {
    for (const inHandler of [false, true]) {
      const bench = createBench({ testMode: true });
      bench.inHandler = inHandler;
      let departure: Departure | undefined;
      try {
        bench.call("mvTestingComplete", status);
      } catch (error) {
        departure = error as Departure;
      }
      expect(departure).toMatchObject({ message: "testing complete", detail: status });
    }
  });
});
