import { describe, expect, it } from "vitest";
import { compileAssemblyScript } from "../../sim/firmware/compile.ts";
import { runScripted, type Script } from "./scripted-kernel.ts";

const { binary } = await compileAssemblyScript("firmware/apps/config-poller.ts");
const run = (script: Script) => runScripted(binary, { stopAfterMilliseconds: 30_000, ...script });
const texts = (outcome: Awaited<ReturnType<typeof run>>) => outcome.logs.map(({ text }) => text);
const seconds = (outcome: Awaited<ReturnType<typeof run>>) => outcome.logs.map(({ at }) => Math.round(at / 1e6));

/** Answers one value after another, and then the last one for ever. */
function sequence(...answers: (string | undefined)[]): () => string | undefined {
  return () => (answers.length > 1 ? answers.shift() : answers[0]);
}

describe("config-poller", () => {
  it("never ends by itself, and sleeps between two readings", async () => {
    const outcome = await run({ values: { "0/1/greeting": "Hi" } });
    expect(outcome.exit).toBeUndefined();
    expect(outcome.calls.filter((call) => call === "mvOpenChannel")).toHaveLength(6);
    expect(outcome.held).toEqual(["notifications", "network"]);
  });

  it("logs a value when it changes, and only then", async () => {
    const outcome = await run({ values: { "0/1/greeting": sequence("Hi", "Hi", undefined, "Hello") } });
    expect(texts(outcome)).toEqual(["greeting: Hi", "greeting: Hello"]);
    expect(seconds(outcome)).toEqual([1, 16]);
  });

  it("reads as often as report_interval_s says, from its next reading on", async () => {
    const outcome = await run({ values: { "0/1/report_interval_s": sequence("2", "10") } });
    expect(texts(outcome)).toEqual(["report_interval_s: 2", "report_interval_s: 10"]);
    expect(seconds(outcome)).toEqual([1, 3]);
    expect(outcome.calls.filter((call) => call === "mvOpenChannel")).toHaveLength(4);
  });

  it.each(["", "soon", "0", "-1", "3601"])("does not obey a report_interval_s of %j", async (value) => {
    const outcome = await run({ values: { "0/1/report_interval_s": value } });
    expect(outcome.logs).toEqual([]);
    expect(outcome.calls.filter((call) => call === "mvOpenChannel")).toHaveLength(6);
  });

  it("tries again with a doubled pause while the channel dies, and forgets the pauses after a success", async () => {
    const outcome = await run({
      values: { "0/1/greeting": sequence("Hi") },
      onSend: (count) => (count <= 3 || count === 5 ? "closeChannel" : "answer"),
    });
    const lost = "no configs: channel lost (waiting for the configs: status 15); again in";
    expect(texts(outcome)).toEqual([`${lost} 1 s`, `${lost} 2 s`, `${lost} 4 s`, "greeting: Hi", `${lost} 1 s`]);
    expect(outcome.held).toEqual(["notifications", "network"]);
  });

  it("closes the channel of a request that is never answered", async () => {
    const outcome = await run({ onSend: () => "ignore", stopAfterMilliseconds: 10_000 });
    expect(texts(outcome)[0]).toBe("no configs: timed out (waiting for the configs); again in 1 s");
    expect(outcome.calls).toContain("mvCloseChannel");
  });

  it("gives the request for the network back when no network comes, and asks again", async () => {
    const outcome = await run({ offline: true, stopAfterMilliseconds: 60_000 });
    expect(texts(outcome)[0]).toBe("no configs: timed out (waiting for the network); again in 1 s");
    expect(texts(outcome).at(-1)).toMatch(/again in 8 s$/);
    const requests = outcome.calls.filter((call) => call === "mvRequestNetwork").length;
    expect(outcome.calls.filter((call) => call === "mvReleaseNetwork").length).toBeGreaterThanOrEqual(requests - 1);
  });
});
