import { expect, it } from "vitest";
import { compileText, labelled } from "../compile-text.ts";
import { runOnDevice } from "../real-device.ts";

const firmware = await compileText(`
import {
  __disable_irq, __enable_irq, clock, log, MvEventType, mvTempTriggerNotification, notifications, Outcome, SysTick_Config,
} from "microvisor-sim/firmware/sdk";
export { SysTick_Handler, TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";

function report(label: string, value: i64): void {
  log(label + "=" + value.toString());
}
function trigger(type: MvEventType, tag: u32): void {
  mvTempTriggerNotification(notifications.handle(), type, tag);
}
export function main(): i32 {
  report("handle before open", notifications.handle());
  notifications.open();
  report("nothing yet", notifications.take(3));

  trigger(MvEventType.MV_EVENTTYPE_CHANNELNOTCONNECTED, 3);
  trigger(MvEventType.MV_EVENTTYPE_CHANNELDATAREADABLE, 3);
  report("other tag", notifications.take(4));
  report("first", notifications.take(3));
  report("second", notifications.take(3));
  report("third", notifications.take(3));

  __disable_irq();
  for (let i = 0; i < 3; i++) trigger(<MvEventType>(1 + i), 5);
  __enable_irq();
  report("under one interrupt", notifications.take(5) * 100 + notifications.take(5) * 10 + notifications.take(5));

  __disable_irq();
  for (let i = 0; i < 11; i++) trigger(MvEventType.MV_EVENTTYPE_CHANNELDATAREADABLE, 6);
  __enable_irq();
  report("overrun", notifications.take(6));
  trigger(MvEventType.MV_EVENTTYPE_UPDATEDOWNLOADED, 6);
  report("after overrun", notifications.take(6));

  trigger(MvEventType.MV_EVENTTYPE_UPDATEDOWNLOADED, 16);
  trigger(<MvEventType>40, 7);
  report("tag too large", notifications.take(16));
  report("type too large", notifications.take(7));

  trigger(MvEventType.MV_EVENTTYPE_UPDATEDOWNLOADED, 7);
  notifications.forget(7);
  report("forgotten", notifications.take(7));

  trigger(MvEventType.MV_EVENTTYPE_UPDATEDOWNLOADED, 8);
  report("wait for what has come", notifications.wait(8, 100));
  const before = clock.microseconds();
  report("wait in vain", notifications.wait(8, 250));
  report("waited", clock.microseconds() - before);

  notifications.open();
  notifications.close();
  report("still open", notifications.handle() != 0 ? 1 : 0);
  report("last close", notifications.close());
  report("handle after close", notifications.handle());
  report("close again", notifications.close());
  report("open again", notifications.open());
  trigger(MvEventType.MV_EVENTTYPE_CHANNELDATAREADABLE, 9);
  report("works again", notifications.take(9));
  return 0;
}
`);
const { logs, result } = await runOnDevice(firmware);
const value = labelled(logs);

it("ends by itself", () => expect(result).toMatchObject({ reason: "finished" }));

it("has no handle while the centre is closed", () => {
  expect(value).toMatchObject({ "handle before open": "0", "handle after close": "0" });
});

it("takes the events of one tag, the lowest type first, each once", () => {
  expect(value).toMatchObject({ "nothing yet": "0", "other tag": "0", first: "2", second: "4", third: "0" });
});

it("takes all records that one interrupt stands for", () => expect(value["under one interrupt"]).toBe("123"));

it("finds its place in the ring again after an overrun", () => {
  expect(value).toMatchObject({ overrun: "2", "after overrun": "5" });
});

it("drops records with a tag or a type that it has no room for", () => {
  expect(value).toMatchObject({ "tag too large": "0", "type too large": "0" });
});

it("forgets on demand", () => expect(value.forgotten).toBe("0"));

it("waits for an event, or to the first tick after the time-out", () => {
  expect(value).toMatchObject({ "wait for what has come": "5", "wait in vain": "0" });
  expect(Number(value.waited)).toBeGreaterThanOrEqual(250_000);
  expect(Number(value.waited)).toBeLessThan(350_100);
});

it("closes at the last close, and can be opened again", () => {
  expect(value).toMatchObject({
    "still open": "1",
    "last close": "0",
    "close again": "0",
    "open again": "0",
    "works again": "2",
  });
});
