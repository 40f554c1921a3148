/** Reads a firmware file and says in people's words what is wrong with it; what comes out is valid WebAssembly. */

import { SimulatorError } from "../../../fault/fault.ts";
import { remedies, UnsupportedFeatureError } from "../binary/features.ts";
import { type FunctionBody, readFunctionBody } from "../binary/function-body.ts";
import { type DecodedModule, decodeModule, isWasm } from "../binary/module.ts";
import { MalformedError } from "../binary/reader.ts";

export interface InspectedModule extends DecodedModule {
  /** Of the defined functions, in their order. */
  readonly functionBodies: readonly FunctionBody[];
}

/** Throws SimulatorErrors: ERR_MVSIM_NOT_WASM, ERR_MVSIM_UNSUPPORTED_FEATURE, ERR_MVSIM_INVALID_MODULE. */
export function inspectModule(bytes: Uint8Array): InspectedModule {
  if (!isWasm(bytes)) {
    throw new SimulatorError(
      "ERR_MVSIM_NOT_WASM",
      "the firmware is not a WebAssembly module: its first bytes are not `\\0asm`. Pass the compiled .wasm file.",
    );
  }
  try {
    const module = decodeModule(bytes);
    const functionBodies = module.bodies.map((body) => readFunctionBody(bytes, body));
    if (!WebAssembly.validate(bytes)) throw new MalformedError("the module does not validate", 0);
    const referenced = new Set(module.referenced);
    for (const body of functionBodies) for (const index of body.references) referenced.add(index);
    return { ...module, functionBodies, referenced };
  } catch (error) {
    if (error instanceof UnsupportedFeatureError) throw refusal(error);
    if (error instanceof MalformedError) throw invalid(bytes, error);
    throw error;
  }
}

function refusal({ feature, at }: UnsupportedFeatureError): SimulatorError {
  const remedy = remedies[feature] ?? "Compile without it.";
  return new SimulatorError(
    "ERR_MVSIM_UNSUPPORTED_FEATURE",
    `the firmware uses a WebAssembly feature that is not supported: ${feature} (at byte ${at}). ${remedy}`,
  );
}

/** The engine's own message says more than ours, where it has one. */
function invalid(bytes: Uint8Array, { message, at }: MalformedError): SimulatorError {
  let reason = `${message}, at byte ${at}`;
  try {
    new WebAssembly.Module(bytes);
  } catch (error) {
    if (error instanceof Error) reason = error.message;
  }
  return new SimulatorError(
    "ERR_MVSIM_INVALID_MODULE",
    `the firmware is not a valid WebAssembly module: ${reason}. Compile it again.`,
  );
}
