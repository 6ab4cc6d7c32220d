import type { IncomingMessage, ServerResponse } from 'node:http';

interface PlainAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** So long, and so much, is read of a body that nobody wants. */
const lingerMs = 1000;
const lingerBytes = 16 * 1024 * 1024;

/** Whether a body follows the headers; what is known before any of it is read. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Answers before the body was read, and then closes the connection. What the sender is still writing is read and thrown
 * away for a moment: closed at once, the system would break the connection off, and most senders would see that in place
 * of the answer.
 */
export function sendRefusal(incoming: IncomingMessage, outgoing: ServerResponse, refusal: PlainAnswer): void {
  // Once more than once: something broke behind the answer.
  if (outgoing.headersSent) return;
  const { status, body, headers } = refusal;
  outgoing.writeHead(status, { ...headers, Connection: 'close', 'Content-Length': Buffer.byteLength(body) });
  if (!hasBody(incoming) || incoming.readableEnded || incoming.destroyed) {
    outgoing.end(body);
    return;
  }
  outgoing.flushHeaders();
  outgoing.write(body);
  let left = lingerBytes;
  function onData(chunk: Buffer): void {
    left -= chunk.length;
    if (left < 0) stop();
  }
  function stop(): void {
    clearTimeout(timer);
    incoming.off('data', onData).off('end', stop).off('error', stop).off('close', stop);
    outgoing.end();
  }
  const timer = setTimeout(stop, lingerMs);
  incoming.on('error', () => undefined);
  incoming.on('data', onData).on('end', stop).on('error', stop).on('close', stop).resume();
}
