/**
 * What firmware's instructions cost in virtual time. It is counted on the original opcodes, so that neither Binaryen
 * nor the simulator's own instrumentation changes a trace.
 *
 * Version 2: each opcode costs one cycle, whatever it does; what fills or copies memory or a table, one more for each
 * four bytes or elements, as it begins (version 1 had no such price, so that time could stand). The cycle is paid once each time the *static* piece of code that
 * holds it is begun:
 * - a loop's head, at each round, pays for the opcodes after `loop` up to and with the loop's `end`; bodies of nested
 *   loops pay for themselves, but their `loop` opcodes are part of the outer loop;
 * - a function's entry pays for all opcodes outside loops, with the last `end`.
 * So both arms of an `if` are paid for, and so is code after an early `return` or `br`. Imported calls add a price of
 * their own (`ImportedCall.cycles`) when they return.
 */

export const costModelVersion = 2;

export const cyclesPerOpcode = 1;
