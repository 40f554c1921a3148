/**
 * The kit's checks as vitest matchers: `import "microvisor-sim/vitest"` in a test or a setup file. `simulate` from here
 * closes its device when the test ends.
 */

import { expect, onTestFinished, Snapshots } from "vitest";
import { checks, type ExpectedCall } from "../kit/checks.ts";
import type { Duration } from "../kit/options.ts";
import { type SimulateOptions, type Simulation, simulate as simulateAnywhere } from "../kit/simulation.ts";

export type { Simulation } from "../kit/simulation.ts";

/** As `simulate` of `microvisor-sim/test`, until the end of this test. */
export async function simulate(options: SimulateOptions): Promise<Simulation> {
  const simulation = await simulateAnywhere(options);
  onTestFinished(() => simulation.close());
  return simulation;
}

interface SimulationMatchers<Result = unknown> {
  /** @param expected its status, arguments (those that are named), how often */
  toHaveCalled(name: string, expected?: ExpectedCall): Result;
  /** Others may be in between. */
  toHaveCalledInOrder(names: readonly string[]): Result;
  toHaveFetched(key: string, value?: string): Result;
  /** With mvServerLog or on its UART. */
  toHaveLogged(text: string | RegExp): Result;
  toHaveReleasedEverything(): Result;
  toHaveFaulted(code?: string): Result;
  /** In virtual time; runs the device until then. To be awaited. */
  toFinishWithin(time: Duration): Promise<Result>;
  /** The flow of the run, as a snapshot. */
  toMatchFlow(name?: string): Result;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: it must be declared as vitest declares it
  interface Matchers<T = any> extends SimulationMatchers<T> {}
}

expect.extend({
  toHaveCalled: (received: unknown, name: string, expected?: ExpectedCall) =>
    checks.called(simulationOf(received), name, expected),
  toHaveCalledInOrder: (received: unknown, names: readonly string[]) =>
    checks.calledInOrder(simulationOf(received), names),
  toHaveFetched: (received: unknown, key: string, value?: string) => checks.fetched(simulationOf(received), key, value),
  toHaveLogged: (received: unknown, text: string | RegExp) => checks.logged(simulationOf(received), text),
  toHaveReleasedEverything: (received: unknown) => checks.releasedEverything(simulationOf(received)),
  toHaveFaulted: (received: unknown, code?: string) => checks.faulted(simulationOf(received), code),
  toFinishWithin: (received: unknown, time: Duration) => checks.finishesWithin(simulationOf(received), time),
  toMatchFlow(received: unknown, name?: string) {
    return Snapshots.toMatchSnapshot.call(this, simulationOf(received).flow(), name);
  },
});

/** What is tested must be a simulation: `expect(device.run())` is easily written. */
function simulationOf(received: unknown): Simulation {
  if (typeof received === "object" && received !== null && "saveTrace" in received) return received as Simulation;
  throw new TypeError("This matcher is for what simulate() answers: expect(device).…");
}
