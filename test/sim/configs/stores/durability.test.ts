/** Processes that write are killed at random moments: what was acknowledged is there, and of the rest no half is. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgresStore } from "../../../../sim/configs/stores/postgres.ts";
import { openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";
import type { ConfigStore, Entry } from "../../../../sim/configs/stores/store.ts";
import { hasPostgres, type PostgresServer, serverMilliseconds, startPostgres } from "../postgres-server.ts";
import { configs, device } from "../store-contract/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** The long suite kills a hundred times. */
const kills = Number(process.env.MVSIM_KILLS ?? 10);

/** A process at work prints several hundred lines a second: so the moment falls anywhere in its work. */
const mostLines = 150;

const keptLogs = 5;

const patience = 60_000 + kills * 3_000;

/** What is known of one key from what the processes printed. */
interface Known {
  /** The last value that was acknowledged. */
  acknowledged: string | undefined;
  /** Values that may be there in its place: writes without an answer when their process died. */
  unanswered: string[];
}

describe("SQLite", () => {
  it(`loses nothing that it acknowledged when its process is killed, ${kills} times`, {
    timeout: patience,
  }, async () => {
    const file = join(temporaryFolder(), "a.db");
    await killAndCompare(file, () => openSqliteStore(file));
  });
});

describe.runIf(hasPostgres())("PostgreSQL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, serverMilliseconds);
  afterAll(() => server.stop(), serverMilliseconds);

  it(`loses nothing that it acknowledged when its client is killed, ${kills} times`, {
    timeout: patience,
  }, async () => {
    const url = await server.createDatabase();
    await killAndCompare(url, () => openPostgresStore({ url }));
  });
});

async function killAndCompare(place: string, open: () => Promise<ConfigStore>): Promise<void> {
  const known = new Map<string, Known>();
  let lastSequence = 0;
  for (let round = 1; round <= kills; round++) {
    for (const line of await runUntilKilled(place, round)) {
      const [word, key = "", id = ""] = line.split(" ");
      if (word === "log") lastSequence = Math.max(lastSequence, Number(key));
      else note(known, { word, key, id });
    }
    const store = await open();
    for (const [key, { acknowledged, unanswered }] of known) {
      const entry = await store.get(configs, key);
      const possible = [...(acknowledged === undefined ? [undefined] : [acknowledged]), ...unanswered];
      expect(possible, `key ${key} after kill ${round}`).toContain(entry?.revision);
      if (!entry) continue;
      expect(entry).toEqual(writtenEntry(key, entry.revision));
      // A server may still be at work on what the killed client has sent: it stays possible.
      known.set(key, { acknowledged: entry.revision, unanswered });
    }
    const sequences = (await store.listLogs(device, 0, 1000)).map(({ sequence }) => sequence);
    expect(sequences.length).toBeLessThanOrEqual(keptLogs);
    expect(sequences.at(-1) ?? 0).toBeGreaterThanOrEqual(lastSequence);
    await store.close();
  }
  expect([...known.values()].every(({ acknowledged }) => acknowledged !== undefined)).toBe(true);
}

/** As the process writes it. */
function writtenEntry(key: string, id: string): Entry {
  return { key, value: `${id} `.repeat(2000), updatedAt: Number(id.split(".")[1]), revision: id };
}

function note(
  known: Map<string, Known>,
  { word, key, id }: { word: string | undefined; key: string; id: string },
): void {
  const before = known.get(key) ?? { acknowledged: undefined, unanswered: [] };
  if (word === "try") known.set(key, { ...before, unanswered: [...before.unanswered, id] });
  if (word === "done") known.set(key, { acknowledged: id, unanswered: [] });
}

/** @returns the whole lines that the process has printed */
async function runUntilKilled(place: string, round: number): Promise<string[]> {
  const program = fileURLToPath(new URL("./durable-writer-process.mjs", import.meta.url));
  const child = spawn(process.execPath, [program, place, String(round), String(keptLogs)]);
  const errors: Buffer[] = [];
  child.stderr.on("data", (chunk) => errors.push(chunk));
  // The first rounds end within the very first writes.
  const killAfter = 1 + Math.floor((mostLines * round * Math.random()) / kills);
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length === killAfter) child.kill("SIGKILL");
  }
  if (lines.length < killAfter) throw new Error(`The writer ended by itself:\n${Buffer.concat(errors)}`);
  // A line that was cut by the kill says nothing.
  return lines.filter((line) => /^(try|done) [a-d] \d+\.\d+$|^log \d+$/.test(line));
}
