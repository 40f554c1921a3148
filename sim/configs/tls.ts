/**
 * The certificate with which the service speaks HTTPS, checked before it listens: OpenSSL's own messages name neither
 * the file nor what to do. Nothing of a key is ever in a message.
 */

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { SimulatorError } from "../../host/fault/fault.ts";

/** In PEM. */
export interface TlsCredentials {
  /** The service's certificate, then those between it and the authority, if any. */
  readonly certificate: string;
  /** Its private key, not encrypted. */
  readonly key: string;
}

/** @throws SimulatorError ERR_MVSIM_INVALID_CERTIFICATE: a file that can't be read; and as `checkTlsCredentials` does */
export function readTlsCredentials(certificateFile: string, keyFile: string): TlsCredentials {
  const credentials = { certificate: read(certificateFile, "certificate"), key: read(keyFile, "key") };
  checkTlsCredentials(credentials, { certificate: certificateFile, key: keyFile });
  return credentials;
}

/**
 * @param names what messages call the two
 * @throws SimulatorError ERR_MVSIM_INVALID_CERTIFICATE: no certificate, no usable key, or a key of another certificate
 */
export function checkTlsCredentials(
  { certificate, key }: TlsCredentials,
  names: TlsCredentials = { certificate: "tls.certificate", key: "tls.key" },
): void {
  const parsed = parseCertificate(certificate, names.certificate);
  if (!parsed.checkPrivateKey(parseKey(key, names.key))) {
    throw invalid(
      `The key in ${names.key} is not the one of the certificate in ${names.certificate}: give both of one pair`,
    );
  }
}

function parseCertificate(pem: string, name: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw invalid(
      `${name} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)${sayIfSwapped(pem, "KEY")}`,
      cause,
    );
  }
}

function parseKey(pem: string, name: string): KeyObject {
  // Its error is the same as for a file that is no key at all.
  if (/^-----BEGIN ENCRYPTED|^Proc-Type: .*ENCRYPTED/m.test(pem)) {
    throw invalid(`The key in ${name} is encrypted: decrypt it first (openssl pkey -in FILE -out FILE)`);
  }
  try {
    return createPrivateKey(pem);
  } catch {
    // Without its cause: nobody knows how much of a key such an error may quote one day.
    throw invalid(
      `${name} holds no private key in PEM (-----BEGIN PRIVATE KEY-----)${sayIfSwapped(pem, "CERTIFICATE")}`,
    );
  }
}

function sayIfSwapped(pem: string, other: string): string {
  return new RegExp(`-----BEGIN [A-Z ]*${other}-----`).test(pem) ? ": certificate and key are swapped" : "";
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw invalid(`Can't read the ${what} file ${file} (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

function invalid(message: string, cause?: unknown): SimulatorError {
  return new SimulatorError("ERR_MVSIM_INVALID_CERTIFICATE", `${message}.`, { cause });
}
