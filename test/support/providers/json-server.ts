/** A loopback JSON server for stand-ins of providers: notes every call, and can be slow, silent or rude. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly rawBody: Buffer;
  /** `undefined` where the body is not JSON. */
  readonly body: unknown;
  /** By the stand-in's clock. */
  readonly at: number;
}

export type Reply =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Readonly<Record<string, string>> }
  | {
      readonly status?: number;
      readonly bytes: Uint8Array;
      readonly headers?: Readonly<Record<string, string>>;
      readonly cutAfter?: number;
    }
  /** The connection is cut without an answer. */
  | 'drop'
  /** No answer, ever. */
  | 'hang';

export interface JsonServer {
  readonly origin: string;
  readonly host: string;
  readonly calls: readonly Call[];
  close(): Promise<void>;
}

export async function openJsonServer(
  answer: (call: Call) => Reply | Promise<Reply>,
  now: () => number = Date.now,
): Promise<JsonServer> {
  const calls: Call[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const rawBody = Buffer.concat(chunks);
      const url = new URL(request.url ?? '/', 'http://host');
      const call: Call = {
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        rawBody,
        body: parse(rawBody),
        at: now(),
      };
      calls.push(call);
      send(await answer(call), request, response);
    })().catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    origin: `http://${host}`,
    host,
    calls,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function send(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  if (reply === 'hang') return;
  if (reply === 'drop') {
    request.socket.destroy();
    return;
  }
  if ('json' in reply) {
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(JSON.stringify(reply.json));
    return;
  }
  sendBytes(reply, request, response);
}

function sendBytes(
  reply: Extract<Reply, { bytes: Uint8Array }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const total = reply.bytes.length;
  const asked = /^bytes=(\d+)-/.exec(request.headers.range ?? '');
  const first = asked === null ? 0 : Number(asked[1]);
  const body = reply.bytes.subarray(first);
  const headers: Record<string, string> = {
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    etag: '"film"',
    'content-length': String(body.length),
    ...reply.headers,
  };
  if (asked !== null) headers['content-range'] = `bytes ${String(first)}-${String(total - 1)}/${String(total)}`;
  response.writeHead(reply.status ?? (asked === null ? 200 : 206), headers);
  if (reply.cutAfter === undefined || first >= reply.cutAfter) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, reply.cutAfter - first), () => response.socket?.end());
}

function parse(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return undefined;
  }
}
