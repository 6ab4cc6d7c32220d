/** Requests as plain as they come: `fetch` would not let a test set Host, nor see that a connection was closed. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One request on a connection of its own. @throws where there is no answer within 30 s. */
export function request(url: string, { method = 'GET', headers = {}, body }: RequestOptions = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method, headers, agent: false, timeout: 30_000 }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const whole = Buffer.concat(chunks);
        const status = incoming.statusCode ?? 0;
        resolve({ status, headers: incoming.headers, body: whole, text: whole.toString('utf8') });
      });
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`${method} ${url} was not answered within 30 s`)));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

export interface RawExchange {
  /** Everything that came back, as Latin-1. */
  readonly received: string;
  /** How many bytes the kernel took from us before the other side closed. */
  readonly sentBytes: number;
  /** True where the other side ended the connection, false where `limitMs` did. */
  readonly closedByPeer: boolean;
}

/**
 * Writes `parts` one after the other, `pauseMs` apart, and reads until the other side closes or the limit is reached.
 * @param parts may be endless: writing stops when the connection ends.
 */
export function exchangeRaw(
  port: number,
  parts: Iterable<string | Buffer>,
  { pauseMs = 0, limitMs = 30_000 }: { readonly pauseMs?: number; readonly limitMs?: number } = {},
): Promise<RawExchange> {
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port });
    let over = false;
    const finish = (closedByPeer: boolean): void => {
      if (over) return;
      over = true;
      clearTimeout(limit);
      const sentBytes = socket.bytesWritten - socket.writableLength;
      socket.destroy();
      resolve({ received: Buffer.concat(received).toString('latin1'), sentBytes, closedByPeer });
    };
    const limit = setTimeout(() => finish(false), limitMs);
    socket.on('data', (chunk) => received.push(chunk));
    socket.once('close', () => finish(true));
    socket.once('end', () => finish(true));
    socket.on('error', () => undefined); // a reset while we still write is one of the ways to be refused; `close` follows
    socket.once('connect', () => void writeAll());

    async function writeAll(): Promise<void> {
      for (const part of parts) {
        if (over) return;
        await new Promise<void>((next) => {
          const proceed = (): void => next();
          socket.once('close', proceed);
          socket.write(part, () => {
            socket.off('close', proceed);
            next();
          });
        });
        if (pauseMs > 0) await new Promise((next) => setTimeout(next, pauseMs));
      }
    }
  });
}
