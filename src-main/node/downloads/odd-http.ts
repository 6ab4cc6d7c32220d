/**
 * One GET whose answer is read as browsers read it, for hosts that write HTTP in a way of their own: undici refuses an
 * unasked `100 Continue`, a length that is told twice or beside chunks, lines without CR, folded lines and the like, and
 * the film behind them was paid for. The connection is used once, so nothing can be taken for the next answer.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { type buildConnector, errors } from 'undici';
import { bareHost } from '../outgoing/public-addresses.ts';
import { mostInformational, type HttpResponse, type ResponseBody } from './http-request.ts';

/** As much as browsers read. */
const mostHeadBytes = 256 * 1024;
/** The size of a chunk, and what may stand behind it. */
const mostChunkLineBytes = 4096;

/** True for what undici throws where it cannot read what came. That chunks end too early is a break, and nothing odd. */
export function isOddAnswer(error: unknown): boolean {
  if (error instanceof errors.HTTPParserError) return error.code !== 'HPE_INVALID_EOF_STATE';
  if (error instanceof errors.SocketError) return error.message === 'bad response';
  return error instanceof errors.HeadersOverflowError;
}

/** The same before there are headers: two lengths are told as one that is wrong. */
export function isOddHead(error: unknown): boolean {
  return isOddAnswer(error) || error instanceof errors.ResponseContentLengthMismatchError;
}

/**
 * Resolves with the headers. What arrived in the moment of a break is lost, other than with `httpGet`.
 * @param connect Of the address guard.
 * @param headersMs From the request on its connection to the headers of the answer.
 * @throws as `httpGet`
 */
export async function oddGet(
  connect: buildConnector.connector,
  url: URL,
  headers: Readonly<Record<string, string>>,
  headersMs: number,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const socket = await connectTo(connect, url);
  const stop = (): void => void socket.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  signal.addEventListener('abort', stop, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', stop));
  socket.on('error', () => undefined); // whoever reads is told
  const deadline = setTimeout(() => socket.destroy(new errors.HeadersTimeoutError()), headersMs);
  const reader = readerOf(socket);
  try {
    signal.throwIfAborted();
    const asked = { host: url.host, connection: 'close', ...headers };
    const lines = Object.entries(asked).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
    for (let heads = 0; heads <= mostInformational; heads += 1) {
      const head = await readHead(reader);
      if (head.status >= 200) return { ...head, body: bodyOf(socket, bytesOf(head, reader)) };
    }
    throw new errors.HeadersTimeoutError();
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

function connectTo(connect: buildConnector.connector, { hostname, host, protocol, port }: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    connect({ hostname: bareHost(hostname), host, protocol, port }, (error, socket) => {
      if (error === null) resolve(socket);
      else reject(error);
    });
  });
}

interface Reader {
  /** What has come, at most so much; `null` at the end. */
  some(most: number): Promise<Buffer | null>;
  /** To the next line feed, without the end of the line. @throws HTTPParserError where it is longer, SocketError at the end */
  line(longest: number): Promise<string>;
}

function readerOf(socket: Socket): Reader {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let left: Buffer = Buffer.alloc(0);

  async function more(): Promise<Buffer | null> {
    const next = await chunks.next();
    return next.done === true ? null : next.value;
  }

  return {
    async some(most) {
      if (left.length === 0) left = (await more()) ?? left;
      if (left.length === 0) return null;
      const part = left.subarray(0, most);
      left = left.subarray(part.length);
      return part;
    },
    async line(longest) {
      for (;;) {
        const end = left.indexOf('\n');
        if (end > longest || (end < 0 && left.length > longest)) throw new errors.HTTPParserError('a line is too long');
        if (end >= 0) {
          const text = left.toString('latin1', 0, end);
          left = left.subarray(end + 1);
          return text.endsWith('\r') ? text.slice(0, -1) : text;
        }
        const next = await more();
        if (next === null) throw new errors.SocketError('other side closed');
        left = Buffer.concat([left, next]);
      }
    },
  };
}

interface Head {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

async function readHead(reader: Reader): Promise<Head> {
  const first = await reader.line(mostHeadBytes);
  const status = /^(?:HTTP\/\d(?:\.\d)?|ICY)\s+(\d{3})(?!\d)/i.exec(first)?.[1];
  if (status === undefined) throw new errors.HTTPParserError('no HTTP');
  const values = new Map<string, string[]>();
  let last: string[] | undefined;
  for (let room = mostHeadBytes - first.length; ;) {
    const line = await reader.line(room);
    room -= line.length;
    // Cookies are sent on, and one that holds a line's end must not begin a line of ours.
    const text = line.replace(/\p{Cc}/gu, ' ');
    if (text.trim() === '') break;
    if (/^\s/.test(text)) {
      last?.push(`${last.pop() ?? ''} ${text.trim()}`);
      continue;
    }
    const [, name = '', value = ''] = /^([^:\s]+)\s*:(.*)$/.exec(text) ?? [];
    if (name === '') continue;
    last = values.get(name.toLowerCase()) ?? [];
    values.set(name.toLowerCase(), last);
    last.push(value.trim());
  }
  return { status: Number(status), headers: headersOf(values) };
}

function headersOf(values: ReadonlyMap<string, readonly string[]>): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (const [name, all] of values) headers[name] = name === 'set-cookie' ? [...all] : all.join(', ');
  const [length = '', ...others] = new Set((headers['content-length'] ?? '').split(',').map((text) => text.trim()));
  // Chunks say themselves where they end, and of two lengths nobody knows which is right: the film itself tells.
  if (others.length === 0 && /^\d+$/.test(length) && !isChunked(headers)) headers['content-length'] = length;
  else delete headers['content-length'];
  return headers;
}

function isChunked(headers: IncomingHttpHeaders): boolean {
  return /\bchunked\b/i.test(headers['transfer-encoding'] ?? '');
}

async function* bytesOf({ status, headers }: Head, reader: Reader): AsyncGenerator<Buffer> {
  if (status === 204 || status === 304) return;
  if (isChunked(headers)) {
    for (;;) {
      const size = parseInt(
        /^\s*([\da-f]{1,8})(?![\da-f])/i.exec(await reader.line(mostChunkLineBytes))?.[1] ?? '',
        16,
      );
      if (Number.isNaN(size)) throw new errors.HTTPParserError('no size of a chunk');
      if (size === 0) return;
      yield* exactly(size, reader);
      await reader.line(mostChunkLineBytes);
    }
  }
  const { 'content-length': length } = headers;
  if (length !== undefined) yield* exactly(Number(length), reader);
  else for (let part = await reader.some(Infinity); part !== null; part = await reader.some(Infinity)) yield part;
}

async function* exactly(size: number, reader: Reader): AsyncGenerator<Buffer> {
  for (let left = size; left > 0;) {
    const part = await reader.some(left);
    if (part === null) throw new errors.SocketError('other side closed');
    left -= part.length;
    yield part;
  }
}

function bodyOf(socket: Socket, bytes: AsyncGenerator<Buffer>): ResponseBody {
  const again: Uint8Array[] = [];
  return {
    async next() {
      const first = again.shift();
      if (first !== undefined) return first;
      const next = await bytes.next();
      if (next.done !== true) return next.value;
      socket.destroy();
      return null;
    },
    unread: (...chunks) => void again.unshift(...chunks),
    cancel() {
      again.length = 0;
      socket.destroy();
    },
  };
}
