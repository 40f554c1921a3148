/**
 * The peripheral registers that system calls reach, as data: where they are, what they hold at the start, and which
 * bits an application may change. Contract: they describe the chip that the clock calls and the rest of the simulator
 * describe, so what firmware works out of them agrees. Nothing but these values is behind them.
 */

export interface Register {
  readonly initial: number;
  readonly changeable: number;
}

/** Offset, initial value (default 0), changeable bits (default none). */
type Row = readonly [offset: number, initial?: number, changeable?: number];

/**
 * SYSCLK = 16 MHz (HSI) / (M + 1) * (N + 1) / (R + 1) = 16 MHz * 10 / 1 = 160 MHz, without dividers for HCLK, PCLK1 and
 * PCLK2. The clock enables of peripherals may be changed, those of memory, flash and the power control may not.
 */
const rcc: readonly Row[] = [
  [0x00, 0x0300_0535], // CR: MSI, HSI and PLL1 are on and ready
  [0x08, 0x4400_0000], // ICSCR1: MSI at 4 MHz
  [0x0c, 0x0008_4210], // ICSCR2
  [0x10, 0x0010_0000], // ICSCR3
  [0x14], // CRRCR
  [0x1c, 0x0000_000f], // CFGR1: SW and SWS are PLL1
  [0x20], // CFGR2: HPRE, PPRE1, PPRE2 do not divide
  [0x24], // CFGR3
  [0x28, 0x0004_000e], // PLL1CFGR: from HSI, M = 0, 8 to 16 MHz, output R enabled
  [0x2c], // PLL2CFGR
  [0x30], // PLL3CFGR
  [0x34, 0x0000_0209], // PLL1DIVR: N = 9, P = 1, Q = 0, R = 0
  [0x38], // PLL1FRACR
  [0x3c, 0x0101_0280], // PLL2DIVR
  [0x40], // PLL2FRACR
  [0x44, 0x0101_0280], // PLL3DIVR
  [0x48], // PLL3FRACR
  ...[0x50, 0x54, 0x58].map((offset): Row => [offset]), // CIER, CIFR, CICR
  ...[0x60, 0x64, 0x68, 0x6c, 0x74, 0x78, 0x7c, 0x80].map((offset): Row => [offset]), // …RSTR
  [0x88, 0xd000_0100, 0x5005_100f], // AHB1ENR
  [0x8c, 0xc000_0000, 0x19bf_55ff], // AHB2ENR1
  [0x90, 0, 0x0000_0111], // AHB2ENR2
  [0x94, 0x8000_0004, 0x0000_0661], // AHB3ENR
  [0x9c, 0, 0x017e_483f], // APB1ENR1
  [0xa0, 0, 0x0080_0222], // APB1ENR2
  [0xa4, 0, 0x0067_7800], // APB2ENR
  [0xa8, 0, 0x0030_f8e2], // APB3ENR
  ...[0xb0, 0xb4, 0xb8, 0xbc, 0xc4, 0xc8, 0xcc, 0xd0, 0xd8].map((offset): Row => [offset, 0xffff_ffff]), // …SMENR, SRDAMR
  [0xe0, 0, 0xefff_ffff], // CCIPR1
  [0xe4, 0, 0x0030_7fe7], // CCIPR2
  [0xe8, 0, 0x0007_ffdf], // CCIPR3
  [0xf0, 0x0000_8103], // BDCR: the RTC runs on LSE
  [0xf4, 0x0c00_4400], // CSR
  [0x110], // SECCFGR
  [0x114], // PRIVCFGR
];

/** All of PWR's words to PDCRI. Voltage range 1 with its booster, as 160 MHz need. */
const pwr: readonly Row[] = Array.from({ length: 0x98 / 4 }, (_, word) => [word * 4] as Row).map(
  ([offset]): Row => [offset, { 12: 0x0007_c000, 60: 0x0003_8000 }[offset] ?? 0],
);

const flash: readonly Row[] = [
  [0x00, 0x0000_0104], // ACR: 4 wait states and prefetch, as 160 MHz need
  [0x20], // NSSR
  [0x28, 0xc000_0000], // NSCR: locked
  [0x30], // ECCR
  [0x34], // OPSR
  [0x40, 0x9fef_f8aa], // OPTR: TrustZone on, two banks
];

/** IDCODE: an STM32U575 or U585, revision X. */
const dbgmcu: readonly Row[] = [[0x00, 0x3001_6482]];

function bank(base: number, rows: readonly Row[]): [number, Register][] {
  return rows.map(([offset, initial = 0, changeable = 0]) => [base + offset, { initial, changeable }]);
}

/** By address. */
export const registers: ReadonlyMap<number, Register> = new Map([
  ...bank(0x4602_0c00, rcc),
  ...bank(0x4602_0800, pwr),
  ...bank(0x4002_2000, flash),
  ...bank(0xe004_4000, dbgmcu),
]);
