/**
 * A server with a process of its own, of the Configs service or of a baseline: what is measured is the server's work
 * alone. It tells its port, then its memory whenever it is asked.
 */

import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Database from "libsql";
import { createConfigsService, createMemoryStore, openSealedSqliteStore, serveConfigs } from "microvisor-sim/configs";
import { WebSocketServer } from "ws";
import { ownTask } from "./child-process.ts";
import { account } from "./service.ts";

export type ServerTask =
  /** @param file of SQLite; undefined for the memory store */
  | { readonly kind: "service"; readonly file?: string | undefined }
  /** Answers these bytes for each path, from a Map. */
  | { readonly kind: "read"; readonly answers: readonly (readonly [path: string, Answer])[] }
  /** Writes the body of each request to a SQLite file, as durably as the service does, and gives this answer. */
  | { readonly kind: "write"; readonly file: string; readonly answer: Answer }
  /** Takes WebSocket connections, and answers each message with one of this size. */
  | { readonly kind: "sockets"; readonly answerBytes: number };

export interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const port = await start(ownTask<ServerTask>());
process.on("message", () => {
  globalThis.gc?.();
  process.send!(process.memoryUsage.rss());
});
process.once("disconnect", () => process.exit());
process.send!(port);

async function start(task: ServerTask): Promise<number> {
  switch (task.kind) {
    case "service":
      return startService(task.file);
    case "read": {
      const answers = new Map(task.answers);
      return startHttp((request, response) => {
        const answer = answers.get(request.url!);
        if (answer) response.writeHead(200, answer.headers).end(answer.body);
        else response.writeHead(404).end();
      });
    }
    case "write":
      return startHttp(writer(task.file, task.answer));
    case "sockets": {
      const server = createServer();
      const sockets = new WebSocketServer({ server, perMessageDeflate: false });
      sockets.on("connection", (socket) => {
        socket.on("message", () => socket.send(new Uint8Array(task.answerBytes)));
      });
      return listen(server);
    }
  }
}

async function startService(file: string | undefined): Promise<number> {
  const { store, credentialKey } =
    file === undefined
      ? { store: createMemoryStore(), credentialKey: undefined }
      : await openSealedSqliteStore(file, {});
  const server = await serveConfigs(createConfigsService({ store, credentialKey, accounts: [account] }));
  return Number(new URL(server.url).port);
}

function writer(file: string, { headers, body }: Answer): RequestListener {
  const database = new Database(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE written (body TEXT)");
  const insert = database.prepare("INSERT INTO written VALUES (?)");
  return (request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      insert.run(text);
      response.writeHead(200, headers).end(body);
    });
  };
}

function startHttp(listener: RequestListener): Promise<number> {
  return listen(createServer(listener));
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
