/**
 * config-poller: firmware that never ends. It reads two configs of the account every few seconds and reacts when they
 * change: `greeting` is logged, `report_interval_s` says how many seconds to wait between two readings. So the device
 * is steered from the server. When the link is lost it tries again, more and more slowly (backoff), for ever.
 *
 *     mvsim run config-poller.ts --config greeting=Hello --config report_interval_s=2 --for 20s
 */

import { clock, configs, describe, log, network, Outcome } from "../sdk";

// The device's vector table is the exports of this file.
export { SysTick_Handler, TIM1_BRK_IRQHandler } from "../sdk";

const TICK_MILLISECONDS: u32 = 100;
const SHORTEST_BACKOFF_SECONDS: u32 = 1;
const LONGEST_BACKOFF_SECONDS: u32 = 60;

let intervalSeconds: u32 = 5;
let greeting = "";

export function main(): i32 {
  // SysTick wakes the core ten times a second; between two ticks it sleeps. All waits below end at a tick.
  if (clock.start(TICK_MILLISECONDS) != Outcome.Ok) return 1;
  let backoffSeconds = SHORTEST_BACKOFF_SECONDS;
  while (true) {
    const outcome = readConfigs();
    if (outcome == Outcome.Ok) {
      backoffSeconds = SHORTEST_BACKOFF_SECONDS;
      clock.sleep(intervalSeconds * 1000);
    } else {
      log("no configs: " + describe(outcome) + "; again in " + backoffSeconds.toString() + " s");
      clock.sleep(backoffSeconds * 1000);
      backoffSeconds = min(backoffSeconds * 2, LONGEST_BACKOFF_SECONDS);
    }
  }
}

/** One reading. What it takes it gives back, but for the network: that stays ours from the first success on. */
function readConfigs(): Outcome {
  // Asks for the network the first time. Later this only waits: the kernel brings a lost link back by itself.
  let outcome = network.open(10_000);
  if (outcome != Outcome.Ok) return outcome;

  configs.clear();
  const greetingItem = configs.addAccountConfig("greeting");
  const intervalItem = configs.addAccountConfig("report_interval_s");
  outcome = configs.fetch(5_000);
  if (outcome != Outcome.Ok) return outcome;

  // A config that is missing leaves things as they are.
  if (configs.isFound(greetingItem)) noticeGreeting(configs.text(greetingItem));
  if (configs.isFound(intervalItem)) noticeInterval(configs.text(intervalItem));
  return Outcome.Ok;
}

function noticeGreeting(value: string): void {
  if (value == greeting) return;
  greeting = value;
  log("greeting: " + value);
}

/** Values are text that people type: what is no sensible number is not obeyed. */
function noticeInterval(value: string): void {
  const seconds = I32.parseInt(value);
  if (seconds < 1 || seconds > 3600 || <u32>seconds == intervalSeconds) return;
  intervalSeconds = seconds;
  log("report_interval_s: " + seconds.toString());
}
