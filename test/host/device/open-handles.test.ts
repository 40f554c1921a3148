/** The diagnostic `handle-left-open`, on programs that return with something open. */

import { beforeAll, describe, expect, it } from "vitest";
import type { DeviceOptions } from "../../../host/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { rehearse } from "./rehearsal.ts";

/** Takes a centre, a system notification, the network and the flash; the console says which it gives back, and how it ends. */
const source = `
import {
  MvNotificationSetup, MvOpenSystemNotificationParams, MvRequestNetworkParams, mvCloseNotifications,
  mvCloseSystemNotification, mvExternalFlashClose, mvExternalFlashOpen, mvOpenSystemNotification, mvReleaseNetwork,
  mvRequestNetwork, mvSetupNotifications, mvTestingComplete, mcu_uart_read,
} from "microvisor-sim/firmware/sdk";

const RING = memory.data(256, 16);
const CENTRE = memory.data(4, 4);
const SYSTEM = memory.data(4, 4);
const NETWORK = memory.data(4, 4);
const FLASH = memory.data(4, 4);
const ORDERS = memory.data(16);

export function main(): i32 {
  const setup = changetype<MvNotificationSetup>(memory.data(12, 4));
  setup.irq = 41;
  setup.buffer = RING;
  setup.buffer_size = 256;
  mvSetupNotifications(setup, CENTRE);
  const system = changetype<MvOpenSystemNotificationParams>(memory.data(12, 4));
  system.notification_handle = load<u32>(CENTRE);
  mvOpenSystemNotification(system, SYSTEM);
  const request = changetype<MvRequestNetworkParams>(memory.data(12, 4));
  request.version = 1;
  mvRequestNetwork(request, NETWORK);
  mvExternalFlashOpen(FLASH);
  const orders = mcu_uart_read(ORDERS, 16);
  for (let order: u32 = 0; order < orders; order++) {
    switch (load<u8>(ORDERS + order)) {
      case 0x66: mvExternalFlashClose(FLASH); break; // f
      case 0x6e: mvReleaseNetwork(NETWORK); break; // n
      case 0x73: mvCloseSystemNotification(SYSTEM); break; // s
      case 0x63: mvCloseNotifications(CENTRE); break; // c
      case 0x74: mvTestingComplete(0); break; // t
      default: return 1;
    }
  }
  return 0;
}`;

let firmware: Uint8Array;
beforeAll(async () => {
  firmware = await compileText(source);
});

async function run(orders: string, options: Partial<DeviceOptions> = {}) {
  const inputs = [{ atMicroseconds: 0, name: "uart", detail: { bytes: Buffer.from(orders).toString("hex") } }];
  const device = { inputs, externalFlash: true, testMode: true, ...options };
  const { result, events } = await rehearse({ firmware, device });
  const said = events.flatMap((event) => (event.kind === "diagnostic" ? [`${event.id}: ${event.message}`] : []));
  return { result, events, said };
}

describe("handle-left-open", () => {
  it("is said at the program's end of each handle that is open: which call gave it, when, and what gives it back", async () => {
    const { result, events, said } = await run("");
    expect(result.reason).toBe("finished");
    const opened = events.flatMap((event) =>
      event.kind === "call" && event.name !== "mcu_uart_read" ? [(event.cycles / 160_000).toFixed(3)] : [],
    );
    expect(said).toEqual([
      expect.stringMatching(
        `^handle-left-open: the notification handle 0x[0-9a-f]{8} that mvSetupNotifications gave at ${opened[0]} ms .*mvCloseNotifications`,
      ),
      expect.stringMatching(`system notification handle .* mvOpenSystemNotification gave at ${opened[1]} ms .*`),
      expect.stringMatching(`network handle .* mvRequestNetwork gave at ${opened[2]} ms .*mvReleaseNetwork`),
      expect.stringMatching(`external flash handle .* mvExternalFlashOpen gave at ${opened[3]} ms .*`),
    ]);
    expect(events.at(-1)).toMatchObject({ kind: "end", reason: "finished" });
  });

  it("is not said of what was given back", async () => {
    expect((await run("fnsc")).said).toEqual([]);
    expect((await run("fsc")).said).toEqual([expect.stringContaining("the network handle")]);
  });

  it("is not said when the program fails, ends its test, or is stopped", async () => {
    expect(await run("?")).toMatchObject({ result: { reason: "failed" }, said: [] });
    expect(await run("t")).toMatchObject({ result: { reason: "finished" }, said: [] });
    expect(await run("", { stopAfterMicroseconds: 10 })).toMatchObject({ result: { reason: "stopped" }, said: [] });
  });

  it("is a fault by the option strict", async () => {
    const { result, events } = await run("fns", { strict: ["handle-left-open"] });
    expect(result).toMatchObject({ reason: "fault", fault: { code: "ERR_MVSIM_DIAGNOSTIC" } });
    expect(events.slice(-3).map(({ kind }) => kind)).toEqual(["diagnostic", "fault", "end"]);
  });
});
