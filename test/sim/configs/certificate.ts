/** Certificates for tests: made anew each time, so that none expires. */

import { generate } from "selfsigned";
import type { TlsCredentials } from "../../../sim/configs/index.ts";

/** Of this machine, signed by itself: whoever takes it as an authority trusts it. */
export async function generateCertificate(): Promise<TlsCredentials> {
  const names = [
    { type: 2, value: "localhost" },
    { type: 7, ip: "127.0.0.1" },
  ] as const;
  const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [...names] },
    ],
  });
  return { certificate: cert, key };
}
