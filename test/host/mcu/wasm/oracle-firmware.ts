/** A config flow in small: asks for the network, fetches three values, and logs each with a sum that takes time. */
export const oracleFirmware = `
@external("env", "mvRequestNetwork") declare function mvRequestNetwork(tag: u32): i32;
@external("env", "mvOpenChannel") declare function mvOpenChannel(tag: u32, bytes: u32): i32;
@external("env", "mvSendConfigFetchRequest") declare function mvSendConfigFetchRequest(channel: i32, key: u32): i32;
@external("env", "mvReadConfigResponseItem") declare function mvReadConfigResponseItem(buffer: usize): i32;
@external("env", "mvServerLog") declare function mvServerLog(text: usize, bytes: i32): i32;
@external("env", "mvNoOp") declare function mvNoOp(): i32;
@external("env", "__WFI") declare function __WFI(): void;

const BUFFER: usize = memory.data(64, 8);
let events: i32 = 0;

export function TIM1_BRK_IRQHandler(): void {
  mvNoOp();
  events++;
}

function waitFor(count: i32): void {
  while (events < count) __WFI();
}

/** Recursive, and with a loop: what a suspension has to keep. */
function sum(from: i32, to: i32): i32 {
  if (to - from < 4) {
    let total = 0;
    for (let at = from; at < to; at++) total = total * 31 + load<u8>(BUFFER + at);
    return total;
  }
  const middle = (from + to) >> 1;
  return sum(from, middle) ^ sum(middle, to);
}

export function main(): i32 {
  mvRequestNetwork(7);
  waitFor(1);
  let bytes = 0;
  for (let key = 0; key < 3; key++) {
    const channel = mvOpenChannel(key, 512);
    mvSendConfigFetchRequest(channel, key);
    const before = sum(0, 64);
    waitFor(2 + key);
    const length = mvReadConfigResponseItem(BUFFER);
    mvServerLog(BUFFER, length);
    mvServerLog(sum(0, 64), before);
    bytes += length;
  }
  return bytes;
}
`;
