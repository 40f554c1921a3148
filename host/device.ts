/**
 * The device: the only place that puts core, MCU, kernel and uplink together. The uplink and the platform come in from
 * outside, so that a device lives wherever WebAssembly does.
 */

import { type Control, createControl } from "./control.ts";
import { plainDataFromText, plainDataToText } from "./data/plain-data.ts";
import {
  type DeviceOptions,
  defaultCheckInMicroseconds,
  defaultDeviceSid,
  defaultEpochMilliseconds,
  defaultHandlerLimitMicroseconds,
  type Platform,
} from "./device-options.ts";
import { createExternalFlashState, type ExternalFlashState, externalFlashMemory } from "./external-flash-memory.ts";
import { diagnosticFault, strictDiagnostics } from "./fault/diagnostics.ts";
import { SimulatorError } from "./fault/fault.ts";
import { createDispatch } from "./kernel/dispatch.ts";
import { kernelCalls, kernelEvents, takeOutsideInput } from "./kernel/kernel.ts";
import { closeLink } from "./kernel/link.ts";
import { radioLinkEvent } from "./kernel/network.ts";
import { defaultNetworkModel } from "./kernel/network-model.ts";
import { handlerEntered } from "./kernel/notifications.ts";
import type { Kernel } from "./kernel/ports.ts";
import { wasLinked } from "./kernel/relink.ts";
import { createKernelState, type KernelState, rebootKernelState } from "./kernel/state.ts";
import { wallTimeAt } from "./kernel/time.ts";
import { assemblyScriptCalls } from "./mcu/assemblyscript-runtime.ts";
import { cmsisCalls, ResetRequest, waitForInterrupt } from "./mcu/cmsis.ts";
import type { Core, ImportedCall, Memory } from "./mcu/core.ts";
import { defaultCosts } from "./mcu/costs.ts";
import { fastLines } from "./mcu/fast-lines.ts";
import { handlerLimit } from "./mcu/handler-limit.ts";
import { maskLimit } from "./mcu/interrupt-mask.ts";
import { limitOf } from "./mcu/limit-events.ts";
import {
  contextName,
  createHeldMcuState,
  createMcuState,
  deadlineOf,
  type McuPorts,
  type McuState,
  pendInterrupt,
  releaseMcu,
  sleepFor,
} from "./mcu/mcu.ts";
import {
  createPeripherals,
  type PeripheralPorts,
  type PeripheralsState,
  peripheralImports,
  resetPeripherals,
} from "./mcu/peripherals/calls.ts";
import { flushUart, sendBytes, sendLine, takeReceived, uartHandlerExited } from "./mcu/peripherals/uart.ts";
import { wasiCalls } from "./mcu/wasi.ts";
import { createWasmCore } from "./mcu/wasm/core.ts";
import { costModelVersion } from "./mcu/wasm/prepare/cost-model.ts";
import { sha256 } from "./mcu/wasm/prepare/module-store.ts";
import { prepareModule } from "./mcu/wasm/prepare/prepare.ts";
import { applyInputs, checkInput, type OutsideInput } from "./outside-inputs.ts";
import { createRun, createRunState, ExitRequest, type Run, type RunState, scheduleLimits } from "./run.ts";
import { type Circumstances, checkFits, decisiveOptions, hasOwnLimits, openSnapshot } from "./snapshot/content.ts";
import { encodeSnapshot, snapshotMismatch } from "./snapshot/format.ts";
import { cyclesOf, cyclesPerMicrosecond, microsecondsOf } from "./time/cycles.ts";
import { createQueue, type QueuedEvent, type QueueState, schedule, unpark } from "./time/queue.ts";
import { createRandom, nextFraction, nextUint32, type RandomState } from "./time/random.ts";
import type { TraceListener, TraceSink, TraceValue } from "./trace/events.ts";
import { stamp } from "./trace/stamp.ts";

/** Ports whose roots are replaced as a whole. */
type Changeable<Ports> = { -readonly [Port in keyof Ports]: Ports[Port] };

