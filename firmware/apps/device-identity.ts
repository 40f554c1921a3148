/**
 * device-identity: who am I, and what was I given? A device's identity is its SID and what is stored under four
 * combinations of scope and store:
 *
 *              config (readable over REST)      secret (can be written, but never read back over REST)
 *   account    fleet_name                       fleet_token
 *   device     device_name                      device_key, 32 bytes in base64
 *
 * Nothing falls back from one to another: a key of the account is not found on the device, nor a secret among configs.
 * Config values are text, so binary data travels in base64 and is decoded here. A secret's value is never logged.
 */

import { base64, configs, describe, lastStatus, log, MvStatus, mvGetDeviceId, network, Outcome } from "../sdk";

export { SysTick_Handler, TIM1_BRK_IRQHandler } from "../sdk";

const DEVICE_ID_BYTES: u32 = 34; // no terminating zero
const DEVICE_ID: usize = memory.data(DEVICE_ID_BYTES);
const KEY_BYTES: i32 = 32;
const KEY: usize = memory.data(KEY_BYTES);

let complete = true;

export function main(): i32 {
  if (mvGetDeviceId(DEVICE_ID, DEVICE_ID_BYTES) != MvStatus.MV_STATUS_OKAY) return 1;
  say("I am " + String.UTF8.decodeUnsafe(DEVICE_ID, DEVICE_ID_BYTES));

  let outcome = network.open();
  if (outcome == Outcome.Ok) {
    outcome = readIdentity();
    const closed = network.close();
    if (outcome == Outcome.Ok) outcome = closed;
  }
  // Secrets leave the memory as soon as they are not needed any more.
  configs.clear();
  memory.fill(KEY, 0, KEY_BYTES);

  if (outcome != Outcome.Ok) {
    say("failed: " + describe(outcome));
    return 1;
  }
  return complete ? 0 : 1;
}

/** All four in one request: the answers come in the order of the questions. */
function readIdentity(): Outcome {
  configs.clear();
  const fleetName = configs.addAccountConfig("fleet_name");
  const fleetToken = configs.addAccountSecret("fleet_token");
  const deviceName = configs.addDeviceConfig("device_name");
  const deviceKey = configs.addDeviceSecret("device_key");
  const outcome = configs.fetch();
  if (outcome != Outcome.Ok) return outcome;

  say("fleet_name: " + (configs.isFound(fleetName) ? configs.text(fleetName) : "missing"));
  say("device_name: " + (configs.isFound(deviceName) ? configs.text(deviceName) : "missing"));
  say("fleet_token: " + (configs.isFound(fleetToken) ? "present" : "missing"));
  say("device_key: " + (configs.isFound(deviceKey) ? decodeKey(deviceKey) : "missing"));
  return Outcome.Ok;
}

/** Decodes from where the value lies: a string made of a secret would stay in memory until the garbage collector comes. */
function decodeKey(item: i32): string {
  const bytes = base64.decode(configs.address(item), configs.length(item), KEY, KEY_BYTES);
  if (bytes == KEY_BYTES) return "present, 32 bytes";
  complete = false;
  return "present, but not 32 bytes in base64";
}

/** What could not be logged makes the run incomplete, unless the server wants no logs of this device. */
function say(text: string): void {
  if (log(text) != Outcome.Ok && lastStatus() != MvStatus.MV_STATUS_LOGGINGDISABLEDBYSERVER) complete = false;
}
