// Serves the built page and the fake hub to a real browser: the hub's policy, its paths, a WebSocket.
import { fileURLToPath } from "node:url";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import type { Duplex } from "node:stream";
import type { FakeHub } from "./fake-hub";

const PAGES = fileURLToPath(new URL("../../dist/phone/", import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  css: "text/css",
  png: "image/png",
  webmanifest: "application/manifest+json",
};
/** As strict as the hub's own. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; " +
  "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A text as one WebSocket frame. */
function framed(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(body.length < 126 ? 2 : 4);
  head[0] = 0x81;
  head[1] = Math.min(body.length, 126);
  if (body.length >= 126) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** The texts in what came, and the rest; a closing frame is `null`. */
function texts(bytes: Buffer): { found: (string | null)[]; rest: Buffer } {
  const found: (string | null)[] = [];
  let rest = bytes;
  for (;;) {
    const short = (rest[1] ?? 0) & 0x7f;
    const head = short === 126 ? 4 : 2;
    if (rest.length < head + 4) return { found, rest };
    const length = short === 126 ? rest.readUInt16BE(2) : short;
    if (rest.length < head + 4 + length) return { found, rest };
    const mask = rest.subarray(head, head + 4);
    const body = Buffer.from(rest.subarray(head + 4, head + 4 + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
    const kind = (rest[0] ?? 0) & 0x0f;
    if (kind === 1) found.push(body.toString());
    if (kind === 8) found.push(null);
    rest = rest.subarray(head + 4 + length);
  }
}

function connect(hub: FakeHub, request: IncomingMessage, socket: Duplex): void {
  const key = String(request.headers["sec-websocket-key"]);
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  const line = hub.dial();
  line.onmessage = ({ data }) => socket.write(framed(String(data)));
  line.onclose = () => socket.end();
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    const read = texts(Buffer.concat([rest, bytes]));
    rest = read.rest;
    for (const text of read.found) {
      if (text === null) socket.end();
      else line.send(text);
    }
  });
  socket.on("close", () => line.close());
  socket.on("error", () => line.close());
}

async function body(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** Serves until the answer's `close`. `page`: in the place of the built one; `under`: as a proxy does it, below a path. */
export async function serve(hub: FakeHub, page?: string, under = ""): Promise<{ address: string; close: () => void }> {
  const server: Server = createServer((request, response) => {
    void (async () => {
      const whole = new URL(request.url ?? "/", "http://localhost").pathname;
      const path = whole.startsWith(`${under}/`) ? whole.slice(under.length) : "/elsewhere";
      if (request.method === "POST" && path === "/v1/invitations/accept") {
        try {
          const answer = await hub.accept(path, { method: "POST", body: await body(request) });
          response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
        } catch {
          request.socket.destroy();
        }
        return;
      }
      const name = normalize((path.startsWith("/phone/") ? path.slice("/phone/".length) : "elsewhere") || "index.html");
      try {
        const file = name === "index.html" && page !== undefined ? page : await readFile(join(PAGES, name));
        const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type, "content-security-policy": POLICY, "x-content-type-options": "nosniff" }).end(file);
      } catch {
        response.writeHead(404).end();
      }
    })();
  });
  server.on("upgrade", (request, socket) => {
    if (request.url === `${under}/v1/terminal`) connect(hub, request, socket);
    else socket.destroy();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://localhost:${String(port)}${under}/phone/`,
    close: () => {
      hub.cut();
      server.closeAllConnections();
      server.close();
    },
  };
}
