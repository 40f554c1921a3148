/**
 * A scripted kernel for firmware tests: it walks a plain WebAssembly instance through the config flow, makes chosen
 * calls fail, and keeps account of what the firmware holds. Handlers are called from within imports, so it needs none
 * of the device's parts; what it can't show (suspension, exact time) the tests of the device show.
 */

import { memberValue, type Status } from "../../host/abi/enums.ts";

type Exports = Record<string, () => number | undefined> & { memory: WebAssembly.Memory };

export interface Script {
  /** By `scope/store/key` with numbers for scope and store, as in `0/1/greeting`. A function is asked at each fetch. */
  readonly values?: Readonly<Record<string, string | (() => string | undefined)>>;
  /** The call that fails, with which status, and at which of its calls (from 1; without it at all of them). */
  readonly fail?: { readonly call: string; readonly status: Status; readonly at?: number };
  /** The link never comes up. */
  readonly offline?: boolean;
  /** At each send, counted from 1: what becomes of the request. */
  readonly onSend?: (count: number) => "answer" | "ignore" | "closeChannel" | "tooLarge";
  /** How long the service takes to answer (default 60). */
  readonly answerMilliseconds?: number;
  /** What an item that has no value gets: KEYNOTFOUND (1), or SERVERERROR (2). */
  readonly missing?: number;
  readonly stopAfterMilliseconds?: number;
}

export interface Outcome {
  /** What `main` returned; undefined when it was stopped. */
  readonly exit: number | undefined;
  readonly calls: readonly string[];
  readonly logs: readonly { readonly at: number; readonly text: string }[];
  /** What was taken and never given back, not even tried to. */
  readonly held: readonly string[];
  readonly microseconds: number;
  readonly exports: Exports;
}

class Stopped extends Error {}

