/** What a benchmark answers, and the table that a person reads. */

/** How far the ratio may be from 1, or how much the value itself may be. */
export type Aim = { readonly atMost: number } | { readonly atLeast: number } | { readonly valueAtMost: number };

/** One figure against its baseline of the same run. */
export type Row = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the baseline measured, in the same unit. */
  readonly baseline: number;
  /** What the baseline is. */
  readonly against: string;
  /** `value / baseline`. */
  readonly ratio: number;
} & (Aim | object);

export interface Measured {
  readonly value: number;
  readonly baseline: number;
}

/** @param aim left out where none was set */
export function row(name: string, unit: string, measured: Measured, against: string, aim: Aim | object = {}): Row {
  const { value, baseline } = measured;
  return { name, value, unit, baseline, against, ratio: value / baseline, ...aim };
}

/** The geometric mean of the rows' ratios, as a row. */
export function geometricMean(name: string, rows: readonly Row[], against: string, aim: Aim): Row {
  const logarithms = rows.map(({ ratio }) => Math.log(ratio));
  const value = Math.exp(logarithms.reduce((sum, logarithm) => sum + logarithm, 0) / rows.length);
  return row(name, "times", { value, baseline: 1 }, against, aim);
}

/** @returns undefined where there is no aim */
export function isMet(row: Row): boolean | undefined {
  if ("atMost" in row) return row.ratio <= row.atMost;
  if ("atLeast" in row) return row.ratio >= row.atLeast;
  if ("valueAtMost" in row) return row.value <= row.valueAtMost;
  return undefined;
}

export function tableOf(rows: readonly Row[]): string {
  const head = ["", "value", "baseline", "unit", "ratio", "aim", "", "against"];
  const lines = rows.map((row) => [
    row.name,
    rounded(row.value),
    rounded(row.baseline),
    row.unit,
    row.ratio.toFixed(2),
    aimOf(row),
    { true: "met", false: "missed", undefined: "" }[`${isMet(row)}`],
    row.against,
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]!.length)));
  const isNumber = (column: number): boolean => column === 1 || column === 2 || column === 4;
  return [head, ...lines]
    .map((line) =>
      line
        .map((text, column) => pad(text, widths[column]!, isNumber(column)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function aimOf(row: Row): string {
  if ("atMost" in row) return `at most ${row.atMost}`;
  if ("atLeast" in row) return `at least ${row.atLeast}`;
  return "valueAtMost" in row ? `at most ${row.valueAtMost} ${row.unit}` : "";
}

function pad(text: string, width: number, toTheRight: boolean): string {
  return toTheRight ? text.padStart(width) : text.padEnd(width);
}

/** Three digits that count: more would be noise. */
function rounded(figure: number): string {
  return figure >= 100 ? Math.round(figure).toLocaleString("en") : figure.toPrecision(3);
}
