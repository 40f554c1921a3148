/**
 * The sessions of this process by device, and what notices say to them: a token that was rotated or revoked, a device
 * that has connected to another node. Of two connections with one SID the newer stays. After
 * a gap in the notices what may have been missed is asked for: tokens of the store, later connections of other nodes.
 */

import type { Presence, PresentSession } from "./device-backend.ts";
import type { Notice } from "./stores/store.ts";

export interface ConnectedDevices {
  /** A session that says it is this device's; nothing is known of that yet. */
  enter(deviceSid: string, session: PresentSession): Presence;
  hear(notice: Notice): void;
  has(deviceSid: string): boolean;
  deviceSids(): string[];
  /** @returns whether a connection of the device took it */
  restart(deviceSid: string): boolean;
  /** @returns whether a connection of the device knows it now */
  setLogging(deviceSid: string, enabled: boolean): boolean;
}

export interface ConnectedDevicesPorts {
  /** This process among those with the same store. */
  readonly node: string;
  /** Tells the other nodes. Never rejects. */
  readonly announce: (notice: Notice) => Promise<void>;
}

export function createConnectedDevices({ node, announce }: ConnectedDevicesPorts): ConnectedDevices {
  /** When each session was welcomed, as milliseconds since 1970; 0 before. */
  const sessions = new Map<string, Map<PresentSession, number>>();

  function replaceEarlier(deviceSid: string, than: number, newer?: PresentSession): void {
    for (const [session, welcomedAt] of [...(sessions.get(deviceSid) ?? [])]) {
      const isEarlier = welcomedAt > 0 && welcomedAt <= than;
      if (session !== newer && session.isExclusive && isEarlier) session.replace();
    }
  }

  /** The latest connection that ends earlier ones, if there is one. */
  function latestOf(deviceSid: string): number {
    let latest = 0;
    for (const [{ isExclusive }, welcomedAt] of sessions.get(deviceSid) ?? []) {
      if (isExclusive) latest = Math.max(latest, welcomedAt);
    }
    return latest;
  }

  async function makeUpForGap(): Promise<void> {
    // One after the other: thousands at once would keep the store from everybody else.
    for (const [deviceSid, ofDevice] of [...sessions]) {
      for (const session of [...ofDevice.keys()]) await session.recheck();
      const at = latestOf(deviceSid);
      if (at > 0) await announce({ kind: "connected", deviceSid, node, at, again: true });
    }
  }

  const sessionsOf = (deviceSid: string) => [...(sessions.get(deviceSid)?.keys() ?? [])];

  return {
    has: (deviceSid) => sessions.has(deviceSid),
    deviceSids: () => [...sessions.keys()],
    // Every copy of the device hears it, so no `some`.
    restart: (deviceSid) => sessionsOf(deviceSid).filter((session) => session.restart()).length > 0,
    setLogging: (deviceSid, enabled) =>
      sessionsOf(deviceSid).filter((session) => session.setLogging(enabled)).length > 0,
    enter(deviceSid, session) {
      const ofDevice = sessions.get(deviceSid) ?? new Map<PresentSession, number>();
      sessions.set(deviceSid, ofDevice.set(session, 0));
      return {
        welcomed() {
          if (!ofDevice.has(session)) return;
          const at = Date.now();
          ofDevice.set(session, at);
          if (!session.isExclusive) return;
          replaceEarlier(deviceSid, at, session);
          void announce({ kind: "connected", deviceSid, node, at });
        },
        leave() {
          ofDevice.delete(session);
          if (ofDevice.size === 0 && sessions.get(deviceSid) === ofDevice) sessions.delete(deviceSid);
        },
      };
    },
    hear(notice) {
      if (notice.kind === "credential") {
        for (const session of sessionsOf(notice.sid)) void session.recheck();
      } else if (notice.kind === "connected" && notice.node !== node) {
        const { deviceSid } = notice;
        replaceEarlier(deviceSid, notice.at);
        const at = latestOf(deviceSid);
        if (notice.again && at > 0) void announce({ kind: "connected", deviceSid, node, at });
      } else if (notice.kind === "gap") {
        void makeUpForGap();
      }
    },
  };
}
