/** `mvsim logs` at a service on a real port and in its database. */

import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { logsCommand } from "../../../sim/cli/logs.ts";
import { openSealedSqliteStore } from "../../../sim/configs/index.ts";
import { createDevice } from "../configs/rest/created-device.ts";
import { type ServedService, serveForTest } from "../configs/served-service.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { outputOf } from "./command-output.ts";
import { startMvsim } from "./mvsim.ts";

let served: ServedService;
let file: string;
let sid: string;
beforeEach(async () => {
  file = join(temporaryFolder(), "configs.db");
  served = await serveForTest({ ...(await openSealedSqliteStore(file)), clock: () => 1_234 });
  sid = await createDevice(served, { uniqueName: "attic" });
  vi.stubEnv("MVSIM_SERVICE", served.server.url);
  vi.stubEnv("MVSIM_ACCOUNT", `${served.account.sid}:${served.account.authToken}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const at = "1970-01-01T00:00:01.234Z";

/** As the service keeps a message of the device. */
async function logs(...texts: string[]): Promise<void> {
  for (const text of texts) {
    const sequence = await served.store.appendLog({ deviceSid: sid, text, receivedAt: 1_234 }, 1000);
    await served.store.notify({ kind: "log", deviceSid: sid, sequence });
  }
}

describe.each(["service", "database"] as const)("mvsim logs, at a %s,", (place) => {
  const words = (...more: string[]) => {
    const { account, server } = served;
    const target = {
      service: ["--service", server.url, "--account", `${account.sid}:${account.authToken}`],
      database: ["--sqlite", file, "--account", account.sid],
    };
    return [...more, ...target[place]];
  };

  it("prints the messages as visible text, a line each", async () => {
    await logs("hello", "a\nb\u001b[31m");
    expect(await outputOf(logsCommand(), words("attic"))).toBe(`${at} hello\n${at} a\\nb\\u001b[31m\n`);
  });

  it("prints the last ones only, and JSON", async () => {
    await logs("1", "2", "3\n");
    expect(await outputOf(logsCommand(), words(sid, "--limit", "2"))).toBe(`${at} 2\n${at} 3\\n\n`);
    const record = { sequence: 3, device: sid, dateReceived: at, text: "3\n" };
    expect(await outputOf(logsCommand(), words(sid, "--json", "--limit", "1"))).toBe(`${JSON.stringify(record)}\n`);
  });

  it("says so when there is no such device", async () => {
    const code = place === "service" ? "ERR_MVSIM_REQUEST_REFUSED" : "ERR_MVSIM_NOT_FOUND";
    await expect(outputOf(logsCommand(), words("nobody"))).rejects.toMatchObject({ code });
  });

  it("--follow prints what comes, as it comes, without a gap", async () => {
    await logs("0", "1");
    const running = startMvsim(["logs", ...words("attic", "--follow", "--limit", "1")]);
    const lines = createInterface({ input: running.process.stdout! })[Symbol.asyncIterator]();
    const seen = [(await lines.next()).value];
    for (const texts of [["2"], ["3", "4"], ["5"]]) {
      await logs(...texts);
      for (const _ of texts) seen.push((await lines.next()).value);
    }
    expect(seen).toEqual(["1", "2", "3", "4", "5"].map((text) => `${at} ${text}`));
    running.process.kill("SIGINT");
    expect(await once(running.process, "exit")).toEqual([null, "SIGINT"]);
  });
});

it("refuses a limit that is no number", async () => {
  await expect(outputOf(logsCommand(), ["attic", "--limit", "0"])).rejects.toThrow(/whole number from 1 up/);
});
