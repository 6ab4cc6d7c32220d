/**
 * Reads the facts of video files in a thread that is ended when it takes too long or too much memory: one changed number
 * in the index of an mp4 is enough to keep a parser busy for hours, and the files come from strangers.
 */
import { existsSync } from 'node:fs';
import { createAskedThread } from '../asked-thread.ts';
import type { Log } from '../log/log.ts';
import { noFacts, type MediaFacts, type MediaQuestion } from './media-facts.ts';

export interface MediaReader {
  /**
   * One file at a time; never rejects. What cannot be told in time is `null`.
   * @param end What lies behind it is not looked at. Default: all counts.
   */
  read(file: string, end?: number): Promise<MediaFacts>;
  close(): Promise<void>;
}

export interface MediaReaderOptions {
  /** The built `media-worker.cjs`. */
  readonly workerFile: string;
  readonly log: Log;
  /** For one file; default 10 s. */
  readonly timeLimitMs?: number;
  /** An idle thread ends after so long; default 30 s. */
  readonly idleMs?: number;
}

const memoryLimitMb = 192;

/** @throws Error where the built worker is missing: files of strangers are never parsed on the main thread instead. */
export function createMediaReader(options: MediaReaderOptions): MediaReader {
  const { workerFile, log, timeLimitMs = 10_000, idleMs } = options;
  if (!existsSync(workerFile)) throw new Error(`the media thread is missing: ${workerFile}`);
  const thread = createAskedThread<MediaQuestion, MediaFacts>({
    file: workerFile,
    name: 'video-inbox-media',
    resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
    timeLimitMs,
    ...(idleMs === undefined ? {} : { idleMs }),
  });
  return {
    read: (file, end = Infinity) =>
      thread.ask({ file, end }).catch((error: unknown) => {
        log.warn({ file, reason: String(error) }, 'the facts of a video could not be read');
        return noFacts;
      }),
    close: () => thread.close(),
  };
}
