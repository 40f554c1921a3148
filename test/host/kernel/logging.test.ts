import { describe, expect, it } from "vitest";
import { unsentMessages } from "../../../host/kernel/logging.ts";
import { closeChannel, goOnline, openChannel, setUpCentre } from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { type ScriptedUplink, scriptedUplink } from "./scripted-uplink.ts";

function log(bench: KernelBench, text: string): string {
  return bench.call("mvServerLog", bench.putText(text), new TextEncoder().encode(text).length);
}

/** @returns the buffer */
function init(bench: KernelBench, bytes = 512): number {
  const buffer = bench.place(bytes, 512);
  expect(bench.call("mvServerLoggingInit", buffer, bytes)).toBe("OKAY");
  return buffer;
}

function received({ sent }: ScriptedUplink): string[] {
  return sent.flatMap((frame) => (frame.type === "log" ? [new TextDecoder().decode(frame.bytes)] : []));
}

describe("mvServerLoggingInit", () => {
  it("is OKAY before any network exists, and before anything else", () => {
    init(createBench());
  });

  it.each([0, 100, 511, 513])("refuses a length of %i", (bytes) => {
    const bench = createBench();
    expect(bench.call("mvServerLoggingInit", bench.place(1024, 512), bytes)).toBe("INVALIDBUFFERSIZE");
  });

  it("refuses the buffers of an open channel, and takes them when it is closed", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const channel = openChannel(bench, await goOnline(bench));
    expect(bench.call("mvServerLoggingInit", channel.receive_buffer, 512)).toBe("BUFFERALREADYINUSE");
    closeChannel(bench, channel);
    expect(bench.call("mvServerLoggingInit", channel.receive_buffer, 512)).toBe("OKAY");
  });

  it("moves the log with what is queued, also onto a part of itself, and gives the old buffer back", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    const buffer = init(bench, 1024);
    log(bench, "first");
    log(bench, "second");
    expect(bench.call("mvServerLoggingInit", buffer + 512, 512)).toBe("OKAY");
    setUpCentre(bench, { buffer, buffer_size: 512, irq: 60 });
    log(bench, "third");
    await goOnline(bench);
    expect(received(uplink)).toEqual(["first", "second", "third"]);
  });

  it("moves what is queued from the midst of the ring to the start of the new buffer", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    init(bench);
    await goOnline(bench);
    log(bench, "a".repeat(400));
    await bench.run(1_000_000);
    // Over the ring's end, now that its start is free again.
    log(bench, "b".repeat(200));
    const moved = init(bench);
    expect(new TextDecoder().decode(bench.memory.readBytes(moved, 200))).toBe("b".repeat(200));
    log(bench, "c".repeat(312));
    await bench.run(1_000_000);
    expect(received(uplink)).toEqual(["a".repeat(400), "b".repeat(200), "c".repeat(312)]);
  });

  it("refuses a smaller buffer that has no room for what is queued, and changes nothing", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    init(bench, 1024);
    for (const letter of "ab") log(bench, letter.repeat(300));
    const smaller = bench.place(512, 512);
    const before = bench.fingerprint();
    expect(bench.call("mvServerLoggingInit", smaller, 512)).toBe("INVALIDBUFFERSIZE");
    expect(bench.fingerprint()).toBe(before);
    await goOnline(bench);
    expect(received(uplink)).toEqual(["a".repeat(300), "b".repeat(300)]);
  });
});

