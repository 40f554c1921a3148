/** Features of WebAssembly that are refused, by name, before anything is prepared. */

export type FeatureName = string;

/** Inside `wasm` only: `decodeModule` turns it into a SimulatorError. */
export class UnsupportedFeatureError extends Error {
  readonly feature: FeatureName;
  readonly at: number;

  /** @param at the byte offset in the module */
  constructor(feature: FeatureName, at: number) {
    super(feature);
    this.feature = feature;
    this.at = at;
  }
}

/** What to do about a refused feature: usually a compiler flag. */
export const remedies: Readonly<Record<FeatureName, string>> = {
  exceptions: 'Compile without exceptions (clang: -fno-exceptions; Rust: panic = "abort").',
  "tail calls": "Compile without tail calls (clang: -mno-tail-call).",
  "typed function references": "Compile for plain WebAssembly 2.0.",
  "garbage collection": "Compile for linear memory (AssemblyScript, C, C++, Rust, Zig and TinyGo do).",
  "relaxed SIMD": "Compile without relaxed SIMD (clang: -mno-relaxed-simd).",
  "threads and atomics": "Compile without threads (clang: -mno-atomics; AssemblyScript: no `threads` feature).",
  "shared memory": "Link without shared memory: the device has one core.",
  "64-bit memory": "Compile for wasm32.",
  "multiple memories": "Link into one memory: the device has one RAM.",
};
