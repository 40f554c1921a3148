// Work whose locals lie on the C stack, in leaf functions below the stack pointer: see red-zone.test.ts.
#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("env"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(#name)))
#define NOINLINE __attribute__((noinline))

IMPORT(kernel) int kernel(int value);
IMPORT(wait) void wait(void);
IMPORT(record) void record(int value);

// A leaf: no calls, 96 bytes of locals, indexes that no compiler can know.
NOINLINE static uint32_t leaf(const uint8_t *text, int length) {
  uint32_t table[24];
  for (int i = 0; i < 24; i++) table[i] = (uint32_t)i * 2654435761u;
  for (int i = 0; i < length; i++) {
    uint32_t at = (table[i % 24] ^ text[i]) % 24u;
    table[at] = table[(at + 7) % 24] * 31u + text[i];
  }
  uint32_t sum = 0;
  for (int i = 0; i < 24; i++) sum = sum * 33u + table[i];
  return sum;
}

NOINLINE static uint32_t crc32(const uint8_t *text, int length) {
  uint32_t table[16];
  for (uint32_t i = 0; i < 16; i++) {
    uint32_t value = i;
    for (int bit = 0; bit < 4; bit++) value = value & 1 ? (value >> 1) ^ 0xedb88320u : value >> 1;
    table[i] = value;
  }
  uint32_t crc = ~0u;
  for (int i = 0; i < length; i++) {
    crc ^= text[i];
    crc = (crc >> 4) ^ table[crc & 15];
    crc = (crc >> 4) ^ table[crc & 15];
  }
  return ~crc;
}

// With a call in its loop: an ordinary frame.
NOINLINE static int sorted(int seed) {
  int values[40];
  for (int i = 0; i < 40; i++) values[i] = kernel((i * 17 + seed) % 40);
  for (int i = 1; i < 40; i++)
    for (int j = i; j > 0 && values[j - 1] > values[j]; j--) {
      int other = values[j];
      values[j] = values[j - 1];
      values[j - 1] = other;
    }
  for (int i = 0; i < 40; i++)
    if (values[i] != i + 1) return -1;
  return 1;
}

NOINLINE static int ackermann(int m, int n) {
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

static int add(int a, int b) { return a + b; }
static int multiply(int a, int b) { return a * b; }
static int (*volatile const operations[])(int, int) = {add, multiply};

NOINLINE static int indirect(void) {
  int value = 1;
  for (int i = 0; i < 10; i++) value = operations[i & 1](value, 3);
  return value;
}

NOINLINE static int wide(void) {
  volatile double scale = 0.5;
  uint64_t product = 1;
  double sum = 0;
  for (int i = 1; i <= 20; i++) {
    product *= (uint64_t)i;
    sum += scale * i;
  }
  return product == 2432902008176640000ull ? (int)sum : -1;
}

NOINLINE static int grown(void) {
  int before = (int)__builtin_wasm_memory_grow(0, 1);
  volatile int *last = (volatile int *)(__builtin_wasm_memory_size(0) * 65536 - 4);
  *last = 77;
  return before > 0 ? *last : -1;
}

static const uint8_t text[] = "123456789";
// Volatile, so that loops stay loops.
static volatile int length = 9;

EXPORT(main) int main(void) {
  record((int)leaf(text, length));
  record((int)crc32(text, length));
  record(sorted(5));
  record(ackermann(2, 3));
  record(indirect());
  record(wide());
  record(grown());
  return 0;
}

static volatile int handled;
static int spoiled;

// 256 bytes of stack, a call of the kernel, a wait, and a memory that grows.
EXPORT(TIM2_IRQHandler) void handler(void) {
  volatile uint8_t bytes[256];
  for (int i = 0; i < 256; i++) bytes[i] = (uint8_t)(i ^ 0xa5);
  if (handled++ < 3) __builtin_wasm_memory_grow(0, 1);
  spoiled |= kernel(handled) != handled + 1;
  wait();
  for (int i = 0; i < 256; i++) spoiled |= bytes[i] != (uint8_t)(i ^ 0xa5);
  if (spoiled) record(-2);
}
