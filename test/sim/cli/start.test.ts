/** `mvsim start`, which is `npm start`. */

import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { startMvsim } from "./mvsim.ts";

it("mvsim start shows the whole config flow over REST and a WebSocket, and leaves nothing behind", async () => {
  const folder = temporaryFolder();
  const { status, stdout, stderr } = await startMvsim(["start"], { env: { TMPDIR: folder } }).ended;
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const steps = [
    /devices \(WebSocket\) +ws:\/\/127\.0\.0\.1:\d+\/device/,
    /POST \/v1\/Configs {2}Key=greeting Value=Hello from the cloud {2}→ 201 Created/,
    /main +mvRequestNetwork\(.*→ OKAY {2}network#1/,
    /kernel +the network is CONNECTED/,
    /main +mvOpenChannel\(.*→ OKAY {2}channel#1/,
    /asks for ACCOUNT CONFIG "report_interval_s"/,
    /TIM1_BRK_IRQHandler runs/,
    /mvReadConfigResponseItem\(.*→ OKAY {2}OK, "Hello from the cloud"/,
    /\n {3}greeting: Hello from the cloud\n {3}report_interval_s: 30\n/,
    /ended: finished/,
    /mvsim run firmware\/apps\/config-poller\.ts/,
  ];
  let rest = stdout;
  for (const step of steps) {
    expect(rest).toMatch(step);
    rest = rest.slice(rest.search(step));
  }
  expect(stdout).not.toContain("\u001b");
  expect(readdirSync(folder)).toEqual([]);
});

it("mvsim start leaves nothing behind when it is interrupted", async () => {
  const folder = temporaryFolder();
  const run = startMvsim(["start"], { env: { TMPDIR: folder } });
  await new Promise((resolve) => run.process.stdout!.once("data", resolve));
  run.process.kill("SIGINT");
  expect((await run.ended).status).toBe(130);
  expect(readdirSync(folder)).toEqual([]);
});
