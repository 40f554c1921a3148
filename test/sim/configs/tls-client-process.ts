/** `mvsim configs` and a device's uplink, as clients of the service that the environment names. */

import { webSocketUplink } from "../../../host/platform/node/web-socket-uplink.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../../host/wire/protocol.ts";
import { configsCommand } from "../../../sim/cli/configs.ts";
import { helloBytes, openFrame, readResponse, requestFor } from "./frames.ts";

const { DEVICE_URL = "", DEVICE_TOKEN = "" } = process.env;

function fetchAsDevice(key: string): Promise<string | number | undefined> {
  const uplink = webSocketUplink({ url: DEVICE_URL });
  return new Promise((resolve, reject) => {
    uplink.open({
      onOpen: () => uplink.send(helloBytes({ token: DEVICE_TOKEN })),
      onFrame(bytes) {
        const frame: Frame = decodeFrame(bytes);
        if (frame.type === "welcome") uplink.send(encodeFrame(openFrame(1, requestFor(key))));
        if (frame.type !== "data") return;
        uplink.close();
        resolve(readResponse(frame.bytes)[0]);
      },
      onClose: (_, reason) => reject(new Error(reason)),
    });
  });
}

try {
  await configsCommand().parseAsync(["set", "greeting", "hello over TLS"], { from: "user" });
  await configsCommand().parseAsync(["get", "greeting"], { from: "user" });
  console.log(`\ndevice: ${await fetchAsDevice("greeting")}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
