/**
 * Notices between nodes: LISTEN and NOTIFY. One connection listens as long as the store is open; when it breaks, it is
 * made anew, and listeners hear of the gap; a notice that could not be sent is one too. A node's own notices are
 * delivered at once, without the way through the server.
 */

import { randomUUID } from "node:crypto";
import pg from "pg";
import { createNoticeListeners } from "../notice-listeners.ts";
import type { Notice, NoticeStore } from "../store.ts";
import { connectionSettings } from "./connection.ts";

const channel = "mvsim_notice";
const retryMilliseconds = 250;

/** What travels; PostgreSQL's bound is 8000 bytes. */
interface Envelope {
  readonly source: string;
  readonly notice: Notice;
}

export interface PostgresNotices extends NoticeStore {
  close(): Promise<void>;
}

/** Listens when it resolves; rejects with the driver's error. */
export async function openPostgresNotices(url: string, pool: pg.Pool): Promise<PostgresNotices> {
  /** This open store among the nodes. */
  const source = randomUUID();
  const listeners = createNoticeListeners();
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  /** Notices leave one after the other, whatever connection of the pool they take: that keeps their order. */
  let lastSent: Promise<unknown> = Promise.resolve();

  async function connect(): Promise<void> {
    const next = new pg.Client(connectionSettings(url));
    next.on("notification", ({ payload = "" }) => {
      const envelope: Envelope = JSON.parse(payload);
      if (envelope.source !== source) listeners.deliver(envelope.notice);
    });
    // Without a listener the process would end; what follows on an error is "end".
    next.on("error", () => {});
    try {
      await next.connect();
      await next.query(`LISTEN ${channel}`);
    } catch (error) {
      await next.end().catch(() => {});
      throw error;
    }
    next.once("end", reconnect);
    client = next;
    if (closed) await next.end();
  }

  function reconnect(): void {
    client = undefined;
    if (closed) return;
    const attempt = () => connect().then(() => listeners.deliver({ kind: "gap" }), reconnect);
    retry = setTimeout(attempt, retryMilliseconds).unref();
  }

  await connect();
  return {
    async notify(notice) {
      const payload = JSON.stringify({ source, notice } satisfies Envelope);
      const sent = lastSent.then(() => pool.query("SELECT pg_notify($1, $2)", [channel, payload]));
      // The others lack it: after a gap nodes tell each other anew what they know.
      lastSent = sent.catch(() => client?.end());
      await sent;
      listeners.deliver(notice);
    },
    onNotice: (listener) => listeners.add(listener),
    async close() {
      closed = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
