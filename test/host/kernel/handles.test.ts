/** The life cycle of handles: random calls, compared with a model that only knows who lives. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { memberName } from "../../../host/abi/enums.ts";
import { plainDataFromText, plainDataToText } from "../../../host/data/plain-data.ts";
import { createRandom, nextUint32 } from "../../../host/time/random.ts";
import {
  closeChannel,
  goOnline,
  lines,
  notificationSetup,
  openChannel,
  openParams,
  setUpCentre,
} from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

type Kind = "centre" | "request" | "channel";
interface Known {
  readonly handle: number;
  readonly kind: Kind;
  alive: boolean;
  /** A channel's: NONE, or why it died or was closed. */
  reason: string;
}

const operations = [
  "setUp",
  "closeCentre",
  "request",
  "release",
  "status",
  "open",
  "closeChannel",
  "reason",
  "run",
] as const;
const step = fc.record({
  what: fc.constantFrom(...operations),
  // Which of the handles ever given out; the first two are zero and one that nobody gave out.
  first: fc.nat(30),
  second: fc.nat(30),
});

interface Model {
  readonly known: Known[];
  readonly opens: number[];
  connected: boolean;
  readonly closed: Known[];
}

function living({ known }: Model, kind: Kind): Known[] {
  return known.filter((candidate) => candidate.kind === kind && candidate.alive);
}

function find(model: Model, handle: number, kind: Kind): Known | undefined {
  return living(model, kind).find((candidate) => candidate.handle === handle);
}

/** Makes one call, and says what the model expects of it. */
async function perform(bench: KernelBench, model: Model, what: (typeof operations)[number], a: number, b: number) {
  const place = bench.place(4);
  const born = (kind: Kind, status: string): void => {
    const handle = bench.word(place);
    if (status !== "OKAY") return;
    expect(handle).not.toBe(0);
    expect(model.known.map((known) => known.handle)).not.toContain(handle);
    model.known.push({ handle, kind, alive: true, reason: "NONE" });
  };
  const destroy = (call: "mvCloseNotifications" | "mvReleaseNetwork" | "mvCloseChannel", kind: Kind): void => {
    bench.memory.writeUint32(place, a);
    const own = find(model, a, kind);
    expect(bench.call(call, place)).toBe(own ? "OKAY" : "INVALIDHANDLE");
    expect(bench.word(place)).toBe(own ? 0 : a);
    if (own) own.alive = false;
  };
  switch (what) {
    case "setUp": {
      const irq = 60 + model.known.filter(({ kind }) => kind === "centre").length;
      const setup = notificationSetup(bench, { irq, buffer_size: 32 });
      const status = bench.call("mvSetupNotifications", bench.put("MvNotificationSetup", setup), place);
      expect(status).toBe(living(model, "centre").length < 32 ? "OKAY" : "TOOMANYNOTIFICATIONBUFFERS");
      return born("centre", status);
    }
    case "closeCentre":
      return destroy("mvCloseNotifications", "centre");
    case "request": {
      const v1 = { notification_handle: a, notification_tag: 0 };
      const status = bench.call("mvRequestNetwork", bench.put("MvRequestNetworkParams", { version: 1, v1 }), place);
      expect(status).toBe(a === 0 || find(model, a, "centre") ? "OKAY" : "INVALIDHANDLE");
      return born("request", status);
    }
    case "release":
      destroy("mvReleaseNetwork", "request");
      if (living(model, "request").length > 0) return;
      model.connected = false;
      for (const channel of living(model, "channel"))
        if (channel.reason === "NONE") channel.reason = "NETWORKDISCONNECTED";
      return;
    case "status":
      expect(bench.call("mvGetNetworkStatus", a, place)).toBe(find(model, a, "request") ? "OKAY" : "INVALIDHANDLE");
      return;
    case "open": {
      const online = { centre: { handle: a, buffer: 0, slots: 2, irq: lines.tim2 }, network: b, networkPlace: 0 };
      const params = bench.put("MvOpenChannelParams", { version: 1, v1: openParams(bench, online) });
      const now = bench.microseconds();
      let expected = "OKAY";
      if (!find(model, a, "centre") || !find(model, b, "request")) expected = "INVALIDHANDLE";
      else if (!model.connected) expected = "NETWORKNOTCONNECTED";
      else if (model.opens.filter((at) => now - at < 1_000_000).length >= 8) expected = "RATELIMITED";
      else if (living(model, "channel").filter(({ reason }) => reason === "NONE").length >= 4)
        expected = "TOOMANYCHANNELS";
      const status = bench.call("mvOpenChannel", params, place);
      expect(status).toBe(expected);
      if (status === "OKAY") model.opens.push(now);
      return born("channel", status);
    }
    case "closeChannel": {
      const own = find(model, a, "channel");
      destroy("mvCloseChannel", "channel");
      if (own?.reason === "NONE") own.reason = "CLOSEDBYAPPLICATION";
      if (own) model.closed.push(own);
      return;
    }
    case "reason": {
      const own = find(model, a, "channel") ?? model.closed.slice(-32).find(({ handle }) => handle === a);
      expect(bench.call("mvGetChannelClosureReason", a, place)).toBe(own ? "OKAY" : "INVALIDHANDLE");
      if (own) expect(memberName("MvClosureReason", bench.word(place))).toBe(own.reason);
      return;
    }
    case "run":
      await bench.run(700_000 * 4);
      model.connected = living(model, "request").length > 0;
  }
}

it("are typed, unique and non-zero, die once, and leave a state that is plain data", async () => {
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(step, { minLength: 20, maxLength: 80 }), async (seed, steps) => {
      const bench = createBench({ uplink: scriptedUplink(), seed });
      const model: Model = { known: [], opens: [], connected: false, closed: [] };
      // So that random sequences come to channels often enough.
      for (const what of ["setUp", "request", "run"] as const) {
        await perform(bench, model, what, model.known[0]?.handle ?? 0, 0);
      }
      for (const { what, first, second } of steps) {
        const handles = [...model.known.map(({ handle }) => handle), 0, 0xdead];
        const [a, b] = [first, second].map((index) => handles[index % handles.length]!) as [number, number];
        await perform(bench, model, what, a, b);
        if (what === "open" && model.opens.length > 0) reached.add("open");
      }
      const { state, queue, random } = bench.kernel;
      const roots = { state, queue, random };
      expect(plainDataFromText(plainDataToText(roots))).toEqual(roots);
    }),
    { numRuns: 100 },
  );
  expect(reached).toContain("open");
});

it("differ from those that live and from the closed channels that are remembered, whatever the generator says", async () => {
  const bench = createBench({ uplink: scriptedUplink() });
  const { streams } = bench.kernel.random;
  const online = await goOnline(bench);
  const channel = openChannel(bench, online);
  closeChannel(bench, channel);
  const taken = [online.centre.handle, online.network, channel.handle];
  // The generator begins again, and gives the same numbers.
  delete streams.handles;
  const next = setUpCentre(bench, { irq: lines.tim3 }).handle;
  expect(taken).not.toContain(next);
  // Three were drawn and refused before it.
  expect(next).toBe(fourthHandle());
});

function fourthHandle(): number {
  const random = createRandom(1);
  return [0, 1, 2, 3].map(() => nextUint32(random, "handles")).at(-1)!;
}
