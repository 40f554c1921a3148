/**
 * What AssemblyScript's own runtime imports: `abort` is a firmware fault with its message and place; `trace` and the
 * console write lines to the UART; `seed`, `Date.now` and `performance.now` answer from the device's own randomness
 * and clocks, so that runs stay deterministic.
 */

import { FirmwareFaultError } from "../fault/fault.ts";
import type { ImportedCall, Memory, ValueType } from "./core.ts";

export interface AssemblyScriptPorts {
  readonly memory: Memory;
  /** To the console. */
  writeLine(text: string): void;
  /** Milliseconds since 1970 by the device's clock. */
  wallTimeMilliseconds(): number;
  /** Milliseconds since boot, with fractions. */
  upTimeMilliseconds(): number;
  /** A number in [0, 1) from the device's seeded randomness. */
  random(): number;
}

interface Behaviour {
  readonly params: readonly ValueType[];
  readonly result?: ValueType;
  invoke(ports: AssemblyScriptPorts, values: readonly number[]): number | undefined;
}

const write = (prefix: string): Behaviour => ({
  params: ["i32"],
  invoke: (ports, [text]) => writeLine(ports, `${prefix}${readText(ports.memory, text as number)}`),
});

const behaviours: Readonly<Record<string, Behaviour>> = {
  abort: {
    params: ["i32", "i32", "i32", "i32"],
    invoke({ memory }, [message = 0, file = 0, line = 0, column = 0]) {
      const text = readText(memory, message) || "abort";
      const place = file === 0 ? "" : ` at ${readText(memory, file)}:${line >>> 0}:${column >>> 0}`;
      throw new FirmwareFaultError("ERR_MVSIM_ABORT", `the firmware aborted: ${text}${place}`);
    },
  },
  trace: {
    params: ["i32", "i32", "f64", "f64", "f64", "f64", "f64"],
    invoke(ports, [text = 0, count = 0, ...numbers]) {
      const shown = numbers.slice(0, Math.min(Math.max(count, 0), numbers.length));
      return writeLine(
        ports,
        `trace: ${readText(ports.memory, text)}${shown.length > 0 ? ` ${shown.join(", ")}` : ""}`,
      );
    },
  },
  seed: { params: [], result: "f64", invoke: (ports) => ports.random() * 2 ** 53 },
  "Date.now": { params: [], result: "f64", invoke: (ports) => ports.wallTimeMilliseconds() },
  "performance.now": { params: [], result: "f64", invoke: (ports) => ports.upTimeMilliseconds() },
  "console.log": write(""),
  "console.debug": write("debug: "),
  "console.info": write("info: "),
  "console.warn": write("warning: "),
  "console.error": write("error: "),
  "console.assert": {
    params: ["i32", "i32"],
    invoke(ports, [holds = 0, text = 0]) {
      return holds === 0 ? writeLine(ports, `assertion failed: ${readText(ports.memory, text)}`) : undefined;
    },
  },
  "console.time": write("timer started: "),
  "console.timeLog": timeLine("timer"),
  "console.timeEnd": timeLine("timer ended"),
};

/** AssemblyScript's timers are shown with the device's up time; whoever reads the lines has the difference. */
function timeLine(prefix: string): Behaviour {
  return {
    params: ["i32"],
    invoke: (ports, [label = 0]) =>
      writeLine(ports, `${prefix}: ${readText(ports.memory, label)} at ${ports.upTimeMilliseconds()} ms`),
  };
}

/** The calls as a core imports them. */
export function assemblyScriptCalls(ports: AssemblyScriptPorts, cycles: number): ImportedCall[] {
  return Object.entries(behaviours).map(([name, { params, result, invoke }]) => ({
    name,
    params,
    results: result ? ([result] as const) : ([] as const),
    cycles,
    suspends: name !== "abort",
    invoke: (...values: number[]) => invoke(ports, values),
  }));
}

function writeLine(ports: AssemblyScriptPorts, text: string): undefined {
  ports.writeLine(text);
}

/** An AssemblyScript string: UTF-16 code units, their byte length before them. Anything else reads as empty. */
function readText(memory: Memory, address: number): string {
  const start = address >>> 0;
  if (start < 4 || !memory.isLegal(start - 4, 4)) return "";
  const bytes = memory.readUint32(start - 4);
  if (!memory.isLegal(start, bytes)) return "";
  const units: string[] = [];
  for (let offset = 0; offset + 1 < bytes; offset += 2)
    units.push(String.fromCharCode(memory.readUint16(start + offset)));
  return units.join("");
}
