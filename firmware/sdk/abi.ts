/**
 * The Microvisor ABI with the vendor's names: enums, structs and system calls, and the MCU's calls with CMSIS's.
 * Generated from host/abi by `npm run generate`: do not edit.
 *
 * Enum members carry their full names: `MvStatus.MV_STATUS_OKAY`. Structs are views of memory:
 * `changetype<MvNotification>(address)`; `offsetof<MvNotification>()` is the size. A parameter that points at one
 * struct has the struct's type; all other pointers are addresses (`usize`).
 */
export * from "./abi/enums";
export * from "./abi/structs";
export * from "./abi/syscalls";
export * from "./abi/mcu";
export * from "./abi/peripherals";
export * from "./abi/interrupts";
