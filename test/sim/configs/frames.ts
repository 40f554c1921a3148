import { memberValue } from "../../../host/abi/enums.ts";
import { encodeRequest, locateItem, readCount } from "../../../host/wire/config-fetch.ts";
import { encodeFrame, type Frame } from "../../../host/wire/protocol.ts";
import { deviceSid, goodToken } from "./memory-backend.ts";

export const hello: Frame = {
  type: "hello",
  protocolVersion: 1,
  deviceSid,
  token: goodToken,
  clock: "virtual",
};

/** The request for one account config. */
export function requestFor(key: string): Uint8Array {
  const scope = memberValue("MvConfigKeyFetchScope", "ACCOUNT");
  return encodeRequest([{ scope, store: memberValue("MvConfigKeyFetchStore", "CONFIG"), key }]);
}

export function openFrame(channel: number, firstData?: Uint8Array): Frame {
  return { type: "open", channel, channelType: "configFetch", ...(firstData && { firstData }) };
}

export function helloBytes(changes: Partial<Frame & { type: "hello" }> = {}): Uint8Array {
  return encodeFrame({ ...hello, ...changes } as Frame);
}

/** What a response says, item by item: the value, or the number of the result when it is not OK. */
export function readResponse(bytes: Uint8Array): (string | number)[] {
  const byteAt = (offset: number) => bytes[offset]!;
  return Array.from({ length: readCount(byteAt, bytes.length) ?? 0 }, (_, index) => {
    const { result, offset, bytes: length } = locateItem(byteAt, bytes.length, index)!;
    return result === 0 ? new TextDecoder().decode(bytes.subarray(offset, offset + length)) : result;
  });
}
