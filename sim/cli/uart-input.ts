/**
 * What comes to the device's UART in a run: a file, or all of standard input, read beforehand. It comes at a terminal's
 * usual speed in virtual time, so that the same input gives the same trace.
 */

import { readFile } from "node:fs/promises";
import { SimulatorError } from "../../host/fault/fault.ts";
import type { TimedInput } from "../../host/index.ts";

/** 115,200 baud: a start bit and a stop bit go with each byte. */
const bytesPerSecond = 11_520;
const chunkBytes = 64;

export interface UartInput {
  /** `-` is standard input. */
  readonly file: string;
  readonly atMicroseconds: number;
}

/** @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND */
export async function readUartInput({ file, atMicroseconds }: UartInput): Promise<TimedInput[]> {
  const bytes = file === "-" ? await readStandardInput() : await readNamed(file);
  const inputs: TimedInput[] = [];
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const chunk = bytes.subarray(start, start + chunkBytes);
    const arrived = Math.ceil(((start + chunk.length) * 1_000_000) / bytesPerSecond);
    inputs.push({ atMicroseconds: atMicroseconds + arrived, name: "uart", detail: { bytes: chunk.toString("hex") } });
  }
  return inputs;
}

async function readNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new SimulatorError(
      "ERR_MVSIM_FILE_NOT_FOUND",
      `${file} can't be read: ${(error as Error).message}. Name a file, or - for standard input, with --uart-input.`,
      { cause: error },
    );
  }
}

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
