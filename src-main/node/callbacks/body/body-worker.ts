/** Entry of the thread that reads long bodies, one after the other. */
import { parentPort } from 'node:worker_threads';
import { readElsewhere, type LongBody } from './long-bodies.ts';

parentPort?.on('message', (body: LongBody) => {
  void readElsewhere(body).then((read) =>
    parentPort?.postMessage(
      read,
      read.films.map(({ bytes }) => bytes.buffer),
    ),
  );
});
