/**
 * Whether the shelf on S3 gives and takes what it is asked, by the calls that are made anyway. One that failed is no
 * verdict, since it may be about its own object: a small question of ours behind it is, and it writes where that call did,
 * since keys may read and not write. The same question tells when all is well again, and how it is when nobody asks.
 */
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { InboxError } from '../../../common/errors.ts';
import type { ShelfStatus } from '../../../common/shelf-status.ts';
import { toldOrNot } from '../../../common/texts/sentence.ts';
import type { Log } from '../../log/log.ts';
import type { S3Client } from './s3-client.ts';
import { mayPass } from './s3-error.ts';

export interface ShelfWatchOptions {
  readonly now: () => Date;
  readonly log: Log;
  /** So long behind a call that failed it is asked whether that was the shelf, in ms. Default 1 s. */
  readonly confirmMs?: number;
  /** Whether it is well again. Default each 5 s. */
  readonly againMs?: number;
  /** Where nothing was called for so long. Default 1 min. */
  readonly idleMs?: number;
}

export interface ShelfWatch {
  /** @returns the client with its calls looked at. It is asked for the first time now. */
  over(client: S3Client): S3Client;
  status(): ShelfStatus;
  /** Called when `state` is another one. @returns the undo. */
  onState(listener: (status: ShelfStatus) => void): () => void;
  close(): void;
}

const well: ShelfStatus = { state: 'ok', since: null, message: null };
/** Beside what the store knows; there while it is asked. */
const probeKey = 'probe';
const probeBytes = Buffer.from('Video Inbox asks whether it can write here.\n');
const probeOptions = { sha256: hash('sha256', probeBytes), contentType: 'text/plain', onlyNew: false };

export function createShelfWatch(options: ShelfWatchOptions): ShelfWatch {
  const { now, log, confirmMs = 1000, againMs = 5000, idleMs = 60_000 } = options;
  const listeners = new Set<(status: ShelfStatus) => void>();
  let found = well;
  let asking: S3Client | null = null;
  /** What failed last would have written. */
  let mustWrite = false;
  let wellAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  /** When it is looked next; passed while it is being looked. */
  let lookAt = Infinity;
  let isClosed = false;

  function tell(next: ShelfStatus): void {
    const isOther = next.state !== found.state;
    found = next;
    if (isOther) for (const listener of listeners) listener(found);
  }

  function wentWell(wrote: boolean): void {
    wellAt = performance.now();
    if (mustWrite && !wrote) return;
    mustWrite = false;
    if (found.state === 'ok') return;
    log.info({ since: found.since }, 'the shelf of videos answers again');
    tell(well);
  }

  function wentWrong(error: unknown, wrote: boolean): void {
    if (!(error instanceof InboxError)) return;
    mustWrite ||= wrote;
    // What went well before is no answer to it.
    wellAt = -Infinity;
    // Many that fail, one behind the other, do not put it off.
    if (found.state === 'ok' && lookAt > performance.now() + confirmMs) lookIn(confirmMs);
  }

  async function ask(client: S3Client): Promise<void> {
    if (!mustWrite) {
      for await (const object of client.list('', 1)) if (object.key !== '') break;
      wentWell(false);
      return;
    }
    await client.put(probeKey, { bytes: probeBytes, sizeBytes: probeBytes.length }, probeOptions);
    wentWell(true);
    // Keys that may not remove anything leave it there; videos are given and taken all the same.
    await client.remove(probeKey).catch((error: unknown) => {
      if (!(error instanceof InboxError)) throw error;
    });
  }

  async function look(): Promise<void> {
    if (asking === null || (found.state === 'ok' && !mustWrite && performance.now() - wellAt < idleMs)) return;
    try {
      await ask(asking);
    } catch (error) {
      if (!(error instanceof InboxError)) throw error;
      if (isClosed) return;
      if (found.state === 'ok') log.warn({ error }, error.message);
      const since = found.since ?? now().toISOString();
      tell({ state: mayPass(error) ? 'away' : 'refuses', since, ...toldOrNot(error.text) });
    }
  }

  function lookIn(ms: number): void {
    clearTimeout(timer);
    if (isClosed) return;
    lookAt = performance.now() + ms;
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => log.error({ error }, 'the shelf of videos could not be looked at'))
        .finally(() => lookIn(found.state !== 'ok' ? againMs : mustWrite ? confirmMs : idleMs));
    }, ms).unref();
  }

  async function watched<T>(wrote: boolean, call: Promise<T>): Promise<T> {
    try {
      const answer = await call;
      // That nothing is there is said of a bucket that is gone as well.
      if (answer !== null && answer !== undefined) wentWell(wrote);
      return answer;
    } catch (error) {
      wentWrong(error, wrote);
      throw error;
    }
  }

  return {
    over(client) {
      asking = client;
      lookIn(0);
      return {
        ...client,
        head: (...args) => watched(false, client.head(...args)),
        get: (...args) => watched(false, client.get(...args)),
        put: (...args) => watched(true, client.put(...args)),
        beginParts: (...args) => watched(true, client.beginParts(...args)),
        putPart: (...args) => watched(true, client.putPart(...args)),
        listParts: (...args) => watched(false, client.listParts(...args)),
        endParts: (...args) => watched(true, client.endParts(...args)),
        abortParts: (...args) => watched(true, client.abortParts(...args)),
        remove: (...args) => watched(true, client.remove(...args)),
        removeWithin: (...args) => watched(true, client.removeWithin(...args)),
        async *list(...args) {
          try {
            yield* client.list(...args);
            wentWell(false);
          } catch (error) {
            wentWrong(error, false);
            throw error;
          }
        },
      };
    },
    status: () => found,
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
