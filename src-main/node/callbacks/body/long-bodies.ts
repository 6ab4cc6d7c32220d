/**
 * Long bodies are read in a thread of their own: while a single `JSON.parse` of what an enemy made runs, no other callback would
 * be answered.
 */
import { createRedactor, type Redactor } from '../../../common/redact.ts';
import { createAskedThread, TookTooLong } from '../../asked-thread.ts';
import type { Log } from '../../log/log.ts';
import { keptBody, type KeptBody } from '../kept-body.ts';
import { readLong, type ReadBody, type Sender } from './read-body.ts';

export interface LongBodies {
  /**
   * @param redact What is kept of it is without these secrets when it comes back.
   * @throws Error where there is too little memory to read it, or it takes longer than anyone waits.
   */
  read(bytes: Buffer, sender: Sender, redact: Redactor): Promise<ReadBody>;
  close(): Promise<void>;
}

export interface LongBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sender: Sender;
  readonly secrets: readonly string[];
}

/** A `ReadBody` without its functions, which no other thread can have. */
export interface ReadElsewhere extends Pick<ReadBody, 'said'> {
  readonly films: readonly { readonly sha256: string; readonly bytes: Uint8Array<ArrayBuffer> }[];
  readonly signedIds: ReadonlySet<string>;
  readonly sha256: string;
  readonly kept: KeptBody;
}

interface LongBodyLimits {
  readonly idleMs?: number;
  /** For one body; whoever sent it has given up by then. Default: a minute. */
  readonly timeLimitMs?: number;
}

/** @param workerFile the built `body-worker.cjs`; where it fails for anything but memory or time, a body is read here, in turns. */
export function createLongBodies(workerFile: string, log: Log, limits: LongBodyLimits = {}): LongBodies {
  const thread = createAskedThread<LongBody, ReadElsewhere>({
    file: workerFile,
    name: 'video-inbox-body',
    // No more than this thread has (a thread gets four times that): what can be written there can be here.
    resourceLimits: { stackSizeMb: 1 },
    timeLimitMs: 60_000,
    ...limits,
  });
  return {
    async read(bytes, sender, redact) {
      // A copy, to be handed over: signatures are looked for in the bytes as well.
      const copy = new Uint8Array(bytes);
      try {
        return asRead(await thread.ask({ bytes: copy, sender, secrets: redact.secrets }, [copy.buffer]), redact);
      } catch (error) {
        // Here it would take as much, and the program with it. Whoever sent it is told to come again.
        if (isOutOfMemory(error) || error instanceof TookTooLong) throw error;
        log.warn({ error }, 'the thread that reads long callbacks failed; this one is read without it');
        return await readLong(bytes, sender);
      }
    },
    close: () => thread.close(),
  };
}

/** What the thread does with each. */
export async function readElsewhere({ bytes, sender, secrets }: LongBody): Promise<ReadElsewhere> {
  const read = await readLong(Buffer.from(bytes.buffer), sender);
  return {
    said: read.said,
    // Copies, since each may be a part of something far larger that would go with it.
    films: read.films.map((film) => ({ sha256: film.sha256, bytes: new Uint8Array(film.bytes()) })),
    signedIds: read.signedIds(),
    sha256: read.sha256(),
    kept: read.kept(createRedactor(secrets)),
  };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function asRead({ said, films, signedIds, sha256, kept }: ReadElsewhere, asked: Redactor): ReadBody {
  return {
    said,
    films: films.map((film) => {
      const bytes = Buffer.from(film.bytes.buffer);
      return { sha256: film.sha256, sizeBytes: bytes.length, bytes: () => bytes };
    }),
    signedIds: () => signedIds,
    sha256: () => sha256,
    // A secret may have come since it was asked for.
    kept: (redact) => (redact === asked ? kept : keptAgain(kept, redact)),
  };
}

function keptAgain({ body, bodyEncoding }: KeptBody, redact: Redactor): KeptBody {
  const bytes = Buffer.from(body, bodyEncoding);
  const isText = bodyEncoding === 'utf8';
  return keptBody(bytes, isText ? body : bytes.toString('latin1'), isText, redact);
}
