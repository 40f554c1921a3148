/**
 * What things cost beside the guest's own instructions, in core cycles. Part of the cost model: a change of a number
 * here is a new version of it, since it moves every trace.
 */

export interface McuCosts {
  /** A system call, from its entry to its return. */
  readonly syscallCycles: number;
  /** A CMSIS intrinsic, or a call of the language's runtime. */
  readonly mcuCallCycles: number;
  readonly interruptEntryCycles: number;
  readonly interruptExitCycles: number;
  /** From a reset to the first instruction. */
  readonly resetCycles: number;
}

export const defaultCosts: McuCosts = {
  // 5 us: a gate into the secure world, checks, and back.
  syscallCycles: 800,
  mcuCallCycles: 4,
  // The Cortex-M33's latency, and its return.
  interruptEntryCycles: 12,
  interruptExitCycles: 12,
  // 100 ms; so firmware that resets at once comes to its time limit too.
  resetCycles: 16_000_000,
};
