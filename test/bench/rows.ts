/** What a benchmark answers, and the table that a person reads. */

/** One figure against its baseline of the same run, and how far it may be from it. */
export type Row = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the baseline measured, in the same unit. */
  readonly baseline: number;
  /** `value / baseline`. */
  readonly ratio: number;
} & ({ readonly atMost: number } | { readonly atLeast: number });

export type Aim = { readonly atMost: number } | { readonly atLeast: number };

export function row(name: string, unit: string, measured: { value: number; baseline: number }, aim: Aim): Row {
  const { value, baseline } = measured;
  return { name, value, unit, baseline, ratio: value / baseline, ...aim };
}

export function isMet(row: Row): boolean {
  return "atMost" in row ? row.ratio <= row.atMost : row.ratio >= row.atLeast;
}

export function tableOf(rows: readonly Row[]): string {
  const head = ["", "value", "baseline", "unit", "ratio", "aim", ""];
  const lines = rows.map((row) => [
    row.name,
    rounded(row.value),
    rounded(row.baseline),
    row.unit,
    row.ratio.toFixed(2),
    "atMost" in row ? `at most ${row.atMost}` : `at least ${row.atLeast}`,
    isMet(row) ? "met" : "missed",
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

function pad(text: string, width: number, toTheRight: boolean): string {
  return toTheRight ? text.padStart(width) : text.padEnd(width);
}

/** Three digits that count: more would be noise. */
function rounded(figure: number): string {
  return figure >= 100 ? Math.round(figure).toLocaleString("en") : figure.toPrecision(3);
}
