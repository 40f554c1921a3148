/** Under which names a prepared module exports what the core needs. The firmware's own exports are not kept. */

export const exportNames = {
  memory: "memory",
  /** Placeholders that `asyncify.ts` turns into imports: of these names from `importModule`, and the firmware's own. */
  safepoint: "safepoint",
  overflow: "overflow",
  import: (index: number) => `import ${index}`,
  /** (cycles) -> i32: takes them from the fuel, and answers what is left. */
  charge: "charge",
  /** Mutable i32 globals: which loop idles, and since which fuel. See `ticks.ts`. */
  idleLoop: "idle loop",
  idleFuel: "idle fuel",
  /** (levels) -> i32: takes them from the depth that is left, and answers what is left. */
  descend: "descend",
  /** An entry point or a handler, by its name. */
  entry: (name: string) => `entry ${name}`,
  /** A mutable global, a table, a function that tables may hold; by its index in the firmware. */
  global: (index: number) => `global ${index}`,
  table: (index: number) => `table ${index}`,
  function: (index: number) => `function ${index}`,
} as const;

export const importModule = "mvsim";
