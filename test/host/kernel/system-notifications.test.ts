/** System notifications: sources, delays, and what becomes of them with their centre. */

import { expect, it } from "vitest";
import { downloadUpdate } from "../../../host/kernel/system-notifications.ts";
import {
  goOnline,
  lines,
  openSystemNotification,
  recordNames,
  recordsOf,
  requestNetwork,
  setUpCentre,
} from "./firmware-steps.ts";
import { createBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

const network = 0;
const updates = 1;
const changed = "NETWORKSTATUSCHANGED";
const downloaded = "UPDATEDOWNLOADED";

it("the network source reports every change of status, as many as there are", async () => {
  const uplink = scriptedUplink();
  const bench = createBench({ uplink });
  const centre = setUpCentre(bench);
  openSystemNotification(bench, centre.handle, network, 77);
  const request = requestNetwork(bench, 0);
  await bench.run(3_000_000);
  expect(recordNames(bench, centre)).toEqual([`${changed} 77`, `${changed} 77`]);
  uplink.cut();
  await bench.run(10_000);
  expect(recordsOf(bench, centre)).toHaveLength(3);
  bench.call("mvReleaseNetwork", request);
  await bench.run(10_000);
  expect(recordsOf(bench, centre)).toHaveLength(4);
});

it("a released request hears nothing of its end, and the system source does", async () => {
  const bench = createBench({ uplink: scriptedUplink() });
  const { centre, networkPlace } = await goOnline(bench);
  const other = setUpCentre(bench, { irq: lines.tim3 });
  openSystemNotification(bench, other.handle, network);
  const before = recordsOf(bench, centre).length;
  bench.call("mvReleaseNetwork", networkPlace);
  await bench.run(10_000);
  expect(recordsOf(bench, centre)).toHaveLength(before);
  expect(recordsOf(bench, other)).toHaveLength(1);
});

it("a record follows its change by a millisecond, and the record before it by as much", async () => {
  const bench = createBench();
  const centre = setUpCentre(bench);
  openSystemNotification(bench, centre.handle, updates, 1);
  openSystemNotification(bench, centre.handle, updates, 2);
  downloadUpdate(bench.kernel);
  await bench.run(999);
  expect(recordsOf(bench, centre)).toEqual([]);
  await bench.run(1);
  expect(recordNames(bench, centre)).toEqual([`${downloaded} 1`]);
  await bench.run(999);
  expect(recordsOf(bench, centre)).toHaveLength(1);
  await bench.run(1);
  expect(recordNames(bench, centre)).toEqual([`${downloaded} 1`, `${downloaded} 2`]);
  expect(bench.pended).toEqual([centre.irq, centre.irq]);
});

it("each source reports its own events only", async () => {
  const bench = createBench();
  const centre = setUpCentre(bench);
  openSystemNotification(bench, centre.handle, network, 1);
  openSystemNotification(bench, centre.handle, updates, 2);
  requestNetwork(bench, 0);
  await bench.run(10_000);
  downloadUpdate(bench.kernel);
  await bench.run(10_000);
  expect(recordNames(bench, centre)).toEqual([`${changed} 1`, `${downloaded} 2`]);
});

it("an update that waits already is reported to whoever asks later", async () => {
  const bench = createBench();
  downloadUpdate(bench.kernel);
  const centre = setUpCentre(bench);
  openSystemNotification(bench, centre.handle, network, 1);
  openSystemNotification(bench, centre.handle, updates, 2);
  await bench.run(10_000);
  expect(recordNames(bench, centre)).toEqual([`${downloaded} 2`]);
});

it("closing one drops its records, writes zero, and leaves the others", async () => {
  const bench = createBench();
  const centre = setUpCentre(bench);
  const { handle, place } = openSystemNotification(bench, centre.handle, updates, 1);
  openSystemNotification(bench, centre.handle, updates, 2);
  downloadUpdate(bench.kernel);
  expect(bench.call("mvCloseSystemNotification", place)).toBe("OKAY");
  expect(bench.word(place)).toBe(0);
  await bench.run(10_000);
  expect(recordNames(bench, centre)).toEqual([`${downloaded} 2`]);
  bench.memory.writeUint32(place, handle);
  expect(bench.call("mvCloseSystemNotification", place)).toBe("INVALIDHANDLE");
});

it("when its centre goes it lives on, and is heard no more", async () => {
  const bench = createBench();
  const centre = setUpCentre(bench);
  const { place } = openSystemNotification(bench, centre.handle, updates, 1);
  const centrePlace = bench.place(4);
  bench.memory.writeUint32(centrePlace, centre.handle);
  expect(bench.call("mvCloseNotifications", centrePlace)).toBe("OKAY");
  downloadUpdate(bench.kernel);
  await bench.run(10_000);
  expect(recordsOf(bench, centre)).toEqual([]);
  expect(bench.call("mvCloseSystemNotification", place)).toBe("OKAY");
});

it("a handle of another kind is refused", async () => {
  const bench = createBench();
  const centre = setUpCentre(bench);
  const request = requestNetwork(bench, 0);
  expect(bench.call("mvCloseSystemNotification", request)).toBe("INVALIDHANDLE");
  const params = { notification_handle: bench.word(request), notification_tag: 1, notification_source: network };
  const place = bench.put("MvOpenSystemNotificationParams", params);
  expect(bench.call("mvOpenSystemNotification", place, bench.place(4))).toBe("INVALIDHANDLE");
  expect(bench.call("mvGetNetworkStatus", openSystemNotification(bench, centre.handle, 0).handle, bench.place(4))).toBe(
    "INVALIDHANDLE",
  );
});
