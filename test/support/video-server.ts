/**
 * A loopback file server whose misbehaviour is programmed per path. Counts what it was asked and what it sent, so that
 * a test can tell a resumed download from a repeated one.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

export interface Exchange {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly range: string | null;
  status: number;
  /** Body bytes handed to the socket. */
  bytesSent: number;
}

export interface FileBehaviour {
  readonly bytes: Uint8Array;
  readonly contentType?: string;
  /** With its quotes; `null` (the default) sends none. */
  readonly etag?: string | null;
  readonly lastModified?: string | null;
  /** False: answers every request with 200 and the whole file. Default true. */
  readonly ranges?: boolean;
  /** Sent in place of the right one; `null` = none, the body ends with the connection. */
  readonly contentLength?: number | null;
  /** Chunked transfer encoding in place of a length. */
  readonly chunked?: boolean;
  /** The connection is cut after so many body bytes. */
  readonly cutAfter?: number;
  /** Nothing more is sent after so many body bytes; the connection stays open. */
  readonly stallAfter?: number;
  /** Pieces of this size with a pause in between. */
  readonly pieceBytes?: number;
  readonly pauseMs?: number;
  /** Sent in place of the right Content-Range. */
  readonly contentRange?: (first: number, last: number, total: number) => string;
  /** Longest answer to a range. */
  readonly maxRangeBytes?: number;
  readonly extraHeaders?: Readonly<Record<string, string>>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse, exchange: Exchange) => void | Promise<void>;

export interface VideoServer {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** `127.0.0.1:<port>`, as `--allow-host` takes it. */
  readonly host: string;
  readonly exchanges: readonly Exchange[];
  readonly bytesSent: number;
  /** Most requests that were open at the same time. */
  readonly mostAtOnce: number;
  url(path: string): string;
  /** Serves these bytes, well or badly. A later call for the same path replaces the earlier one. */
  file(path: string, behaviour: FileBehaviour | Uint8Array): string;
  /** One behaviour per request in turn; the last one stays. */
  sequence(path: string, steps: readonly (FileBehaviour | Handler)[]): string;
  status(path: string, status: number, headers?: Readonly<Record<string, string>>, body?: string): string;
  handle(path: string, handler: Handler): string;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 until the running test ends. */
export async function startVideoServer(): Promise<VideoServer> {
  const server = await listenVideoServer();
  onTestFinished(() => server.close());
  return server;
}

/** The same for programs outside a test: the caller closes it. */
export async function listenVideoServer(port = 0): Promise<VideoServer> {
  const handlers = new Map<string, Handler>();
  const exchanges: Exchange[] = [];
  const sockets = new Set<Socket>();
  let open = 0;
  let mostAtOnce = 0;

  const http = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://host').pathname;
    const exchange: Exchange = {
      path,
      headers: request.headers,
      range: request.headers.range ?? null,
      status: 0,
      bytesSent: 0,
    };
    exchanges.push(exchange);
    open += 1;
    mostAtOnce = Math.max(mostAtOnce, open);
    response.on('close', () => {
      open -= 1;
      exchange.status = response.statusCode;
    });
    const handler = handlers.get(path) ?? notFound;
    void Promise.resolve(handler(request, response, exchange)).catch(() => response.destroy());
  });
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  const host = `127.0.0.1:${String((http.address() as AddressInfo).port)}`;
  const url = (path: string): string => `http://${host}${path}`;

  return {
    origin: `http://${host}`,
    host,
    exchanges,
    get bytesSent() {
      return exchanges.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    url,
    file(path, behaviour) {
      handlers.set(path, serve(behaviour instanceof Uint8Array ? { bytes: behaviour } : behaviour));
      return url(path);
    },
    sequence(path, steps) {
      let turn = 0;
      handlers.set(path, (request, response, exchange) => {
        const step = steps[Math.min(turn++, steps.length - 1)];
        if (step === undefined) return notFound(request, response, exchange);
        return (typeof step === 'function' ? step : serve(step))(request, response, exchange);
      });
      return url(path);
    },
    status(path, status, headers = {}, body = '') {
      handlers.set(path, answer(status, headers, body));
      return url(path);
    },
    handle(path, handler) {
      handlers.set(path, handler);
      return url(path);
    },
    async close() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A plain answer, for `sequence`. */
export function answer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = '',
): Handler {
  return (_request, response, exchange) => {
    exchange.bytesSent += Buffer.byteLength(body);
    response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers }).end(body);
  };
}

const notFound: Handler = answer(404, { 'content-type': 'text/plain' }, 'not found');

function serve(file: FileBehaviour): Handler {
  return async (request, response, exchange) => {
    const total = file.bytes.length;
    const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const ifRange = request.headers['if-range'];
    const isSame = ifRange === undefined || ifRange === file.etag || ifRange === file.lastModified;
    const headers: Record<string, string> = {
      'content-type': file.contentType ?? 'video/mp4',
      'accept-ranges': file.ranges === false ? 'none' : 'bytes',
      ...(typeof file.etag === 'string' ? { etag: file.etag } : {}),
      ...(typeof file.lastModified === 'string' ? { 'last-modified': file.lastModified } : {}),
      ...file.extraHeaders,
    };
    let body = file.bytes;
    let status = 200;
    if (asked !== null && file.ranges !== false && isSame) {
      const first = Number(asked[1]);
      if (first >= total) {
        response
          .writeHead(416, { ...headers, 'content-range': `bytes */${String(total)}`, 'content-length': '0' })
          .end();
        return;
      }
      const last = Math.min(
        asked[2] === '' ? total - 1 : Number(asked[2]),
        total - 1,
        first + (file.maxRangeBytes ?? total) - 1,
      );
      status = 206;
      body = file.bytes.subarray(first, last + 1);
      headers['content-range'] = file.contentRange?.(first, last, total) ?? `bytes ${first}-${last}/${total}`;
    }
    const length = file.contentLength === undefined ? body.length : file.contentLength;
    const hasLength = length !== null && file.chunked !== true;
    if (hasLength) headers['content-length'] = String(length);
    else if (file.chunked !== true) {
      headers['connection'] = 'close';
      response.useChunkedEncodingByDefault = false;
    }
    response.writeHead(status, headers);
    response.flushHeaders();
    await send(response, body, file, exchange);
  };
}

async function send(
  response: ServerResponse,
  body: Uint8Array,
  file: FileBehaviour,
  exchange: Exchange,
): Promise<void> {
  const end = Math.min(body.length, file.cutAfter ?? Infinity, file.stallAfter ?? Infinity);
  const step = file.pieceBytes ?? 256 * 1024;
  for (let position = 0; position < end; position += step) {
    if (response.destroyed) return;
    const piece = body.subarray(position, Math.min(end, position + step));
    exchange.bytesSent += piece.length;
    const isTaken = response.write(piece);
    if (!isTaken) await drained(response);
    // Not behind the last one: the other side has it all and goes on, while we would still count it as open.
    if (file.pauseMs !== undefined && position + step < end) await wait(file.pauseMs);
  }
  if (file.stallAfter !== undefined && end === file.stallAfter) return;
  // Longer than promised or cut: what was written must leave before the connection goes.
  if (file.cutAfter !== undefined || (file.contentLength ?? null) !== null) {
    response.socket?.end();
    return;
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