/** All of a device's state beside its core's: plain data. */
export interface DeviceState {
  queue: QueueState;
  random: RandomState;
  kernel: KernelState;
  mcu: McuState;
  peripherals: PeripheralsState;
  run: RunState;
  externalFlash: ExternalFlashState;
}

export interface Device extends Omit<Control, "isBusyWith"> {
  /**
   * The whole device as one value, to go on from with `createDevice({ firmware, snapshot, … })`. It may hold secrets.
   * @throws SimulatorError ERR_MVSIM_BUSY: a control call is in progress
   */
  snapshot(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Puts an input from outside to the device, by its name in `host/outside-inputs.ts`; it is applied at the next
   * boundary. `detail` is plain data, and is copied.
   * @throws SimulatorError ERR_MVSIM_UNKNOWN_INPUT, ERR_MVSIM_INVALID_INPUT, ERR_MVSIM_ALREADY_RUN
   */
  input(name: string, detail: TraceValue): void;
  /** The firmware's memory. */
  readonly memory: Memory;
  /** Everything but the core, as it is at this moment. Plain data; legal to keep, not to change. */
  readonly state: DeviceState;
  /** Puts a state in the place of the present one. */
  replaceState(state: DeviceState): void;
  /** The device's wall clock, in milliseconds since 1970: the clock that an in-process service runs on. */
  wallTimeMilliseconds(): number;
}

/** What is done to the device at recorded moments: a replay's. */
export interface BoundaryScript {
  /** In cycles: at each of these moments the device stops at a boundary. */
  readonly moments: readonly number[];
  /** Called at each boundary before all else. @returns whether something was done: then it is called again */
  atBoundary(now: number): boolean;
}

const ofHandlers: readonly (string | undefined)[] = [handlerLimit, maskLimit];

/** Limits, and what happens from outside. Handlers and the mask are gone, and so are their limits. */
function outlivesReset(event: QueuedEvent): boolean {
  return ["limit", "boundary", "input", radioLinkEvent].includes(event.kind) && !ofHandlers.includes(limitOf(event));
}

const deviceSidForm = /^UV[0-9a-f]{32}$/;

/**
 * Checks and prepares the firmware, and makes a device that can run it.
 * @throws SimulatorError when the firmware or an option can't be used; its code says why
 */
export async function createDevice(given: DeviceOptions, platform: Platform, script?: BoundaryScript): Promise<Device> {
  const restored = given.snapshot && (await openSnapshot<DeviceState>(given.snapshot, given));
  const options = restored?.options ?? given;
  const costs = { ...defaultCosts, ...options.costs };
  const seed = options.seed ?? 1;
  const deviceSid = options.deviceSid ?? defaultDeviceSid;
  if (!deviceSidForm.test(deviceSid)) {
    throw new SimulatorError(
      "ERR_MVSIM_INVALID_DEVICE",
      `${deviceSid} is no device SID: those are UV and 32 lower-case hex digits`,
    );
  }

  const defaultEpoch = options.clock === "real" ? platform.wallTime() : defaultEpochMilliseconds;
  const { epochMilliseconds = defaultEpoch } = options;

  let state: DeviceState = {
    queue: createQueue(),
    random: createRandom(seed),
    kernel: createKernelState(),
    mcu: createMcuState(),
    peripherals: createPeripherals(),
    run: createRunState(),
    externalFlash: createExternalFlashState(),
  };
  const strict = strictDiagnostics(options.strict ?? false);
  let core: Core;
  /** Of the control call in progress. */
  let observer: TraceListener | undefined;
  // What a call does, it does at the moment of its entry; its return is as much later as it costs.
  const moment = (kind: string) => core.now() + (kind === "return" ? costs.syscallCycles : 0);
  const emit: TraceSink = (body) => {
    const event = stamp(state.run.sequence++, moment(body.kind), body);
    options.trace?.(event);
    observer?.(event);
    if (body.kind === "diagnostic" && strict.has(body.id)) throw diagnosticFault(body);
  };
  const sink = (): TraceSink => (options.trace || observer || strict.size > 0 ? emit : undefined);

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
      throw new ExitRequest(status, "mvTestingComplete");
    },
    trace: sink(),
    uplink: options.uplink,
    activity: () => run.activity(),
    input(name, detail) {
      state.run.inputs.push({ name, detail });
    },
    settings: {
      deviceSid,
      token: options.token ?? "",
      clock: options.clock ?? "virtual",
      epochMicroseconds: epochMilliseconds * 1000,
      network: { ...defaultNetworkModel, ...options.network },
      testMode: options.testMode === true,
      checkInMicroseconds: options.checkInMicroseconds ?? defaultCheckInMicroseconds,
      rtcAlarmMicroseconds: options.rtcAlarmMicroseconds,
    },
    externalFlash:
      options.externalFlash === true
        ? externalFlashMemory(() => state.externalFlash)
        : options.externalFlash || undefined,
  } as Changeable<Kernel>;

  const mcu = {
    trace: sink(),
    horizon: Number.POSITIVE_INFINITY,
    pauseRequested: false,
    costs,
    handlerLimitCycles: cyclesOf(options.handlerLimitMicroseconds ?? defaultHandlerLimitMicroseconds),
    handleEvent(event) {
      if (event.kind === "input") return applyInputs(parts, [event as unknown as OutsideInput]);
      if (event.kind !== "boot") return kernelEvents[event.kind]?.(kernel, event as never);
      releaseMcu(state.mcu);
      return run.booted();
    },
    takeOutsideInput() {
      let again: boolean | undefined;
      do {
        again = script?.atBoundary(core.now());
        takeOutsideInput(kernel);
        applyInputs(parts, state.run.inputs);
      } while (again);
    },
    handlerEntered: (irq) => handlerEntered(kernel, irq),
    handlerExited: (irq) => uartHandlerExited(peripherals, irq),
  } as Changeable<McuPorts>;
  kernel.fastInterrupts = fastLines(mcu);

  const peripherals = { trace: sink(), pend: kernel.pend } as Changeable<PeripheralPorts>;

  const parts = { kernel, mcu, peripherals };

  const attach = (nextCore: Core, nextState: DeviceState): void => {
    core = nextCore;
    state = nextState;
    Object.assign(kernel, { state: state.kernel, queue: state.queue, random: state.random, memory: core.memory });
    Object.assign(mcu, { core, state: state.mcu, queue: state.queue });
    Object.assign(peripherals, { ...state.peripherals, memory: core.memory });
  };

  const wallTimeMilliseconds = () => Math.floor(wallTimeAt(kernel, run.present()) / 1000);
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
        core.control.deadline = deadlineOf(mcu);
      },
    }),
    ...cmsisCalls(mcu, costs.mcuCallCycles),
    ...peripheralImports(peripherals, costs.mcuCallCycles),
    ...assemblyScriptCalls(
      {
        get memory() {
          return core.memory;
        },
        writeLine: (text) => sendLine(peripherals, text),
        wallTimeMilliseconds,
        upTimeMilliseconds: () => (core.now() - state.kernel.bootedAt) / cyclesPerMicrosecond / 1000,
        random: () => nextFraction(state.random, "firmware"),
      },
      costs.mcuCallCycles,
    ),
  ];

  calls.push(
    ...wasiCalls(
      {
        get memory() {
          return core.memory;
        },
        get trace() {
          return mcu.trace;
        },
        get named() {
          return state.run.namedCalls;
        },
        writeConsole: (bytes) => sendBytes(peripherals, bytes),
        readConsole: (most) => takeReceived(peripherals, most),
        wallTimeMicroseconds: () => wallTimeAt(kernel, core.now()),
        upTimeMicroseconds: () => microsecondsOf(core.now() - state.kernel.bootedAt),
        randomWord: () => nextUint32(state.random, "firmware"),
        sleep: (microseconds) => sleepFor(mcu, cyclesOf(microseconds)),
        exit(status) {
          throw new ExitRequest(status, "exit");
        },
      },
      costs.mcuCallCycles,
    ),
  );
  const prepared = await prepareModule(options.firmware, calls, options, platform.preparedModules);
  // What is offered and not imported would be most of a sleeping device's memory.
  const used = calls.filter(({ name }) => prepared.imports.includes(name));
  const newCore = () => createWasmCore(prepared, used, options);
  attach(newCore(), state);
  const circumstances = async (): Promise<Circumstances> => ({
    costModel: costModelVersion,
    firmware: prepared.hash,
    preparation: await sha256(prepared.bytes.slice()),
  });
  if (restored) {
    checkFits(restored.content, await circumstances(), state);
    const nextCore = newCore();
    nextCore.restore(restored.content.core);
    attach(nextCore, restored.content.state);
    unpark(state.queue, nextCore.now());
    if (hasOwnLimits(given) && state.run.phase === "on") scheduleLimits({ options, kernel });
    if (wasLinked(kernel) && !options.uplink) {
      throw snapshotMismatch("the device was connected to a service, and there is no uplink");
    }
  }
  for (const { atMicroseconds, name, detail } of restored ? [] : (options.inputs ?? [])) {
    checkInput(name, detail);
    schedule(state.queue, { at: cyclesOf(atMicroseconds), kind: "input", name, detail });
  }
  for (const at of script?.moments ?? []) schedule(state.queue, { at, kind: "boundary" });

  const run: Run = createRun({
    options,
    platform,
    kernel,
    mcu,
    state: () => state.run,
    isRestored: restored !== undefined,
    diagnostics: prepared.diagnostics,
    flushUart: () => flushUart(peripherals),
    /** Fresh memory, handles and channels; the wall clock, the trace and the random numbers go on. */
    reboot({ wakeReason, delayMicroseconds }) {
      const now = core.now();
      const bootedAt = now + cyclesOf(delayMicroseconds) + costs.resetCycles;
      closeLink(kernel);
      const limits = state.queue.events.filter(outlivesReset);
      attach(newCore(), {
        ...state,
        queue: { ...createQueue(), events: limits, nextOrder: state.queue.nextOrder },
        kernel: rebootKernelState(state.kernel, wakeReason as KernelState["wakeReason"], bootedAt),
        mcu: createHeldMcuState(),
        peripherals: resetPeripherals(state.peripherals),
      });
      core.elapse(now);
      schedule(state.queue, { at: bootedAt, kind: "boot" });
    },
  });

  const control = createControl({
    run,
    mcu,
    state: () => state.run,
    listen(listener) {
      observer = listener;
      kernel.trace = sink();
      mcu.trace = kernel.trace;
      peripherals.trace = kernel.trace;
    },
  });

  function refuseWhileBusy(): void {
    if (control.isBusyWith === undefined) return;
    throw new SimulatorError(
      "ERR_MVSIM_BUSY",
      `snapshot() while ${control.isBusyWith}() is in progress: await it, or pause() the device first`,
    );
  }

  return {
    ...control,
    input(name, detail) {
      if (state.run.phase === "ended") {
        throw new SimulatorError("ERR_MVSIM_ALREADY_RUN", "the device's run has ended; create another device");
      }
      checkInput(name, detail);
      state.run.inputs.push({ name, detail: plainDataFromText(plainDataToText(detail)) as TraceValue });
      run.interrupt();
    },
    async snapshot() {
      refuseWhileBusy();
      const now = await circumstances();
      // A control call may have begun meanwhile.
      refuseWhileBusy();
      // What the host's clock said at power-on is part of it.
      const kept = decisiveOptions(options.clock === "real" ? { ...options, epochMilliseconds } : options);
      return encodeSnapshot({ ...now, options: kept, state, core: core.save() });
    },
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
