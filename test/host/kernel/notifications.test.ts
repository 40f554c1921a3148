import { describe, expect, it } from "vitest";
import { memberValue } from "../../../host/abi/enums.ts";
import { interrupts } from "../../../host/abi/interrupts.ts";
import { handlerEntered } from "../../../host/kernel/notifications.ts";
import {
  type Centre,
  closeChannel,
  diagnostics,
  fetchRequest,
  goOnline,
  lines,
  notificationSetup,
  openChannel,
  recordsOf,
  requestNetwork,
  setUpCentre,
} from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

const networkChanged = memberValue("MvEventType", "NETWORKSTATUSCHANGED");

function setUp(bench: KernelBench, changes: Parameters<typeof notificationSetup>[1]): string {
  const setup = bench.put("MvNotificationSetup", notificationSetup(bench, changes));
  return bench.call("mvSetupNotifications", setup, bench.place(4));
}

function trigger(bench: KernelBench, { handle }: Centre, tag: number, type = networkChanged): string {
  return bench.call("mvTempTriggerNotification", handle, type, tag);
}

describe("mvSetupNotifications", () => {
  it.each([32, 48, 4096])("takes a buffer of %i bytes", (bytes) => {
    expect(setUp(createBench(), { buffer_size: bytes })).toBe("OKAY");
  });

  it.each([0, 16, 31, 33, 40])("refuses a buffer of %i bytes", (bytes) => {
    expect(setUp(createBench(), { buffer_size: bytes })).toBe("INVALIDBUFFERSIZE");
  });

  it("writes nothing to the buffer", () => {
    const bench = createBench();
    const { buffer } = setUpCentre(bench);
    expect([...bench.memory.readBytes(buffer, 256)].every((byte) => byte === 0xff)).toBe(true);
  });

  it.each([-16, 16])("refuses a buffer that overlaps another live centre's, %i bytes from it", (offset) => {
    const bench = createBench();
    const buffer = bench.place(128, 16) + 32;
    setUpCentre(bench, { buffer, buffer_size: 32 });
    expect(setUp(bench, { irq: lines.tim3, buffer: buffer + offset, buffer_size: 32 })).toBe("BUFFERALREADYINUSE");
  });

  it.each([-32, 32])("takes a buffer right beside another's, %i bytes from it", (offset) => {
    const bench = createBench();
    const buffer = bench.place(128, 16) + 32;
    setUpCentre(bench, { buffer, buffer_size: 32 });
    expect(setUp(bench, { irq: lines.tim3, buffer: buffer + offset, buffer_size: 32 })).toBe("OKAY");
  });

  it("refuses a buffer that overlaps an open channel's or the log's", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const online = await goOnline(bench);
    const channel = openChannel(bench, online);
    const log = bench.place(512, 512);
    bench.call("mvServerLoggingInit", log, 512);
    for (const buffer of [channel.receive_buffer, channel.send_buffer + 480, log + 480]) {
      expect(setUp(bench, { irq: lines.tim3, buffer, buffer_size: 32 })).toBe("BUFFERALREADYINUSE");
    }
  });

  it("takes exactly the lines of the vector table that are no secure peripheral's", () => {
    const allowed = Object.entries(interrupts).filter(
      ([name, irq]) => irq >= 0 && !name.endsWith("_S") && name !== "GTZC",
    );
    const taken: number[] = [];
    for (let irq = 0; irq < 300; irq++) if (setUp(createBench(), { irq }) === "OKAY") taken.push(irq);
    expect(taken).toEqual(allowed.map(([, irq]) => irq).sort((a, b) => a - b));
    expect(setUp(createBench(), { irq: 0xffff_ffff })).toBe("INVALIDINTERRUPT");
  });

  it("refuses another live centre's line, and takes it once that one is closed", () => {
    const bench = createBench();
    const { handle } = setUpCentre(bench);
    expect(setUp(bench, {})).toBe("INVALIDINTERRUPT");
    close(bench, handle);
    expect(setUp(bench, {})).toBe("OKAY");
  });

  it("takes 32 centres, and another one when one was closed", () => {
    const bench = createBench();
    const centres = Array.from({ length: 32 }, (_, index) => setUpCentre(bench, { irq: 60 + index, buffer_size: 32 }));
    expect(setUp(bench, {})).toBe("TOOMANYNOTIFICATIONBUFFERS");
    close(bench, centres[5]!.handle);
    expect(setUp(bench, {})).toBe("OKAY");
  });
});

function close(bench: KernelBench, handle: number): number {
  const place = bench.place(4);
  bench.memory.writeUint32(place, handle);
  expect(bench.call("mvCloseNotifications", place)).toBe("OKAY");
  return place;
}

describe("a record", () => {
  it("goes to the next slot of the ring, over the oldest when it is full, and pends the line each time", () => {
    const bench = createBench();
    const centre = setUpCentre(bench, { buffer_size: 48 });
    for (let tag = 1; tag <= 4; tag++) trigger(bench, centre, tag);
    expect(recordsOf(bench, centre).map(({ tag }) => tag)).toEqual([4, 2, 3]);
    expect(bench.pended).toEqual([lines.tim2, lines.tim2, lines.tim2, lines.tim2]);
  });

  it("holds the microseconds of mvGetMicroseconds, the type and the tag", async () => {
    const bench = createBench();
    const centre = setUpCentre(bench);
    await bench.run(1234.5);
    trigger(bench, centre, 0xffff_fffe, 5);
    const out = bench.place(8);
    bench.call("mvGetMicroseconds", out);
    expect(recordsOf(bench, centre)).toEqual([
      { microseconds: 1234, event_type: "UPDATEDOWNLOADED", tag: 0xffff_fffe },
    ]);
    expect(bench.word(out)).toBe(1234);
  });

  it("of mvTempTriggerNotification has any type's value", () => {
    const bench = createBench();
    const centre = setUpCentre(bench);
    trigger(bench, centre, 1, 0x8000_0001);
    expect(recordsOf(bench, centre)[0]?.event_type).toBe(0x8000_0001);
  });

  it("does not care what the application read or wrote in the ring", () => {
    const bench = createBench();
    const centre = setUpCentre(bench, { buffer_size: 48 });
    trigger(bench, centre, 1);
    bench.memory.writeBytes(centre.buffer, new Uint8Array(48));
    trigger(bench, centre, 2);
    expect(bench.get("MvNotification", centre.buffer + 16).tag).toBe(2);
  });
});

