/** `mvsim configs` against a service on a real port. */

import { createServer } from "node:http";
import { Readable } from "node:stream";
import type { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { configsCommand } from "../../../sim/cli/configs.ts";
import { type ServedService, serveForTest } from "../configs/served-service.ts";

describe("mvsim configs", () => {
  let served: ServedService;
  beforeEach(async () => {
    served = await serveForTest({ clock: () => 0 });
    vi.stubEnv("MVSIM_SERVICE", served.server.url);
    vi.stubEnv("MVSIM_ACCOUNT", `${served.account.sid}:${served.account.authToken}`);
    vi.stubEnv("TWILIO_ACCOUNT_SID", "");
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  /** Runs the command line in this process, and answers what it writes to stdout. */
  async function configs(...words: string[]): Promise<string> {
    let output = "";
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      output += text;
      return true;
    });
    try {
      await throwing(configsCommand()).parseAsync(words, { from: "user" });
    } finally {
      write.mockRestore();
    }
    return output;
  }

  const storedValue = async (key: string) => {
    const entry = await served.store.get({ accountSid: served.account.sid, store: "config" }, key);
    return entry?.value;
  };

  it("set creates and then updates", async () => {
    expect(await configs("set", "greeting", "hello")).toBe("created greeting\n");
    expect(await configs("set", "greeting", "bye")).toBe("updated greeting\n");
    expect(await storedValue("greeting")).toBe("bye");
  });

  it("set takes a value that looks like an option behind --", async () => {
    await configs("set", "offset", "--", "-5");
    expect(await storedValue("offset")).toBe("-5");
  });

  it("set reads the value - from standard input as it is", async () => {
    vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([Buffer.from("a\nä\n")]) as typeof process.stdin);
    await configs("set", "k", "-");
    expect(await storedValue("k")).toBe("a\nä\n");
  });

  it("set refuses standard input that is no text", async () => {
    vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([Buffer.from([0xff])]) as typeof process.stdin);
    await expect(configs("set", "k", "-")).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_CONFIG" });
  });

  it("get prints the value as it is", async () => {
    await configs("set", "a/b c", " x\n");
    expect(await configs("get", "a/b c")).toBe(" x\n");
  });

  it("list prints a line each, over all pages, and control characters as escapes", async () => {
    const collection = { accountSid: served.account.sid, store: "config" } as const;
    for (let n = 1000; n < 2100; n++)
      await served.store.put(collection, { key: `k${n}`, value: "v", updatedAt: 0, revision: "1" });
    await served.store.put(collection, { key: "k0", value: "a\n\u001b[31m\u009b\tb", updatedAt: 0, revision: "1" });
    const lines = (await configs("list")).trimEnd().split("\n");
    expect(lines).toHaveLength(1101);
    expect(lines[0]).toBe("k0 = a\\n\\u001b[31m\\u009b\\tb");
    expect(lines.at(-1)).toBe("k2099 = v");
  });

  it("list --json prints the resources", async () => {
    await configs("set", "k", "a\nb");
    const url = `${served.server.url}/v1/Configs/k`;
    const resource = { key: "k", value: "a\nb", date_updated: "1970-01-01T00:00:00Z", url };
    expect(await configs("list", "--json")).toBe(`${JSON.stringify(resource)}\n`);
  });

  it("list goes on when the service calls itself by another name", async () => {
    const proxied = await serveForTest({ store: served.store, publicUrl: "https://outside.invalid/api" });
    const account = `${proxied.account.sid}:${proxied.account.authToken}`;
    const collection = { accountSid: proxied.account.sid, store: "config" } as const;
    for (let n = 0; n < 1001; n++)
      await served.store.put(collection, { key: `${n}`, value: "v", updatedAt: 0, revision: "1" });
    const output = await configs("list", "--service", `${proxied.server.url}/`, "--account", account);
    expect(output.trimEnd().split("\n")).toHaveLength(1001);
  });

  it("rm removes", async () => {
    await configs("set", "k", "v");
    expect(await configs("rm", "k")).toBe("removed k\n");
    expect(await storedValue("k")).toBeUndefined();
  });

  it("takes the vendor's environment variables for the account", async () => {
    vi.stubEnv("MVSIM_ACCOUNT", undefined);
    vi.stubEnv("TWILIO_ACCOUNT_SID", served.account.sid);
    vi.stubEnv("TWILIO_AUTH_TOKEN", served.account.authToken);
    expect(await configs("set", "k", "v")).toBe("created k\n");
  });

  describe("says what is wrong:", () => {
    const refusal = (code: string, message: RegExp) =>
      expect.objectContaining({ code, message: expect.stringMatching(message) });

    it("a key that does not exist", async () => {
      const missing = refusal("ERR_MVSIM_REQUEST_REFUSED", /answered 404: .*\/v1\/Configs\/none was not found/);
      await expect(configs("get", "none")).rejects.toEqual(missing);
      await expect(configs("rm", "none")).rejects.toEqual(missing);
    });

    it("a wrong token", async () => {
      const wrong = configs("list", "--account", `${served.account.sid}:wrong`);
      await expect(wrong).rejects.toEqual(refusal("ERR_MVSIM_REQUEST_REFUSED", /answered 401: Authenticate/));
    });

    it("a key of 101 characters, a value of 4097, a key that no URL can name", async () => {
      const invalid = (message: RegExp) => refusal("ERR_MVSIM_INVALID_CONFIG", message);
      await expect(configs("set", "k".repeat(101), "v")).rejects.toEqual(invalid(/^Key .*100 characters/));
      await expect(configs("set", "k", "v".repeat(4097))).rejects.toEqual(invalid(/^Value .*4096 characters/));
      for (const command of ["get", "rm"]) await expect(configs(command, "..")).rejects.toEqual(invalid(/^Key .*URL/));
    });

    it("a service that is not there, and one that is no Configs service", async () => {
      await served.server.close();
      const unreachable = refusal("ERR_MVSIM_SERVICE_UNREACHABLE", /127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Start one/);
      await expect(configs("list")).rejects.toEqual(unreachable);
      const other = await otherServer();
      const foreign = refusal("ERR_MVSIM_REQUEST_REFUSED", /answered 200: no answer of a Configs service/);
      await expect(configs("list", "--service", other)).rejects.toEqual(foreign);
    });

    it("an address of another kind", async () => {
      for (const service of ["ws://127.0.0.1:8080/device", "127.0.0.1:8080", "nowhere"]) {
        const refused = configs("list", "--service", service);
        await expect(refused).rejects.toEqual(refusal("ERR_MVSIM_SERVICE_ADDRESS", /http:\/\/127\.0\.0\.1:8080/));
      }
    });

    it("a missing account", async () => {
      vi.stubEnv("MVSIM_ACCOUNT", undefined);
      await expect(configs("list")).rejects.toEqual(refusal("ERR_MVSIM_USAGE", /--account SID:TOKEN/));
    });
  });

  it("shows examples in the help of each command", async () => {
    const all = configsCommand();
    for (const command of [all, ...all.commands]) {
      let help = "";
      const output = { writeOut: (text: string) => (help += text) };
      await throwing(command.configureOutput(output))
        .parseAsync(["--help"], { from: "user" })
        .catch(() => {});
      expect(help).toMatch(
        command === all ? /\$ mvsim configs set/ : new RegExp(`\\$ mvsim configs ${command.name()}`),
      );
    }
  });
});

/** Makes the command and those below it throw where they would end the process. */
function throwing(command: Command): Command {
  command.exitOverride();
  command.commands.forEach(throwing);
  return command;
}

async function otherServer(): Promise<string> {
  const server = createServer((_request, response) => response.end("<html>Hello</html>"));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}
