/**
 * The device: the only place that puts core, MCU, kernel and uplink together. The uplink and the platform come in from
 * outside, so that a device lives wherever WebAssembly does.
 */

import {
  type DeviceOptions,
  defaultDeviceSid,
  defaultEpochMilliseconds,
  type Platform,
  type RunResult,
} from "./device-options.ts";
import { SimulatorError } from "./fault/fault.ts";
import { createDispatch } from "./kernel/dispatch.ts";
import { kernelCalls, kernelEvents, takeOutsideInput } from "./kernel/kernel.ts";
import { closeLink } from "./kernel/link.ts";
import { defaultNetworkModel } from "./kernel/network-model.ts";
import { handlerEntered } from "./kernel/notifications.ts";
import type { Kernel } from "./kernel/ports.ts";
import { createKernelState, type KernelState, rebootKernelState } from "./kernel/state.ts";
import { wallTimeMicroseconds } from "./kernel/time.ts";
import { assemblyScriptCalls } from "./mcu/assemblyscript-runtime.ts";
import { cmsisCalls, ResetRequest, waitForInterrupt } from "./mcu/cmsis.ts";
import type { Core, ImportedCall, Memory } from "./mcu/core.ts";
import { defaultCosts } from "./mcu/costs.ts";
import {
  contextName,
  createHeldMcuState,
  createMcuState,
  type McuPorts,
  type McuState,
  pendInterrupt,
  releaseMcu,
} from "./mcu/mcu.ts";
import { createWasmCore } from "./mcu/wasm/core.ts";
import { prepareModule } from "./mcu/wasm/prepare/prepare.ts";
import { type Running, runDevice, TestingComplete } from "./run.ts";
import { cyclesOf, cyclesPerMicrosecond } from "./time/cycles.ts";
import { createQueue, nextDue, type QueueState, schedule } from "./time/queue.ts";
import { createRandom, nextFraction, type RandomState } from "./time/random.ts";
import type { TraceSink } from "./trace/events.ts";
import { stamp } from "./trace/stamp.ts";

/** Ports whose roots are replaced as a whole. */
type Changeable<Ports> = { -readonly [Port in keyof Ports]: Ports[Port] };

/** All of a device's state beside its core's: plain data. */
export interface DeviceState {
  queue: QueueState;
  random: RandomState;
  kernel: KernelState;
  mcu: McuState;
}

export interface Device {
  /**
   * Switches the device on, and runs it to its end. A device runs once.
   * @throws SimulatorError when the service can't be reached or refuses the device before it ever welcomed it, and when
   * the firmware calls what is not simulated
   */
  run(): Promise<RunResult>;
  /** Ends the run soon, with `interrupted`. */
  stop(): void;
  /** The firmware's memory. */
  readonly memory: Memory;
  /** Everything but the core, as it is at this moment. Plain data; legal to keep, not to change. */
  readonly state: DeviceState;
  /** Puts a state in the place of the present one. */
  replaceState(state: DeviceState): void;
  /** The device's wall clock, in milliseconds since 1970: the clock that an in-process service runs on. */
  wallTimeMilliseconds(): number;
}

const deviceSidForm = /^UV[0-9a-f]{32}$/;

/**
 * Checks and prepares the firmware, and makes a device that can run it.
 * @throws SimulatorError when the firmware or an option can't be used; its code says why
 */
