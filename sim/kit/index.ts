/** The test kit without a framework: `import { simulate } from "microvisor-sim/test"`. */

export type { Call } from "./calls.ts";
export { type Check, checks, type ExpectedCall } from "./checks.ts";
export type { Fetched } from "./fetched.ts";
export type { FaultsHand, InjectedAnswer, NetworkHand } from "./hands.ts";
export type { OpenHandles } from "./observed.ts";
export type { Duration } from "./options.ts";
export { type Condition, type Entries, type SimulateOptions, type Simulation, simulate } from "./simulation.ts";
