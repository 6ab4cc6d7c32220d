/** Entry of the media thread: reads the facts of one file after the other. */
import { parentPort } from 'node:worker_threads';
import type { MediaQuestion } from './media-facts.ts';
import { readMedia } from './read-media.ts';

parentPort?.on('message', ({ file, end }: MediaQuestion) => {
  void readMedia(file, end).then((facts) => parentPort?.postMessage(facts));
});
