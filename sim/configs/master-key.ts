/**
 * The master key of a store: it opens the keys with which secrets are encrypted and digests of credentials made. It
 * comes from a file that nobody but its owner may read, from the environment (`MVSIM_KEY`), or from a file that is made
 * beside the database. It is written as 64 hex digits or in base64url. No message shows any of it.
 */

import { randomBytes } from "node:crypto";
import { link, open, unlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { SimulatorError } from "../../host/fault/fault.ts";
import { masterKeyBytes } from "./derived-key.ts";

export interface MasterKeySource {
  /** Counts most. */
  readonly keyFile?: string | undefined;
  /** The key itself, as `MVSIM_KEY` holds it. */
  readonly text?: string | undefined;
}

/** The key that is named, or undefined. @throws SimulatorError ERR_MVSIM_INVALID_KEY */
export async function readMasterKey({ keyFile, text }: MasterKeySource): Promise<Uint8Array | undefined> {
  if (keyFile !== undefined) {
    const key = await readKeyFile(keyFile);
    if (!key) throw invalid(`There is no key file ${keyFile}.`);
    return key;
  }
  return text === undefined || text === "" ? undefined : parseMasterKey(text, "MVSIM_KEY");
}

/** @returns undefined: there is no such file @throws SimulatorError ERR_MVSIM_INVALID_KEY */
export async function readKeyFile(path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path);
    try {
      assertOwnersAlone((await file.stat()).mode, path);
      return parseMasterKey(await file.readFile("latin1"), path);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SimulatorError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new SimulatorError("ERR_MVSIM_INVALID_KEY", `The key file ${path} can't be read (${code}).`);
  }
}

/** As ssh does with its keys. Windows has no such modes. */
function assertOwnersAlone(mode: number, path: string): void {
  if (process.platform === "win32" || (mode & 0o077) === 0) return;
  const message = `Others may use the key file ${path} (mode ${(mode & 0o777).toString(8)}): make it its owner's alone, with: chmod 600 ${path}`;
  throw new SimulatorError("ERR_MVSIM_INVALID_KEY", message);
}

/** Makes a key file that only its owner may read; where another process was first, its key is the one. */
export async function createKeyFile(path: string): Promise<Uint8Array> {
  // Written whole before it has its name: nobody reads half a key.
  const draft = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    await writeFile(draft, `${randomBytes(masterKeyBytes).toString("hex")}\n`, {
      mode: 0o600,
      flag: "wx",
      flush: true,
    });
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    await keepNames(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    throw new SimulatorError("ERR_MVSIM_INVALID_KEY", `The key file ${path} can't be made (${reason}).`);
  } finally {
    await unlink(draft).catch(() => {});
  }
  return (await readKeyFile(path))!;
}

/** Puts the names in the file's folder on the disk: what the key seals must not last longer than its file. */
export async function keepNames(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(dirname(path));
  try {
    // As SQLite does: some file systems can't.
    await folder.sync().catch(() => {});
  } finally {
    await folder.close();
  }
}

function parseMasterKey(text: string, where: string): Uint8Array {
  const written = text.trim();
  if (/^[0-9a-f]{64}$/i.test(written)) return Buffer.from(written, "hex");
  if (/^[\w-]{43}=?$/.test(written)) return Buffer.from(written, "base64url");
  throw invalid(`${where} holds no key: it is 32 bytes, written as 64 hex digits or 43 characters of base64url.`);
}

function invalid(message: string): SimulatorError {
  return new SimulatorError("ERR_MVSIM_INVALID_KEY", `${message} Make one with: openssl rand -hex 32`);
}
