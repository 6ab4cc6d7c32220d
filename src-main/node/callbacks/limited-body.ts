/** Reads a request body up to a limit, so that nobody can make us buffer what we will not keep. */
import type { IncomingMessage } from 'node:http';

export type LimitedBody =
  | { readonly kind: 'whole'; readonly body: Buffer }
  | { readonly kind: 'too-large' }
  /** The sender left, or was too slow. */
  | { readonly kind: 'broken' };

export function readLimited(incoming: IncomingMessage, limitBytes: number, timeoutMs: number): Promise<LimitedBody> {
  const announced = Number(incoming.headers['content-length'] ?? 0);
  if (announced > limitBytes) return Promise.resolve({ kind: 'too-large' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => end({ kind: 'broken' }), timeoutMs);
    function end(result: LimitedBody): void {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      if (result.kind !== 'whole') {
        incoming.on('error', () => undefined);
        incoming.pause();
      }
      resolve(result);
    }
    function onData(chunk: Buffer): void {
      size += chunk.length;
      if (size > limitBytes) end({ kind: 'too-large' });
      else chunks.push(chunk);
    }
    function onEnd(): void {
      end({ kind: 'whole', body: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks) });
    }
    function onBroken(): void {
      end({ kind: 'broken' });
    }
    incoming.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  });
}
