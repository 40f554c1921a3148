/** What is generated from the ABI declarations: each file of the repository with the function that makes its text. */

import { abiPage } from "./abi-page.ts";
import {
  enumsFile,
  indexFile,
  interruptsFile,
  mcuFile,
  peripheralsFile,
  structsFile,
  syscallsFile,
} from "./assemblyscript.ts";
import { syscallsHeader } from "./c-header.ts";
import { mcuHeader, peripheralsHeader } from "./c-mcu-header.ts";
import { rustModule } from "./rust.ts";

/** Paths from the root of the repository. */
export const outputs: Readonly<Record<string, () => string>> = {
  "firmware/sdk/abi.ts": indexFile,
  "firmware/sdk/abi/enums.ts": enumsFile,
  "firmware/sdk/abi/structs.ts": structsFile,
  "firmware/sdk/abi/syscalls.ts": syscallsFile,
  "firmware/sdk/abi/mcu.ts": mcuFile,
  "firmware/sdk/abi/peripherals.ts": peripheralsFile,
  "firmware/sdk/abi/interrupts.ts": interruptsFile,
  "firmware/include/mv_syscalls.h": syscallsHeader,
  "docs/abi.md": abiPage,
  "firmware/include/mcu_cmsis.h": mcuHeader,
  "firmware/include/mcu_peripherals.h": peripheralsHeader,
  "firmware/rust/microvisor.rs": rustModule,
};