export async function createDevice(options: DeviceOptions, platform: Platform): Promise<Device> {
  const costs = { ...defaultCosts, ...options.costs };
  const seed = options.seed ?? 1;
  const deviceSid = options.deviceSid ?? defaultDeviceSid;
  if (!deviceSidForm.test(deviceSid)) {
    throw new SimulatorError(
      "ERR_MVSIM_INVALID_DEVICE",
      `${deviceSid} is no device SID: those are UV and 32 lower-case hex digits`,
    );
  }

  let state: DeviceState = {
    queue: createQueue(),
    random: createRandom(seed),
    kernel: createKernelState(),
    mcu: createMcuState(),
  };
  let core: Core;
  let sequence = 0;
  const listener = options.trace;
  // What a call does, it does at the moment of its entry; its return is as much later as it costs.
  const moment = (kind: string) => core.now() + (kind === "return" ? costs.syscallCycles : 0);
  const trace: TraceSink = listener && ((body) => listener(stamp(sequence++, moment(body.kind), body)));

  // Fields that `attach` sets, and no getters, which would be other functions for each device: nothing that V8 has
  // learnt of one device would be true of the next.
  const kernel = {
    results: undefined,
    now: () => core.now(),
    pend: (irq) => pendInterrupt(mcu, irq),
    inHandler: () => state.mcu.nvic.active.length > 0,
    wait: () => waitForInterrupt(mcu),
    takeTime: (cycles) => core.elapse(cycles),
    restart({ wakeReason, delayMicroseconds }) {
      throw new ResetRequest(wakeReason, delayMicroseconds);
    },
    completeTesting(status) {
      throw new TestingComplete(status);
    },
    trace,
    uplink: options.uplink,
    activity: () => running.activity(),
    settings: {
      deviceSid,
      token: options.token ?? "",
      epochMicroseconds: (options.epochMilliseconds ?? defaultEpochMilliseconds) * 1000,
      network: { ...defaultNetworkModel, ...options.network },
    },
  } as Changeable<Kernel>;

  const mcu = {
    trace,
    costs,
    handleEvent(event) {
      if (event.kind !== "boot") return kernelEvents[event.kind]?.(kernel, event as never);
      releaseMcu(state.mcu);
      return running.booted();
    },
    takeOutsideInput: () => takeOutsideInput(kernel),
    handlerEntered: (irq) => handlerEntered(kernel, irq),
  } as Changeable<McuPorts>;

  const attach = (nextCore: Core, nextState: DeviceState): void => {
    core = nextCore;
    state = nextState;
    Object.assign(kernel, { state: state.kernel, queue: state.queue, random: state.random, memory: core.memory });
    Object.assign(mcu, { core, state: state.mcu, queue: state.queue });
  };

  const wallTimeMilliseconds = () => Math.floor(wallTimeMicroseconds(kernel) / 1000);
  const calls: ImportedCall[] = [
    ...createDispatch(kernelCalls, {
      kernel,
      syscallCycles: costs.syscallCycles,
      context: () => contextName(mcu),
      setResults: (next) => {
        kernel.results = next;
      },
      // A call may have scheduled something sooner than what the core runs towards.
      finished: () => {
        core.control.deadline = nextDue(kernel.queue);
      },
    }),
    ...cmsisCalls(mcu, costs.mcuCallCycles),
    ...assemblyScriptCalls(
      {
        get memory() {
          return core.memory;
        },
        trace,
        wallTimeMilliseconds,
        upTimeMilliseconds: () => (core.now() - state.kernel.bootedAt) / cyclesPerMicrosecond / 1000,
        random: () => nextFraction(state.random, "firmware"),
      },
      costs.mcuCallCycles,
    ),
  ];

  const prepared = await prepareModule(options.firmware, calls, options, platform.preparedModules);
  const newCore = () => createWasmCore(prepared, calls, options);
  attach(newCore(), state);

  const running: Running = runDevice({
    options,
    platform,
    kernel,
    mcu,
    diagnostics: prepared.diagnostics,
    /** Fresh memory, handles and channels; the wall clock, the trace and the random numbers go on. */
    reboot({ wakeReason, delayMicroseconds }) {
      const now = core.now();
      const bootedAt = now + cyclesOf(delayMicroseconds) + costs.resetCycles;
      closeLink(kernel);
      const limits = state.queue.events.filter(({ kind }) => kind === "limit");
      attach(newCore(), {
        queue: { events: limits, nextOrder: state.queue.nextOrder },
        random: state.random,
        kernel: rebootKernelState(state.kernel, wakeReason as KernelState["wakeReason"], bootedAt),
        mcu: createHeldMcuState(),
      });
      core.elapse(now);
      schedule(state.queue, { at: bootedAt, kind: "boot" });
    },
  });

  return {
    run: () => running.run(),
    stop: () => running.stop(),
    get memory() {
      return core.memory;
    },
    get state() {
      return state;
    },
    replaceState(next) {
      attach(core, next);
    },
    wallTimeMilliseconds,
  };
}
