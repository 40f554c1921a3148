/**
 * Text that only who has a key can read, bound to its place: AES-256-GCM, with the place as associated data. It is
 * base64url of nonce, ciphertext and tag. Nonces are random: NIST's bound for one key is 2^32 of them.
 */

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const nonceBytes = 12;
const tagBytes = 16;

/** @param place where it belongs, the same for no two places under one key */
export function sealText(key: Uint8Array, place: string, text: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(place));
  return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

/** @returns undefined: sealed with another key, damaged, or moved from another place */
export function openText(key: Uint8Array, place: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, "base64url");
  const tagAt = bytes.length - tagBytes;
  if (tagAt < nonceBytes) return undefined;
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(tagAt));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, tagAt)), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}
