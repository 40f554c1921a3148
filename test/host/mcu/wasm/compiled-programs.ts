/** Programs in AssemblyScript and C whose results are known from elsewhere: Node's libraries, or plain JavaScript. */

import { createHash } from "node:crypto";

export interface CompiledProgram {
  readonly source: string;
  /** What `main` answers, as an i32. */
  readonly result: number;
}

const text = "The quick brown fox jumps over the lazy dog";

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

/** Knuth's generator of 64 bits, the upper half of its 1000th number. */
function lcg(): number {
  let state = 1n;
  for (let step = 0; step < 1000; step++) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
  }
  return Number(BigInt.asIntN(32, state >> 32n));
}

function floats(): number {
  let sum = 0;
  for (let index = 1; index <= 500; index++) sum += Math.sqrt(index) / (index + 0.5) - Math.fround(1 / index);
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, sum);
  return bits.getInt32(0) ^ bits.getInt32(4);
}

const sha256 = createHash("sha256").update("abc").digest().readInt32BE(0);
/** Of FIPS 180-4: the fractional parts of the square and cube roots of the first primes. */
const primes = [...Array(312).keys()].filter((n) => n > 1 && ![...Array(n).keys()].some((d) => d > 1 && n % d === 0));
const rootBits = (root: (value: number) => number, count: number) =>
  primes.slice(0, count).map((prime) => Math.floor((root(prime) % 1) * 2 ** 32));
const initial = rootBits(Math.sqrt, 8).join();
const rounds = rootBits(Math.cbrt, 64).join();

export const assemblyScriptPrograms: Readonly<Record<string, CompiledProgram>> = {
  "CRC32 of a text": {
    result: crc32(Buffer.from(text)),
    source: `export function main(): i32 {
      const bytes = Uint8Array.wrap(String.UTF8.encode(${JSON.stringify(text)}));
      let crc: u32 = ~0;
      for (let i = 0; i < bytes.length; i++) {
        crc ^= bytes[i];
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
      }
      return ~crc;
    }`,
  },
  "SHA-256 of abc": {
    result: sha256,
    source: `const k: u32[] = [${rounds}];
    function rotate(x: u32, by: u32): u32 { return rotr<u32>(x, by); }
    export function main(): i32 {
      const h: u32[] = [${initial}];
      const w = new StaticArray<u32>(64);
      w[0] = 0x61626380; w[15] = 24;
      for (let t = 16; t < 64; t++) {
        const a = w[t - 15], b = w[t - 2];
        w[t] = w[t - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)) + w[t - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10));
      }
      const s = h.slice();
      for (let t = 0; t < 64; t++) {
        const e = s[4], a = s[0];
        const one = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + k[t] + w[t];
        const two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        s.unshift(one + two); s.pop(); s[4] += one;
      }
      return h[0] + s[0];
    }`,
  },
  "the 92 ways of eight queens": {
    result: 92,
    source: `function place(row: i32, columns: i32, left: i32, right: i32): i32 {
      if (row == 8) return 1;
      let ways = 0;
      for (let free = ~(columns | left | right) & 255; free != 0; free &= free - 1) {
        const queen = free & -free;
        ways += place(row + 1, columns | queen, (left | queen) << 1, (right | queen) >> 1);
      }
      return ways;
    }
    export function main(): i32 { return place(0, 0, 0, 0); }`,
  },
  "a parser of expressions, with classes and strings": {
    result: 2 * (3 + 4) - 5 * (10 - (2 + 1)) + 1000 / (7 + 3),
    source: `class Parser {
      at: i32 = 0;
      constructor(readonly text: string) {}
      peek(): i32 { while (this.at < this.text.length && this.text.charCodeAt(this.at) == 32) this.at++;
        return this.at < this.text.length ? this.text.charCodeAt(this.at) : 0; }
      primary(): i32 {
        if (this.peek() == 40) { this.at++; const value = this.sum(); assert(this.peek() == 41); this.at++; return value; }
        let digits = "";
        while (this.peek() >= 48 && this.peek() <= 57) digits += this.text.charAt(this.at++);
        return I32.parseInt(digits);
      }
      product(): i32 {
        let value = this.primary();
        for (let sign = this.peek(); sign == 42 || sign == 47; sign = this.peek()) {
          this.at++;
          const other = this.primary();
          value = sign == 42 ? value * other : value / other;
        }
        return value;
      }
      sum(): i32 {
        let value = this.product();
        for (let sign = this.peek(); sign == 43 || sign == 45; sign = this.peek()) {
          this.at++;
          const other = this.product();
          value = sign == 43 ? value + other : value - other;
        }
        return value;
      }
    }
    export function main(): i32 { return new Parser("2*(3 + 4) - 5*(10-(2+1)) + 1000/(7 + 3)").sum(); }`,
  },
  "64-bit integers": {
    result: lcg(),
    source: `export function main(): i32 {
      let state: u64 = 1;
      for (let step = 0; step < 1000; step++) state = state * 6364136223846793005 + 1442695040888963407;
      return <i32>(state >> 32);
    }`,
  },
  "floats of both sizes, bit for bit": {
    result: floats(),
    source: `export function main(): i32 {
      let sum: f64 = 0;
      for (let i: i32 = 1; i <= 500; i++) sum += sqrt<f64>(i) / (<f64>i + 0.5) - <f64>(<f32>1 / <f32>i);
      const bits = reinterpret<u64>(sum);
      return <i32>bits ^ <i32>(bits >> 32);
    }`,
  },
  "a map, a sort, and calls through function references": {
    result: [..."sphinx of black quartz judge my vow"]
      .sort()
      .reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, 7),
    source: `export function main(): i32 {
      const counts = new Map<string, i32>();
      const letters = "sphinx of black quartz judge my vow".split("");
      for (let i = 0; i < letters.length; i++) {
        const letter = letters[i];
        counts.set(letter, (counts.has(letter) ? counts.get(letter) : 0) + 1);
      }
      const keys = counts.keys().sort((a: string, b: string) => a.charCodeAt(0) - b.charCodeAt(0));
      let hash = 7;
      for (let i = 0; i < keys.length; i++)
        for (let n = counts.get(keys[i]); n > 0; n--) hash = hash * 31 + keys[i].charCodeAt(0);
      return hash;
    }`,
  },
};