export async function runScripted(binary: Uint8Array, script: Script = {}): Promise<Outcome> {
  let exports!: Exports;
  let now = 0;
  let tick: { period: number; next: number } | undefined;
  let masked = false;
  let inHandler = false;
  let handles = 100;
  let ring = { address: 0, records: 0, next: 0 };
  let network: { tag: number; connected: boolean } | undefined;
  let channel:
    | { tag: number; receiveBuffer: number; items: string[]; result: "open" | "answered" | "tooLarge" | "dead" }
    | undefined;
  let sends = 0;
  const counts: Record<string, number> = {};
  const queue: { at: number; run: () => void }[] = [];
  const enabled = new Set<number>();
  const pending = new Set<number>();
  const held = new Set<string>();
  const calls: string[] = [];
  const logs: { at: number; text: string }[] = [];
  const handlers: Record<number, string> = { 41: "TIM1_BRK_IRQHandler", [-1]: "SysTick_Handler" };

  const view = () => new DataView(exports.memory.buffer);
  const read = (address: number) => view().getUint32(address, true);
  const write = (address: number, value: number) => view().setUint32(address, value, true);
  const text = (address: number, length: number) =>
    new TextDecoder().decode(new Uint8Array(exports.memory.buffer, address, length));

  function notify(type: number, tag: number): void {
    if (!held.has("notifications")) return;
    const record = ring.address + (ring.next++ % ring.records) * 16;
    view().setBigUint64(record, BigInt(now), true);
    write(record + 8, type);
    write(record + 12, tag);
    pending.add(41);
  }
  function takeInterrupts(): void {
    while (queue[0] && queue[0].at <= now) queue.shift()?.run();
    if (tick && tick.next <= now) {
      tick.next += tick.period;
      pending.add(-1);
    }
    for (const irq of [...pending]) {
      if (masked || inHandler || !enabled.has(irq)) continue;
      pending.delete(irq);
      inHandler = true;
      (exports[handlers[irq] ?? ""] as () => void)();
      inHandler = false;
    }
  }
  function after(milliseconds: number, run: () => void): void {
    queue.push({ at: now + milliseconds * 1000, run });
    queue.sort((a, b) => a.at - b.at);
  }
  function take(kind: string, address: number): void {
    held.add(kind);
    write(address, ++handles);
  }

  const mcu: Record<string, (...values: number[]) => number | undefined> = {
    __WFI() {
      takeInterrupts();
      while (![...pending].some((irq) => enabled.has(irq))) {
        const next = Math.min(queue[0]?.at ?? Number.POSITIVE_INFINITY, tick?.next ?? Number.POSITIVE_INFINITY);
        if (next === Number.POSITIVE_INFINITY) throw new Error(`asleep for ever after ${calls.at(-1)}`);
        now = Math.max(now, next);
        if (now > (script.stopAfterMilliseconds ?? 600_000) * 1000) throw new Stopped();
        takeInterrupts();
        if (!masked) return undefined;
      }
      return undefined;
    },
    __disable_irq() {
      masked = true;
      return undefined;
    },
    __enable_irq() {
      masked = false;
      return undefined;
    },
    NVIC_EnableIRQ: (irq) => void enabled.add(irq!),
    NVIC_DisableIRQ: (irq) => void enabled.delete(irq!),
    NVIC_ClearPendingIRQ: (irq) => void pending.delete(irq!),
    SysTick_Config(ticks) {
      if (ticks! < 1 || ticks! > 2 ** 24) return 1;
      tick = { period: ticks! / 160, next: now + ticks! / 160 };
      enabled.add(-1);
      return 0;
    },
  };

  const kernel: Record<string, (...values: number[]) => Status | undefined> = {
    mvServerLoggingInit: (buffer, bytes) => (buffer! % 512 || bytes! % 512 ? "INVALIDBUFFERALIGNMENT" : undefined),
    mvServerLog: (address, length) => void logs.push({ at: now, text: text(address!, length!) }),
    mvGetMicroseconds: (address) => void view().setBigUint64(address!, BigInt(Math.floor(now)), true),
    mvGetDeviceId(address, length) {
      const sid = new TextEncoder().encode(`UV${"0123456789abcdef".repeat(2)}`);
      new Uint8Array(exports.memory.buffer, address, length).set(sid);
      return undefined;
    },
    mvSetupNotifications(setup, handle) {
      ring = { address: read(setup! + 4), records: read(setup! + 8) / 16, next: 0 };
      take("notifications", handle!);
      return undefined;
    },
    mvRequestNetwork(params, handle) {
      take("network", handle!);
      network = { tag: read(params! + 8), connected: false };
      if (script.offline) return undefined;
      after(1, () => network && notify(1, network.tag));
      after(800, () => {
        if (network) network.connected = true;
        if (network) notify(1, network.tag);
      });
      return undefined;
    },
    mvGetNetworkStatus: (_handle, status) => void write(status!, network?.connected ? 1 : 2),
    mvGetNetworkReasons: (_reasons, requests) => void write(requests!, network ? 1 : 0),
    mvOpenChannel(params, handle) {
      if (!network?.connected) return "NETWORKNOTCONNECTED";
      for (const offset of [16, 20, 24, 28]) if (read(params! + offset) % 512) return "INVALIDBUFFERALIGNMENT";
      take("channel", handle!);
      channel = { tag: read(params! + 8), receiveBuffer: read(params! + 16), items: [], result: "open" };
      return undefined;
    },
    mvSendConfigFetchRequest(_handle, request) {
      if (read(request!) === 0) return "REQUIREDELEMENTMISSING";
      if (read(request!) > 32) return "TOOMANYCONFIGKEYS";
      for (let index = 0; index < read(request!); index++) {
        const item = read(request! + 4) + index * 16;
        const key = text(read(item + 8), read(item + 12));
        if (!/^[ -~]{1,100}$/.test(key)) return "INVALIDCONFIGKEY";
        channel?.items.push(`${read(item)}/${read(item + 4)}/${key}`);
      }
      const fate = script.onSend?.(++sends) ?? "answer";
      const own = channel!;
      if (fate !== "ignore") {
        after(script.answerMilliseconds ?? 60, () => {
          own.result = fate === "answer" ? "answered" : fate === "tooLarge" ? "tooLarge" : "dead";
          if (own !== channel) return;
          // What came over the wire lies in the receive buffer, as on the device.
          const arrived = own.items.map((item) => script.values?.[item]).filter((value) => typeof value === "string");
          new Uint8Array(exports.memory.buffer).set(new TextEncoder().encode(arrived.join()), own.receiveBuffer);
          notify(own.result === "dead" ? 4 : 2, own.tag);
        });
      }
      return undefined;
    },
    mvReadConfigFetchResponseData(_handle, response) {
      write(response!, channel?.result === "tooLarge" ? 1 : 0);
      write(response! + 4, channel?.result === "tooLarge" ? 0 : (channel?.items.length ?? 0));
      return undefined;
    },
    mvReadConfigResponseItem(_handle, params) {
      const given = script.values?.[channel?.items[read(params!)] ?? ""];
      const value = typeof given === "function" ? given() : given;
      const bytes = new TextEncoder().encode(value ?? "").slice(0, read(params! + 12));
      write(read(params! + 4), value === undefined ? (script.missing ?? 1) : 0);
      new Uint8Array(exports.memory.buffer).set(bytes, read(params! + 8));
      write(read(params! + 16), bytes.length);
      return undefined;
    },
    mvGetChannelClosureReason: (_handle, reason) => void write(reason!, 1),
    mvCloseChannel: (handle) => release("channel", handle!),
    mvReleaseNetwork: (handle) => release("network", handle!),
    mvCloseNotifications: (handle) => release("notifications", handle!),
  };
  function release(kind: string, address: number): undefined {
    held.delete(kind);
    write(address, 0);
    if (kind === "network") network = undefined;
    if (kind === "channel") channel = undefined;
  }
  const releases: Record<string, string> = {
    mvCloseChannel: "channel",
    mvReleaseNetwork: "network",
    mvCloseNotifications: "notifications",
  };

  function syscall(name: string, run: (...values: number[]) => Status | undefined) {
    return (...values: number[]): number => {
      now += 10;
      calls.push(name);
      counts[name] = (counts[name] ?? 0) + 1;
      const failing = script.fail?.call === name && (script.fail.at ?? counts[name]) === counts[name];
      // A release that is refused counts as tried: firmware can do no more.
      if (failing && releases[name]) held.delete(releases[name]);
      const status = failing ? script.fail?.status : run(...values);
      takeInterrupts();
      return memberValue("MvStatus", status ?? "OKAY");
    };
  }
  const env: Record<string, (...values: number[]) => number | undefined> = {
    abort: (_message, _file, line) => {
      throw new Error(`abort at line ${line}`);
    },
  };
  for (const [name, run] of Object.entries(mcu)) {
    env[name] = (...values) => {
      const answer = run(...values);
      if (name !== "__disable_irq") takeInterrupts();
      return answer;
    };
  }
  for (const [name, run] of Object.entries(kernel)) env[name] = syscall(name, run);

  const instance = new WebAssembly.Instance(new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>), { env });
  exports = instance.exports as Exports;
  let exit: number | undefined;
  try {
    exit = exports.main?.();
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return { exit, calls, logs, held: [...held], microseconds: now, exports };
}
