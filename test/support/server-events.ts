/** Reads a stream of server-sent events as they come. */
import { request as httpRequest } from 'node:http';

export interface ServerEvent {
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
}

export interface EventStream {
  /** What came so far, oldest first. */
  readonly events: readonly ServerEvent[];
  /** The id that a browser would send when it reconnects. */
  lastId(): string;
  close(): void;
}

/** @throws where the answer is not an open event stream. */
export function openEventStream(url: string, headers: Readonly<Record<string, string>>): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      if (incoming.statusCode !== 200 || !/^text\/event-stream/.test(incoming.headers['content-type'] ?? '')) {
        incoming.resume();
        reject(new Error(`no event stream, but ${String(incoming.statusCode)}`));
        return;
      }
      const events: ServerEvent[] = [];
      let lastId = '';
      let rest = '';
      incoming.on('error', () => undefined); // closing is our own doing
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        const blocks = (rest + chunk).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
          lastId = field('id') ?? lastId;
          const data = field('data');
          if (data !== undefined)
            events.push({ id: lastId, name: field('event') ?? 'message', data: JSON.parse(data) });
        }
      });
      resolve({ events, lastId: () => lastId, close: () => outgoing.destroy() });
    });
    outgoing.end();
  });
}
