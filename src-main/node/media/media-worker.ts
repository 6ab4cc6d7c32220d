/** Entry of the media thread: reads the facts of one file after the other. */
import { parentPort } from 'node:worker_threads';
import { readMedia } from './read-media.ts';

parentPort?.on('message', (file: string) => {
  void readMedia(file).then((facts) => parentPort?.postMessage(facts));
});
