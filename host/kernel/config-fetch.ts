/**
 * Config fetch: one request a channel, really encoded into the send buffer, and one response, read from where it
 * really stands in the receive buffer. Contract: the items' pointers are followed only while the request is written,
 * so a bad one is a LATEFAULT and the end of the channel.
 */

import { memberName, memberValue, type Status } from "../abi/enums.ts";
import { layoutOf, readStruct } from "../abi/layout.ts";
import { limits } from "../abi/limits.ts";
import { hexOfBytes } from "../data/hex.ts";
import { textOfBytes } from "../data/text.ts";
import { encodeRequest, type FetchRequestItem, locateItem } from "../wire/config-fetch.ts";
import { checkResponse } from "./buffer-checks.ts";
import { killChannel } from "./channels.ts";
import type { Handlers } from "./dispatch.ts";
import { sendRequest } from "./exchange.ts";
import { findChannel } from "./handles.ts";
import type { Kernel } from "./ports.ts";
import { isSecretItem } from "./secrets.ts";
import type { ChannelState } from "./state.ts";

const itemBytes = layoutOf("MvConfigKeyToFetch").bytes;
const serverError = memberValue("MvConfigKeyFetchResult", "SERVERERROR");
const printableKey = new RegExp(`^[\\x20-\\x7e]{1,${limits.configKeyCharacters.value}}$`);

export const configFetchCalls = {
  mvSendConfigFetchRequest(kernel, { handle, request }) {
    const channel = findChannel(kernel, handle);
    if (!channel) return "INVALIDHANDLE";
    if (channel.death) return "CHANNELCLOSED";
    if (channel.reply !== "none") return "REQUESTALREADYSENT";
    if (request.num_items === 0) return "REQUIREDELEMENTMISSING";
    if (request.num_items > limits.configFetchItems.value) return "TOOMANYCONFIGKEYS";
    const items: FetchRequestItem[] = [];
    for (let index = 0; index < request.num_items; index++) {
      const item = readItem(kernel, request.keys_to_fetch + index * itemBytes);
      if (typeof item === "string") {
        if (item === "LATEFAULT") killChannel(kernel, channel, "UNEXPECTEDLYTERMINATED", true);
        return item;
      }
      items.push(item);
    }
    const encoded = encodeRequest(items);
    if (encoded.length > channel.sendBytes) return "INVALIDBUFFERSIZE";
    channel.requestedStores = items.map(({ store }) => store);
    kernel.memory.writeBytes(channel.sendBuffer, encoded);
    kernel.trace?.({ kind: "buffer", purpose: "send", address: channel.sendBuffer, bytes: hexOfBytes(encoded) });
    sendRequest(kernel, channel, kernel.memory.readBytes(channel.sendBuffer, encoded.length));
    if (kernel.results) kernel.results.values.items = items.map((item) => describeItem(item));
    return "OKAY";
  },

  mvReadConfigFetchResponseData(kernel, { handle, response_data }) {
    const channel = findChannel(kernel, handle);
    if (!channel) return "INVALIDHANDLE";
    if (channel.death) return "CHANNELCLOSED";
    if (channel.reply !== "received") return "RESPONSENOTPRESENT";
    const tooLarge = channel.responseBytes < 0;
    response_data.value = {
      result: tooLarge ? "RESPONSETOOLARGE" : "OK",
      num_items: tooLarge ? 0 : channel.requestedStores.length,
    };
    return "OKAY";
  },

  mvReadConfigResponseItem(kernel, { handle, params }) {
    const { memory } = kernel;
    const channel = findChannel(kernel, handle);
    if (!channel) return "INVALIDHANDLE";
    if (channel.death) return "CHANNELCLOSED";
    if (channel.reply !== "received") return "RESPONSENOTPRESENT";
    if (channel.responseBytes < 0) return "REQUESTUNSUCCESSFUL";
    if (params.item_index >= channel.requestedStores.length) return "INDEXINVALID";
    const { result, value } = readResponseItem(kernel, channel, params.item_index);
    const copied = value.subarray(0, params.buf.size);
    memory.writeUint32(params.result, result);
    memory.writeBytes(params.buf.data, copied);
    memory.writeUint32(params.buf.length, copied.length);
    if (kernel.results) {
      kernel.results.values.result = memberName("MvConfigKeyFetchResult", result) ?? result;
      kernel.results.values.length = copied.length;
      kernel.results.values.value = textOfBytes(copied);
      kernel.results.secret = isSecretItem(channel, params.item_index);
    }
    if (copied.length < value.length) reportCut(kernel, params.item_index, value.length, copied.length);
    return "OKAY";
  },
} satisfies Handlers;

/** One item of a request, or the status that refuses it. */
function readItem({ memory }: Kernel, address: number): FetchRequestItem | Status {
  if (!memory.isLegal(address, itemBytes)) return "LATEFAULT";
  const { scope, store, key } = readStruct(memory, address, "MvConfigKeyToFetch");
  if (!memory.isLegal(key.data, key.length)) return "LATEFAULT";
  if (typeof scope === "number") return "UNKNOWNCONFIGSCOPE";
  if (typeof store === "number") return "UNKNOWNCONFIGSTORE";
  // Longer keys are not worth the copy: they are refused in any case.
  const text = textOfBytes(memory.readBytes(key.data, Math.min(key.length, limits.configKeyCharacters.value + 1)));
  if (!printableKey.test(text)) return "INVALIDCONFIGKEY";
  return { scope: memory.readUint32(address), store: memory.readUint32(address + 4), key: text };
}

function describeItem({ scope, store, key }: FetchRequestItem) {
  return {
    scope: memberName("MvConfigKeyFetchScope", scope) ?? scope,
    store: memberName("MvConfigKeyFetchStore", store) ?? store,
    key,
  };
}

/**
 * Reads an item out of the receive buffer. Damage that hides it (the firmware wrote there) shows as SERVERERROR;
 * only a result of OK has a value.
 */
function readResponseItem(kernel: Kernel, channel: ChannelState, index: number): { result: number; value: Uint8Array } {
  const { memory, trace } = kernel;
  const { receiveBuffer, responseBytes } = channel;
  const located = locateItem((offset) => memory.readUint8(receiveBuffer + offset), responseBytes, index);
  const result = located && memberName("MvConfigKeyFetchResult", located.result);
  if (result) checkResponse(kernel, channel);
  if (located && result === "OK") {
    return { result: located.result, value: memory.readBytes(receiveBuffer + located.offset, located.bytes) };
  }
  if (located && result) return { result: located.result, value: new Uint8Array() };
  trace?.({
    kind: "diagnostic",
    id: "receive-buffer-damaged",
    message: `the response in the receive buffer is damaged: item ${index} can't be found. The buffer is the kernel's until the channel is closed`,
  });
  return { result: serverError, value: new Uint8Array() };
}

function reportCut({ trace }: Kernel, index: number, valueBytes: number, bufferBytes: number): void {
  trace?.({
    kind: "diagnostic",
    id: "config-value-cut",
    message: `the value of item ${index} has ${valueBytes} bytes, and the buffer took ${bufferBytes}: the rest is lost. Give a larger buffer`,
  });
}
