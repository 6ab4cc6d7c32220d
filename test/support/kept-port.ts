/** Ports for what leaves its port and comes back to it. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Linux hands out ports from 32768 on, for port 0 and for each connection that is made; other systems from 49152 on. */
const lowest = 10_000;
const highest = 32_000;

/** A port that is free, and that the system gives to nobody else while its owner is away. */
export async function keptPort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