describe("the gap between two records of one centre", () => {
  it("is 1 ms, whether or not the handler ran", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    const { centre } = await goOnline(bench);
    for (let tag = 2; tag <= 4; tag++) requestNetwork(bench, centre.handle, tag);
    await bench.run(10_000);
    const before = recordsOf(bench, centre).length;
    const cutAt = bench.microseconds();
    uplink.cut();
    await bench.run(10_000);
    const times = recordsOf(bench, centre)
      .slice(before)
      .map(({ microseconds }) => microseconds - cutAt);
    expect(times).toEqual([1000, 2000, 3000, 4000]);
  });

  it("does not hold up another centre", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const centres = [setUpCentre(bench), setUpCentre(bench, { irq: lines.tim3 })];
    for (const { handle } of centres) requestNetwork(bench, handle);
    await bench.run(3_000_000);
    const connected = centres.map((centre) => recordsOf(bench, centre).at(-1)?.microseconds);
    expect(connected[0]).toBe(connected[1]);
  });

  it("does not hold for mvTempTriggerNotification", () => {
    const bench = createBench();
    const centre = setUpCentre(bench);
    for (let tag = 1; tag <= 5; tag++) trigger(bench, centre, tag);
    expect(recordsOf(bench, centre).map(({ microseconds }) => microseconds)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe("an overrun", () => {
  it("is reported when more records than the ring holds came since the handler was last entered", () => {
    const bench = createBench();
    const centre = setUpCentre(bench, { buffer_size: 48 });
    for (let tag = 1; tag <= 3; tag++) trigger(bench, centre, tag);
    expect(diagnostics(bench)).toEqual([]);
    trigger(bench, centre, 4);
    expect(diagnostics(bench)).toEqual(["notification-overrun"]);
  });

  it("is not reported when the handler was entered in time", () => {
    const bench = createBench();
    const centre = setUpCentre(bench, { buffer_size: 48 });
    for (let tag = 1; tag <= 12; tag++) {
      trigger(bench, centre, tag);
      if (tag % 3 === 0) handlerEntered(bench.kernel, centre.irq);
    }
    expect(diagnostics(bench)).toEqual([]);
  });

  it("is not prevented by the handler of another line", () => {
    const bench = createBench();
    const centre = setUpCentre(bench, { buffer_size: 32 });
    for (let tag = 1; tag <= 3; tag++) {
      trigger(bench, centre, tag);
      handlerEntered(bench.kernel, lines.tim3);
    }
    expect(diagnostics(bench)).toEqual(["notification-overrun"]);
  });

  it("is reported again after the handler was entered", () => {
    const bench = createBench();
    const centre = setUpCentre(bench, { buffer_size: 32 });
    for (let round = 0; round < 2; round++) {
      for (let tag = 0; tag < 5; tag++) trigger(bench, centre, tag);
      handlerEntered(bench.kernel, centre.irq);
    }
    expect(diagnostics(bench)).toEqual(["notification-overrun", "notification-overrun"]);
  });
});

describe("mvCloseNotifications", () => {
  it("writes zero, and the handle is dead", () => {
    const bench = createBench();
    const centre = setUpCentre(bench);
    const place = close(bench, centre.handle);
    expect(bench.word(place)).toBe(0);
    expect(trigger(bench, centre, 1)).toBe("INVALIDHANDLE");
    bench.memory.writeUint32(place, centre.handle);
    expect(bench.call("mvCloseNotifications", place)).toBe("INVALIDHANDLE");
  });

  it("drops the records that were to come, and later ones; the users of the centre keep working", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const online = await goOnline(bench);
    const channel = openChannel(bench, online);
    expect(bench.call("mvSendConfigFetchRequest", channel.handle, fetchRequest(bench, [{}]))).toBe("OKAY");
    const pended = bench.pended.length;
    const before = recordsOf(bench, online.centre).length;
    close(bench, online.centre.handle);
    await bench.run(2_000_000);
    expect(recordsOf(bench, online.centre).length).toBe(before);
    expect(bench.pended.length).toBe(pended);
    expect(bench.call("mvReadConfigFetchResponseData", channel.handle, bench.place(8))).toBe("OKAY");
    closeChannel(bench, channel);
  });

  it("gives the buffer and the line back", () => {
    const bench = createBench();
    const { handle, buffer, irq } = setUpCentre(bench);
    close(bench, handle);
    expect(setUp(bench, { buffer, irq })).toBe("OKAY");
  });

  it("does not give a new centre the records of the old one", async () => {
    const bench = createBench();
    const old = setUpCentre(bench);
    requestNetwork(bench, old.handle);
    close(bench, old.handle);
    const centre = setUpCentre(bench, { buffer: old.buffer });
    await bench.run(10_000);
    expect(recordsOf(bench, centre)).toEqual([]);
  });
});
