/** What each parameter of a system call is, in a few words. */

import type { SyscallName } from "../../host/abi/syscalls.ts";
import type { Parameter } from "../../host/abi/types.ts";

/** Parameters that are named the same are the same thing, unless the call is named here too. */
const meanings: Readonly<Record<string, string>> = {
  address: "where in the flash",
  available: "how many more bytes could be sent",
  buf: "where the bytes go",
  buffer: "the bytes read from the flash, or to write to it",
  consumed: "how many bytes, from the first that was received",
  correlation_id: "the message's number",
  data: "the bytes to send",
  enable: "1 or 0",
  header_index: "which header, from 0",
  hz: "the frequency in hertz",
  irqn: "an interrupt number",
  len: "how many bytes",
  length: "how many bytes",
  length_bytes: "how many bytes",
  length_out: "how many bytes are there",
  mask: "the bits to clear",
  message: "the text, without a terminating zero",
  ms: "microseconds, although the name says otherwise",
  offset: "the first byte to read, from 0",
  output: "the register's value",
  read_pointer_out: "where the received bytes are",
  reasons: "the reasons, as bits of [MvNetworkReason](#mvnetworkreason)",
  reg: "the register's address",
  request_ref_count: "the number of network requests",
  size: "room for so many bytes",
  status: "the run's result: 0 is success",
  tag: "a number of your own, which comes back in the record",
  usec: "microseconds since 1970",
  written: "how many bytes were taken",
  xorvalue: "the bits to flip after that",
  "mvServerLoggingInit.buffer": "the log's buffer, aligned to 512; the kernel's from then on",
  "mvTestLoggingInit.buffer": "the log's buffer, aligned to 512; the kernel's from then on",
  "mvGetDeviceId.len": "34",
  "mvServerLoggingInit.length_bytes": "its size: a multiple of 512",
  "mvTestLoggingInit.length_bytes": "its size: a multiple of 512",
};

const handles: Readonly<Record<string, string>> = {
  MvNotificationHandle: "the notification centre",
  MvNetworkHandle: "the network request",
  MvChannelHandle: "the channel",
  MvSystemEventHandle: "the system notification",
  MvExternalFlashHandle: "the external flash",
};

/** Markdown, with links to the entries of structs and enums. */
export function parameterMeaning(call: SyscallName, name: string, parameter: Parameter): string {
  const direction = { value: "", in: "in: ", out: "out: ", inOut: "in and out: ", bytes: "" }[parameter.pass];
  const closes = parameter.pass === "inOut" && parameter.type.kind === "handle" ? "; becomes 0" : "";
  const late =
    parameter.pass === "in" && parameter.late ? "; what it points at is read while the request is written" : "";
  return direction + thing(call, name, parameter) + closes + late;
}

function thing(call: SyscallName, name: string, parameter: Parameter): string {
  const own = meanings[`${call}.${name}`];
  if (own) return own;
  if (parameter.pass === "bytes") return `${parameter.constant ? "in" : "out"}: ${known(name)}`;
  const { type } = parameter;
  switch (type.kind) {
    case "handle":
      return handles[type.name] ?? known(type.name);
    case "struct":
    case "enum":
      return name === "reasons" ? known(name) : `[${type.name}](#${type.name.toLowerCase()})`;
    default:
      return known(name);
  }
}

function known(name: string): string {
  const meaning = meanings[name];
  if (!meaning) throw new Error(`docs/abi.md needs a few words on the parameter "${name}": add them to parameters.ts.`);
  return meaning;
}
