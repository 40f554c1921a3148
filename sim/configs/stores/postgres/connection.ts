/** How we connect to PostgreSQL, and plain words for why it does not work. No message holds the password. */

import pg from "pg";
import { SimulatorError } from "../../../../host/fault/fault.ts";

const int8 = pg.types.builtins.INT8;

/** Dates and sequences are safe integers; pg gives out every bigint as text. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === int8 && format !== "binary"
      ? Number
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** How long it takes at most to get a connection, be it from the server or from the pool. */
const connectMilliseconds = 5_000;

export function connectionSettings(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: "microvisor-sim",
    connectionTimeoutMillis: connectMilliseconds,
    keepAlive: true,
    types,
  };
}

/** What the URL and the environment say, without user and password. */
export function describeDatabase(url: string): string {
  try {
    const { host, port, database } = new pg.Client({ connectionString: url });
    return `${database} at ${host.startsWith("/") ? host : `${host}:${port}`}`;
  } catch {
    return "of this URL";
  }
}

export function unusable(url: string, error: unknown): SimulatorError {
  const message = `The PostgreSQL database ${describeDatabase(url)} can't be used: ${reasonOf(error)}.`;
  // What URL parsers throw holds the URL, and with it the password.
  const cause = error instanceof TypeError ? undefined : error;
  return new SimulatorError("ERR_MVSIM_DATABASE_UNUSABLE", message, { cause });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "no server listens there",
  ENOENT: "no server listens on that socket",
  ENOTFOUND: "there is no such host",
  ERR_INVALID_URL: "the URL is not valid; write postgres://user:password@host:port/database",
  "28P01": "user or password are wrong",
  "28000": "the server does not let this user in",
  "3D000": "there is no such database; create it first",
  "42501": "the user may not create tables there",
  "53300": "the server has no connection left",
};

function reasonOf(error: unknown): string {
  const { code = "", message } = error as { code?: string; message: string };
  if (message.startsWith("corrupted migrations")) return "a newer version of microvisor-sim wrote it";
  return reasons[code] ?? (error instanceof TypeError ? reasons.ERR_INVALID_URL! : message);
}
