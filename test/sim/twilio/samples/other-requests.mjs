// What a script does beside the vendor's API: it must not notice the preload.
import { once } from "node:events";
import { Agent, request } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { text } from "node:stream/consumers";

const [plain, tls] = process.argv.slice(2);

async function send(start, url, options, body) {
  const sent = start(url, options);
  sent.end(body);
  const [response] = await once(sent, "response");
  const { statusCode, headers } = response;
  return { statusCode, type: headers["content-type"], text: await text(response), reused: sent.reusedSocket };
}

const agent = new Agent({ keepAlive: true });
const tlsAgent = new TlsAgent({ keepAlive: true });
console.log(await send(request, `${plain}/a?b=c%2Fd`, { agent }));
console.log(await send(request, `${plain}/echo`, { agent, method: "POST" }, "x".repeat(100_000)));
console.log(await send(tlsRequest, `${tls}/secure`, { agent: tlsAgent }));
console.log(await send(tlsRequest, `${tls}/secure`, { agent: tlsAgent }));
console.log((await fetch(`${tls}/fetched`)).status);
const failed = await send(request, "http://127.0.0.1:1/", {}).catch((error) => error);
console.log(failed.code, failed.syscall, failed.port);
agent.destroy();
tlsAgent.destroy();
