/** Every curl line of docs/configs-service.md, run as it stands against a real server. */

import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { openApiText } from "../../../../sim/configs/rest/openapi.ts";
import { packageRoot } from "../../../../sim/firmware/package-root.ts";
import { hasTool } from "../../../tools.ts";
import { serveForTest } from "../served-service.ts";
import { documentedSession, readAnswer } from "./documented-session.ts";

const run = promisify(execFile);
const shownService = "http://127.0.0.1:8080";
const account = { sid: "AC0123456789abcdef0123456789abcdef", authToken: "test" };
const hasCurl = hasTool({ name: "curl", packages: "curl" }, spawnSync("curl", ["--version"]).status === 0);

describe.runIf(hasCurl)("the REST section of docs/configs-service.md", () => {
  it("shows every call, and the answer that it gets", { timeout: 120_000 }, async () => {
    const clock = () => Date.parse("2021-01-01T12:34:56Z");
    const { server, service, reported } = await serveForTest({ accounts: [account], clock });
    const called = new Set<string>();
    service.onActivity((activity) => {
      if (activity.kind === "request") called.add(`${activity.method} ${withoutNames(activity.route)}`);
    });
    const environment = { ...process.env, SERVICE: server.url, SID: account.sid, TOKEN: account.authToken };
    /** ETags are random: what the document calls them, and what they are. */
    const etags = new Map<string, string>();

    for (const { command, status, headers, body } of documentedSession(
      join(packageRoot(), "docs/configs-service.md"),
    )) {
      const line = [...etags].reduce((text, [shown, real]) => text.replaceAll(shown, real), command);
      const script = `curl() { command curl -sS -i "$@"; }\n${line}`;
      const answer = readAnswer((await run("sh", ["-c", script], { env: environment })).stdout);
      expect([command, answer.status]).toEqual([command, status]);
      if (headers.etag !== undefined) {
        expect(answer.headers.etag).toMatch(/^"[0-9a-f]{16}"$/);
        const known = etags.get(headers.etag);
        expect([command, known ?? answer.headers.etag]).toEqual([command, answer.headers.etag]);
        etags.set(headers.etag, answer.headers.etag!);
      }
      const { etag: _, ...others } = headers;
      expect(answer.headers).toMatchObject(others);
      if (body !== undefined) {
        const shown = JSON.parse(body.replaceAll(shownService, server.url));
        expect({ command, body: JSON.parse(answer.body!) }).toEqual({ command, body: shown });
      }
    }
    expect(reported).toEqual([]);
    expect([...describedCalls()].filter((call) => !called.has(call))).toEqual([]);
  });
});

/** The calls of the vendor's API and of devices' creation, from the API's description. */
function describedCalls(): string[] {
  const { paths } = JSON.parse(openApiText) as { paths: Record<string, Record<string, unknown>> };
  const shown = Object.entries(paths).filter(([path]) => path.startsWith("/v1/") || path === "/mvsim/Devices");
  const calls = shown.flatMap(([path, operations]) =>
    Object.keys(operations)
      .filter((name) => ["get", "post", "delete"].includes(name))
      .map((name) => `${name.toUpperCase()} ${withoutNames(path)}`),
  );
  expect(calls.length).toBeGreaterThan(20);
  return calls;
}

/** A template of a path, whatever its parameters are called. */
function withoutNames(template: string): string {
  return template.replaceAll(/:[a-z]+|\{[a-z]+\}/gi, "{}");
}