export const cPrograms: Readonly<Record<string, CompiledProgram>> = {
  "CRC32 by a table": {
    result: crc32(Buffer.from(text)),
    source: `static unsigned table[256];
    static const char text[] = ${JSON.stringify(text)};
    __attribute__((export_name("main"))) int run(void) {
      for (unsigned n = 0; n < 256; n++) {
        unsigned value = n;
        for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (value & 1 ? 0xedb88320u : 0);
        table[n] = value;
      }
      unsigned crc = ~0u;
      for (const char *at = text; *at; at++) crc = (crc >> 8) ^ table[(crc ^ (unsigned char)*at) & 255];
      return (int)~crc;
    }`,
  },
  "a recursive sort through a function pointer": {
    result: [...Array(200).keys()]
      .map((index) => (index * 7919) % 541)
      .sort((one, other) => other - one)
      .reduce((hash, value) => (Math.imul(hash, 33) ^ value) | 0, 5381),
    source: `static int values[200];
    static int descending(int one, int other) { return other - one; }
    static int ascending(int one, int other) { return one - other; }
    static int (*const orders[2])(int, int) = {ascending, descending};
    static void sort(int *from, int count, int (*order)(int, int)) {
      if (count < 2) return;
      int pivot = from[count / 2], low = 0, high = count - 1;
      while (low <= high) {
        while (order(from[low], pivot) < 0) low++;
        while (order(from[high], pivot) > 0) high--;
        if (low <= high) { int kept = from[low]; from[low++] = from[high]; from[high--] = kept; }
      }
      sort(from, high + 1, order);
      sort(from + low, count - low, order);
    }
    __attribute__((export_name("main"))) int run(void) {
      for (int index = 0; index < 200; index++) values[index] = index * 7919 % 541;
      sort(values, 200, orders[1]);
      unsigned hash = 5381;
      for (int index = 0; index < 200; index++) hash = (hash * 33) ^ (unsigned)values[index];
      return (int)hash;
    }`,
  },
  "64-bit integers": {
    result: lcg(),
    source: `__attribute__((export_name("main"))) int run(void) {
      unsigned long long state = 1;
      for (int step = 0; step < 1000; step++) state = state * 6364136223846793005ull + 1442695040888963407ull;
      return (int)(state >> 32);
    }`,
  },
  "copies and fills of structs": {
    result: [...Array(16).keys()].reduce((sum, index) => sum + (index * 3 + 64 * 5) * (index + 1), 0),
    source: `struct Page { unsigned char bytes[64]; int weight; };
    static struct Page pages[16];
    __attribute__((noinline)) static int sum(struct Page page) {
      int total = 0;
      for (int index = 0; index < 64; index++) total += page.bytes[index];
      return total + page.weight;
    }
    __attribute__((export_name("main"))) int run(void) {
      int total = 0;
      for (int index = 0; index < 16; index++) {
        struct Page page = {{0}, index * 3};
        for (int at = 0; at < 64; at++) page.bytes[at] = 5;
        pages[15 - index] = page;
        total += sum(pages[15 - index]) * (index + 1);
      }
      return total;
    }
    /* What an optimiser may make calls of. */
    void *memcpy(void *to, const void *from, unsigned long count) {
      for (unsigned long at = 0; at < count; at++) ((volatile char *)to)[at] = ((const volatile char *)from)[at];
      return to;
    }
    void *memset(void *to, int value, unsigned long count) {
      for (unsigned long at = 0; at < count; at++) ((volatile char *)to)[at] = (char)value;
      return to;
    }`,
  },
};
