import { expect, it } from "vitest";
import { createDevice, type TimedInput, type TraceEvent } from "../../../host/index.ts";
import { firmware, rehearse } from "./rehearsal.ts";

const uart = (atMicroseconds: number, text: string): TimedInput => ({
  atMicroseconds,
  name: "uart",
  detail: { bytes: Buffer.from(text).toString("hex") },
});
const pin = (atMicroseconds: number, name: string, level: 0 | 1 | null): TimedInput => ({
  atMicroseconds,
  name: "gpio",
  detail: { pin: name, level },
});

const logs = (events: readonly TraceEvent[]) => events.flatMap((event) => (event.kind === "log" ? [event.text] : []));

it("an LED blinks, and a button stops it at the very microsecond", async () => {
  const { result, events } = await rehearse({
    firmware: await firmware("firmware/apps/blinky.ts"),
    device: { inputs: [pin(600_000, "PC13", 1), pin(610_000, "PC13", 0), pin(1_100_000, "PC13", 1)] },
  });
  expect(result.reason).toBe("finished");
  expect(logs(events)).toEqual(["blinking", "stopped by the button", "blinking again", "done"]);
  const led = events.flatMap((event) => (event.kind === "gpio" && event.pin === "PA5" ? [event.level] : []));
  expect(led).toEqual([1, 0, 1, 0, 1, 0]);
  const handler = events.filter((event) => event.kind === "interrupt" && event.name === "EXTI13");
  expect(handler.map((event) => Math.floor(event.cycles / 160))).toEqual([
    ...[600_000, 600_000, 600_000],
    ...[1_100_000, 1_100_000, 1_100_000],
  ]);
});

it("bytes that come in call the UART's handler, and go out again line by line", async () => {
  const { result, events } = await rehearse({
    firmware: await firmware("test/host/device/fixtures/peripherals.ts"),
    device: { inputs: [uart(1000, "hel"), uart(2000, "lo\nend"), uart(3000, "!"), pin(1500, "PA3", 0)] },
  });
  expect(result).toMatchObject({ reason: "failed", status: 10 });
  expect(logs(events)).toEqual(["hello", "end!"]);
  expect(events).toContainEqual(expect.objectContaining({ kind: "diagnostic", id: "unknown-pin" }));
});

it("a pin that nobody drives has its resistor's level", async () => {
  const { result } = await rehearse({
    firmware: await firmware("test/host/device/fixtures/peripherals.ts"),
    device: { inputs: [pin(1500, "PA3", 0), pin(1600, "PA3", null), uart(3000, "!")] },
  });
  expect(result).toMatchObject({ reason: "failed", status: 11 });
});

it("inputs while the device stands come at the next boundary", async () => {
  const device = await createDevice({ firmware: await firmware("test/host/device/fixtures/peripherals.ts") });
  await device.advance(5000);
  device.input("uart", { bytes: "21" });
  expect(await device.run()).toMatchObject({ reason: "failed", status: 11, microseconds: 5000 });
});

it.each([
  ["gpio", { pin: "PA16", level: 1 }],
  ["gpio", { pin: "PA1", level: 2 }],
  ["gpio", null],
  ["uart", { bytes: "4" }],
  ["uart", { text: "hello" }],
])("an input that says too little is refused: %s %j", async (name, detail) => {
  const options = { firmware: await firmware("test/host/device/fixtures/peripherals.ts") };
  const device = await createDevice(options);
  expect(() => device.input(name, detail)).toThrow(expect.objectContaining({ code: "ERR_MVSIM_INVALID_INPUT" }));
  await expect(createDevice({ ...options, inputs: [{ atMicroseconds: 0, name, detail }] })).rejects.toMatchObject({
    code: "ERR_MVSIM_INVALID_INPUT",
  });
});