describe("mvServerLog", () => {
  it("queues in the buffer until the device is connected, then sends in order", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    init(bench);
    for (const line of ["one", "two", "three"]) expect(log(bench, line)).toBe("OKAY");
    await bench.run(1_000_000);
    expect(received(uplink)).toEqual([]);
    await goOnline(bench);
    expect(received(uplink)).toEqual(["one", "two", "three"]);
  });

  it("takes 1024 bytes, and not one more", () => {
    const bench = createBench();
    init(bench, 1024);
    expect(log(bench, "x".repeat(1025))).toBe("LOGMESSAGETOOLONG");
    expect(log(bench, "x".repeat(1024))).toBe("OKAY");
  });

  it("counts the low 16 bits of the length only", () => {
    const bench = createBench();
    init(bench);
    expect(bench.call("mvServerLog", bench.putText("abc"), 0x0001_0003)).toBe("OKAY");
    expect(unsentMessages(bench.kernel)).toEqual(["abc"]);
  });

  it("answers INVALIDBUFFERSIZE when the queue is full, and takes more when some of it has gone", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    init(bench);
    expect(log(bench, "a".repeat(512))).toBe("OKAY");
    expect(log(bench, "b")).toBe("INVALIDBUFFERSIZE");
    await goOnline(bench);
    expect(log(bench, "b")).toBe("OKAY");
  });

  it("has room for no more empty messages than the buffer has bytes", () => {
    const bench = createBench();
    init(bench, 512);
    const answers = Array.from({ length: 513 }, () => log(bench, ""));
    expect(answers.slice(0, 512).every((status) => status === "OKAY")).toBe(true);
    expect(answers[512]).toBe("INVALIDBUFFERSIZE");
  });

  it("wraps around its ring again and again without a byte lost", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    const buffer = init(bench);
    await goOnline(bench);
    const lines = Array.from({ length: 40 }, (_, index) => String(index).repeat(40 + index));
    for (const line of lines) {
      expect(log(bench, line)).toBe("OKAY");
      await bench.run(20_000);
    }
    expect(received(uplink)).toEqual(lines);
    expect(bench.memory.readUint8(buffer + 511)).not.toBe(0xa5);
    expect(bench.memory.readUint8(buffer - 1)).toBe(0xa5);
  });

  it("sends what stands in the buffer, at modelled time, one message after the other", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink, network: { uplinkBytesPerSecond: 1000 } });
    const buffer = init(bench);
    await goOnline(bench);
    log(bench, "x".repeat(10));
    log(bench, "y".repeat(10));
    bench.memory.writeUint8(buffer, 0x58);
    await bench.run(9_999);
    expect(received(uplink)).toEqual([]);
    await bench.run(1);
    expect(received(uplink)).toEqual([`X${"x".repeat(9)}`]);
    await bench.run(10_000);
    expect(received(uplink).length).toBe(2);
  });

  it("has one message on the air at a time, each for its own bytes", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink, network: { uplinkBytesPerSecond: 1000 } });
    init(bench);
    await goOnline(bench);
    log(bench, "x".repeat(10));
    log(bench, "y".repeat(100));
    await bench.run(109_999);
    expect(received(uplink).length).toBe(1);
    await bench.run(1);
    expect(received(uplink).length).toBe(2);
  });

  it("loses no message that was on the air when the device went offline", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink, network: { uplinkBytesPerSecond: 1000 } });
    init(bench);
    const { networkPlace } = await goOnline(bench);
    log(bench, "x".repeat(100));
    await bench.run(50_000);
    expect(bench.call("mvReleaseNetwork", networkPlace)).toBe("OKAY");
    await bench.run(1_000_000);
    expect(received(uplink)).toEqual([]);
    await goOnline(bench, { irq: 46 });
    await bench.run(200_000);
    expect(received(uplink)).toEqual(["x".repeat(100)]);
  });

  it("is disabled by the server only once the device is connected", async () => {
    const bench = createBench({ uplink: scriptedUplink({ loggingEnabled: false }) });
    init(bench);
    expect(log(bench, "before")).toBe("OKAY");
    await goOnline(bench);
    expect(log(bench, "after")).toBe("LOGGINGDISABLEDBYSERVER");
  });

  it("keeps what is queued over a lost link, and sends it after the next welcome", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    init(bench);
    await goOnline(bench);
    uplink.cut();
    await bench.run(0);
    expect(log(bench, "patience")).toBe("OKAY");
    await bench.run(5_000_000);
    expect(received(uplink)).toEqual(["patience"]);
  });

  it("shows what it takes in the trace, and what was not sent remains known", () => {
    const bench = createBench();
    init(bench);
    log(bench, "grüße");
    log(bench, "");
    expect(bench.events).toContainEqual({ kind: "log", source: "server", text: "grüße" });
    expect(unsentMessages(bench.kernel)).toEqual(["grüße", ""]);
  });
});
