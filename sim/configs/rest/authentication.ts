/** Who asks: HTTP Basic with an account's SID and auth token, or with an API key's SID and secret. */

import type { Operator } from "../access.ts";
import { TurnedAway } from "../failed-attempts.ts";
import { RestError } from "./errors.ts";
import type { RestContext, RestPorts } from "./ports.ts";

type AuthenticationPorts = Pick<RestPorts, "access" | "failedAttempts" | "requestLimit" | "activity">;

/** @throws RestError 401: nobody whom we know; 429: too many requests, or too many wrong credentials */
export async function authenticate(context: RestContext, ports: AuthenticationPorts): Promise<Operator> {
  const { sid, secret } = readCredentials(context.req.header("authorization"));
  const shown = ports.access.digest(secret);
  let operator: Operator | undefined;
  try {
    operator = await ports.failedAttempts.check({ sid, shown, address: context.env.address }, () =>
      ports.access.findOperator(sid, shown),
    );
  } catch (error) {
    if (!(error instanceof TurnedAway)) throw error;
    throw tooMany(ports, "Too many wrong credentials came from this address", error.retryAfterMilliseconds);
  }
  if (!operator) {
    const message = "Authenticate: the account SID as user name, the auth token as password";
    throw new RestError(401, message, { "www-authenticate": 'Basic realm="Microvisor", charset="UTF-8"' });
  }
  const retryAfterMilliseconds = await ports.requestLimit.take(operator.accountSid);
  if (retryAfterMilliseconds !== undefined) throw tooMany(ports, "Too many requests", retryAfterMilliseconds);
  return operator;
}

function readCredentials(authorization = "") {
  const encoded = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization)?.[1] ?? "";
  const credentials = Buffer.from(encoded, "base64").toString();
  const colon = credentials.indexOf(":");
  return { sid: credentials.slice(0, Math.max(0, colon)), secret: credentials.slice(colon + 1) };
}

function tooMany({ activity }: AuthenticationPorts, message: string, retryAfterMilliseconds: number): RestError {
  activity.report({ kind: "rateRefusal", of: "request" });
  return new RestError(429, message, { "retry-after": String(Math.ceil(retryAfterMilliseconds / 1000)) });
}
