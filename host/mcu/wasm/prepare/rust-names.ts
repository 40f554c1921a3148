/**
 * What rustc makes of a name, read back: `_ZN4core6option13expect_failed17h0123456789abcdefE` is
 * `core::option::expect_failed`. Only its older scheme, which the standard library of Debian's rustc has; names of C++
 * are readable already, because wasm-ld reads them back.
 */

const escapes: Readonly<Record<string, string>> = {
  SP: "@",
  BP: "*",
  RF: "&",
  LT: "<",
  GT: ">",
  LP: "(",
  RP: ")",
  C: ",",
};

/** The path of a Rust function, without the hash at its end; any other name as it is. */
export function readableName(name: string): string {
  // LLVM may add a suffix of its own: `.llvm.` and a number.
  const whole = /^_ZN(.*)17h[0-9a-f]{16}E(?:\.llvm\.\d+)?$/s.exec(name);
  if (!whole) return name;
  const steps: string[] = [];
  for (let rest = whole[1] as string; rest !== ""; ) {
    const digits = /^\d+/.exec(rest)?.[0] ?? "";
    const end = digits.length + Number(digits);
    if (digits === "" || end === digits.length || end > rest.length) return name;
    steps.push(step(rest.slice(digits.length, end)));
    rest = rest.slice(end);
  }
  return steps.join("::");
}

/** One step of a path: `_$LT$u8$u20$as$u20$core..fmt..Debug$GT$` is `<u8 as core::fmt::Debug>`. */
function step(mangled: string): string {
  return mangled
    .replace(/^_\$/, "$")
    .replaceAll("..", "::")
    .replace(/\$(?:u([0-9a-f]{1,5})|([A-Z]{1,2}))\$/g, (all, code?: string, letters?: string) =>
      code === undefined ? (escapes[letters as string] ?? all) : String.fromCodePoint(Number.parseInt(code, 16)),
    );
}
