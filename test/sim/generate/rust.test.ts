/** The Rust bindings in the eyes of each rustc: the layouts, names and numbers are those of the ABI. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type EnumName, enums } from "../../../host/abi/enums.ts";
import { layoutOf } from "../../../host/abi/layout.ts";
import { mcuCalls } from "../../../host/abi/mcu-calls.ts";
import { peripheralCalls } from "../../../host/abi/peripheral-calls.ts";
import { type StructName, structs } from "../../../host/abi/structs.ts";
import { syscalls } from "../../../host/abi/syscalls.ts";
import { rehearse } from "../../host/device/rehearsal.ts";
import { bindings, buildRust, checkRust, type RustCompiler, rustCommands, rustForWasm } from "./rust-compilers.ts";

const text = readFileSync("firmware/rust/microvisor.rs", "utf8");
const compiler = rustForWasm() as RustCompiler;

async function linesOf(source: string): Promise<string[]> {
  const { events } = await rehearse({ firmware: buildRust(compiler, [], bindings + source) });
  return events.flatMap((event) => (event.kind === "log" ? [event.text] : []));
}

describe("the Rust bindings", () => {
  it("declare every call once", () => {
    const declared = [...text.matchAll(/^ {4}pub fn (\w+)\(/gm)].map(([, name]) => name);
    expect(declared.sort()).toEqual(Object.keys({ ...syscalls, ...mcuCalls, ...peripheralCalls }).sort());
  });

  it.each(rustCommands())("compile without a warning with %s", (command) => {
    expect(checkRust(command, bindings)).toBe("");
  });
});

describe.skipIf(!compiler)("the Rust bindings on a device", () => {
  it("lay out every struct as the ABI does", async () => {
    const fields = (Object.keys(structs) as StructName[]).flatMap((name) =>
      layoutOf(name).fields.map(({ key, offset, bytes }) => ({ name, key, offset, bytes })),
    );
    const lines = await linesOf(`
      macro_rules! field { ($struct:ident, $($path:tt)+) => {{
        let place = std::mem::MaybeUninit::<$struct>::zeroed();
        let field = unsafe { std::ptr::addr_of!((*place.as_ptr()).$($path)+) };
        let bytes = std::mem::size_of_val(unsafe { &*field });
        (stringify!($struct), stringify!($($path)+), field as usize - place.as_ptr() as usize, bytes)
      }} }
      fn main() {
        for (name, path, offset, bytes) in [${fields.map(({ name, key }) => `field!(${name}, ${key})`).join()}] {
          println!("{}.{} {} {}", name, path.replace(' ', ""), offset, bytes);
        }
      }`);
    expect(lines).toEqual(fields.map(({ name, key, offset, bytes }) => `${name}.${key} ${offset} ${bytes}`));
  });

  it("refuse a size that is not the device's", () => {
    const wrong = text.replace("size_of::<MvNotification>() == 16", "size_of::<MvNotification>() == 12");
    expect(() => buildRust(compiler, [], `${wrong.replace(/^\/\/!.*/gm, "")}\nfn main() {}`)).toThrow(
      /assertion failed/,
    );
  });

  it("give every enum its numbers and its names", async () => {
    const members = (Object.keys(enums) as EnumName[]).flatMap((name) => {
      const { prefix, bytes, values } = enums[name];
      return Object.entries(values).map(([member, value]) => ({ member: `${prefix}${member}`, value, bytes }));
    });
    const lines = await linesOf(`
      use std::{fmt::Debug, mem::size_of_val};
      fn main() {
        let members: &[(&dyn Debug, u32, usize)] = &[${members
          .map(({ member }) => `(&${member}, ${member}.0 as u32, size_of_val(&${member}))`)
          .join()}];
        for (member, value, bytes) in members { println!("{:?} {} {}", member, value, bytes); }
        println!("{:?}", MvStatus(99));
      }`);
    expect(lines).toEqual([
      ...members.map(({ member, value, bytes }) => `${member} ${value} ${bytes}`),
      "MvStatus(99)",
    ]);
  });

  it("reach the MCU and its peripherals", async () => {
    const lines = await linesOf(`
      static mut RUNS: u32 = 0;
      #[no_mangle]
      #[allow(non_snake_case)]
      pub extern "C" fn TIM1_BRK_IRQHandler() { unsafe { RUNS += 1 } }
      fn main() {
        unsafe {
          mcu_gpio_write(MCU_PIN('C', 13), 1);
          NVIC_EnableIRQ(TIM1_BRK_IRQn);
          NVIC_SetPendingIRQ(TIM1_BRK_IRQn);
          let text = b"by UART\\n";
          mcu_uart_write(text.as_ptr(), text.len() as u32);
          let runs = RUNS;
          println!("{} {} {:?}", mcu_gpio_read(45), runs, TIM1_BRK_IRQn);
        }
      }`);
    expect(lines).toEqual(["by UART", "1 1 TIM1_BRK_IRQn"]);
  });
});
