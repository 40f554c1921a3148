/**
 * The master key of a store: secrets at rest are encrypted, and digests of credentials made, with keys that are derived
 * from it. It comes from a file, from the environment (`MVSIM_KEY`), or from a file that is made beside the database.
 * It is written as 64 hex digits or in base64url. No message shows any of it.
 */

import { randomBytes } from "node:crypto";
import { link, readFile, unlink, writeFile } from "node:fs/promises";
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
  let text: string;
  try {
    text = await readFile(path, "latin1");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw invalid(`The key file ${path} can't be read (${code}).`);
  }
  return parseMasterKey(text, path);
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
  } catch (error) {
    throw invalid(`The key file ${path} can't be made (${(error as NodeJS.ErrnoException).code}).`);
  } finally {
    await unlink(draft).catch(() => {});
  }
  return (await readKeyFile(path))!;
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
