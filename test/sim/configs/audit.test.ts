/** Who changed what: an event for each change over REST, never with a value. */

import { expect, it } from "vitest";
import { type AuditEvent, auditLine } from "../../../sim/configs/index.ts";
import { createDevice } from "./rest/created-device.ts";
import { form, serveForTest } from "./served-service.ts";

const planted = "planted-91c7e2";

it("each change is an event with actor, key and device, and nothing else is", async () => {
  const served = await serveForTest({ clock: () => 1_700_000_000_000 });
  const { service, send, account } = served;
  const events: AuditEvent[] = [];
  service.onAudit((event) => events.push(event));
  const sid = await createDevice(served);
  const key = (await send("POST", "/mvsim/Keys")).json;
  const as = { sid: key.sid, authToken: key.secret };
  for (const path of ["/v1/Configs", `/v1/Devices/${sid}/Secrets`]) {
    await send("POST", path, { as, headers: form, body: `Key=k&Value=${planted}` });
    await send("POST", path, { as, headers: form, body: `Key=k&Value=${planted}` });
    await send("GET", `${path}/k`, { as });
    await send("POST", `${path}/k`, { headers: form, body: `Value=${planted}` });
    await send("DELETE", `${path}/k`, { headers: { "if-match": '"other"' } });
    await send("DELETE", `${path}/k`);
    await send("DELETE", `${path}/k`);
  }
  await send("POST", `/v1/Devices/${sid}`, { headers: form, body: "LoggingEnabled=true&RestartApp=true" });
  await send("POST", `/v1/Devices/${sid}`);
  const { token } = (await send("POST", `/mvsim/Devices/${sid}/Token`)).json;
  await send("DELETE", `/mvsim/Devices/${sid}/Token`);
  await send("DELETE", `/mvsim/Keys/${key.sid}`);

  const who = { at: 1_700_000_000_000, accountSid: account.sid };
  const byAccount = { ...who, actor: account.sid };
  const byKey = { ...who, actor: key.sid };
  const secret = { of: "secret", key: "k", deviceSid: sid };
  expect(events).toEqual([
    { ...byAccount, action: "create", of: "device", deviceSid: sid },
    { ...byAccount, action: "create", of: "key", keySid: key.sid },
    { ...byKey, action: "create", of: "config", key: "k" },
    { ...byAccount, action: "update", of: "config", key: "k" },
    { ...byAccount, action: "delete", of: "config", key: "k" },
    { ...byKey, action: "create", ...secret },
    { ...byAccount, action: "update", ...secret },
    { ...byAccount, action: "delete", ...secret },
    { ...byAccount, action: "update", of: "device", deviceSid: sid },
    { ...byAccount, action: "restart", of: "device", deviceSid: sid },
    { ...byAccount, action: "rotate", of: "deviceToken", deviceSid: sid },
    { ...byAccount, action: "revoke", of: "deviceToken", deviceSid: sid },
    { ...byAccount, action: "revoke", of: "key", keySid: key.sid },
  ]);
  const lines = events.map(auditLine);
  for (const text of [planted, token, key.secret, account.authToken]) expect(lines.join("\n")).not.toContain(text);
  expect(lines[0]).toBe(
    `{"time":"2023-11-14T22:13:20.000Z","event":"audit","accountSid":"${account.sid}","actor":"${account.sid}","action":"create","of":"device","deviceSid":"${sid}"}`,
  );
});
