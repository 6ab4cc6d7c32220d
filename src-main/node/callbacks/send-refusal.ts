import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { NodeBindings } from './callback-app.ts';

export interface Refusal {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** So long, and so much, is read of a body that nobody wants. */
const lingerMs = 1000;
const lingerBytes = 16 * 1024 * 1024;

/**
 * Answers before the body was read, and then closes the connection. What the sender is still writing is read and thrown away for a moment: closed at once, the system would break the connection
 * off, and most senders would see that in place of the answer.
 */
export function sendRefusal({ incoming, outgoing }: NodeBindings, { status, body, headers }: Refusal): Response {
  const text = JSON.stringify(body);
  outgoing.writeHead(status, {
    ...headers,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  outgoing.write(text);
  if (incoming.readableEnded || incoming.destroyed) return end(outgoing);
  let left = lingerBytes;
  function onData(chunk: Buffer): void {
    left -= chunk.length;
    if (left < 0) stop();
  }
  function stop(): void {
    clearTimeout(timer);
    incoming.off('data', onData).off('end', stop).off('error', stop).off('close', stop);
    end(outgoing);
  }
  const timer = setTimeout(stop, lingerMs);
  incoming.on('error', () => undefined);
  incoming.on('data', onData).on('end', stop).on('error', stop).on('close', stop).resume();
  return RESPONSE_ALREADY_SENT;
}

function end(outgoing: ServerResponse): Response {
  outgoing.end();
  return RESPONSE_ALREADY_SENT;
}
