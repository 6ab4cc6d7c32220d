/**
 * How bytes that no name stands for leave a shelf which others use at the same moment: who sweeps, or is about to name bytes,
 * may stand still for hours between two steps, and several may sweep at once.
 *
 * A removal is signed for one minute of the server's clock, however late it arrives. What that minute is about stands on the
 * shelf before it begins, in `sweeping/`. Who has sent bytes and is about to name them looks there, waits where they are meant,
 * and looks behind that whether they are there.
 */
import { Buffer } from 'node:buffer';
import { hash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { readBytes } from './s3-answer.ts';
import type { S3Client } from './s3-client.ts';
import { S3Error } from './s3-error.ts';

export interface S3SweepPorts {
  readonly client: S3Client;
  /** Tries a call again that may be sent twice. */
  readonly patiently: <T>(call: () => Promise<T>) => Promise<T>;
  /** The keys of all bytes that a name stands for now. @throws where that cannot be told of each name */
  readonly named: (leisurely?: AbortSignal) => Promise<ReadonlySet<string>>;
  /** So long a removal can arrive, in ms. Default one minute. */
  readonly lastsMs?: number;
}

export interface S3Sweep {
  /** Removes those of `keys` that no name stands for and that have lain so long. @returns how many. */
  remove(keys: readonly string[], olderThanMs: number): Promise<number>;
  /** Someone takes a name from these bytes, on purpose. To be called before. */
  note(key: string): Promise<void>;
  /** Removes those that were noted so long ago, unless they have a name. @returns how many. */
  removeNoted(olderThanMs: number, signal: AbortSignal): Promise<number>;
  /** Resolves once no removal that began before now can take these bytes any more. */
  outlast(key: string): Promise<void>;
}

const sweepingFolder = 'sweeping/';
/** What was noted, by its key: only what a person removed leaves the shelf without being told to. */
const removedFolder = 'removed/';
const noteOfRemoval = Buffer.from('A name was taken from these bytes.\n');
/** What one minute is about; a note of them is read whole. */
const mostAtOnce = 200;
const noteBytes = 64 * 1024;
const noteLastsMs = 24 * 3_600_000;
/**
 * What the names were for so long ago says nothing of now. Who names bytes makes sure that they were young a quarter of a day
 * before that, see `createS3Store`.
 */
const longestLookMs = 5 * 3_600_000;

export function createS3Sweep({ client, patiently, named, lastsMs = 60_000 }: S3SweepPorts): S3Sweep {
  /** Clocks of a server's machines differ, and what arrives in time is done a little later. */
  const surelyOverMs = 1.25 * lastsMs;

  /** The server's clock tells whole seconds. */
  const isOver = (beganMs: number): boolean => client.serverTimeMs() > beganMs + lastsMs - 1000;

  /** @returns when the minute began, by the clock that `modifiedAt` is of. */
  async function announce(note: string, keys: readonly string[]): Promise<number> {
    const bytes = Buffer.from(keys.join('\n'));
    const put = { sha256: hash('sha256', bytes), contentType: 'text/plain', onlyNew: false };
    await patiently(() => client.put(note, { bytes, sizeBytes: bytes.length }, put));
    const at = (await patiently(() => client.head(note)))?.modifiedAt.getTime() ?? Number.NaN;
    if (Number.isNaN(at)) throw new S3Error(0, 'NotStored', 'what was sent is not there');
    return at;
  }

  /** @returns which were removed, and which the minute was too short for; none are left where the look is too old. */
  async function removeThese(
    keys: readonly string[],
    lookedAtMs: number,
    olderThanMs: number,
  ): Promise<{ readonly removed: readonly string[]; readonly left: readonly string[] }> {
    const note = `${sweepingFolder}${randomUUID()}`;
    const beganMs = await announce(note, keys);
    const sinceMs = performance.now();
    if (beganMs - lookedAtMs > longestLookMs) return { removed: [], left: [] };
    const removed: string[] = [];
    let at = 0;
    for (; at < keys.length && performance.now() - sinceMs < lastsMs / 2; at += 1) {
      const key = keys[at] ?? '';
      // Someone may have sent them again just now, to name them.
      const there = await patiently(() => client.head(key));
      if (there === null || !(there.modifiedAt.getTime() < beganMs - olderThanMs)) continue;
      try {
        // Not patiently: a try whose answer is lost has maybe removed them, and they may be there anew.
        await client.removeWithin(key, beganMs, lastsMs);
      } catch (error) {
        if (!(error instanceof S3Error && error.status === 403 && isOver(beganMs))) throw error;
        return { removed, left: keys.slice(at) };
      }
      removed.push(key);
    }
    // All were answered, so none is on its way. Else the note stays for who names these bytes, as long as that matters.
    await patiently(() => client.remove(note));
    return { removed, left: keys.slice(at) };
  }

  async function removeOldNotes(): Promise<void> {
    for await (const { key, modifiedAt } of client.list(sweepingFolder)) {
      if (client.serverTimeMs() - modifiedAt.getTime() > noteLastsMs) await patiently(() => client.remove(key));
    }
  }

  /** @returns which were removed, and which have a name. */
  async function removeUnnamed(
    keys: readonly string[],
    olderThanMs: number,
    leisurely?: AbortSignal,
  ): Promise<{ readonly removed: readonly string[]; readonly named: readonly string[] }> {
    await removeOldNotes();
    const lookedAtMs = client.serverTimeMs();
    let unnamed = keys;
    // Twice, since a name that moves behind the reader's back is in neither place that the reader looks at.
    for (let look = 1; look <= 2 && unnamed.length > 0; look += 1) {
      const now = await named(leisurely);
      unnamed = unnamed.filter((key) => !now.has(key));
    }
    const removed: string[] = [];
    for (let waiting: readonly string[] = unnamed; waiting.length > 0;) {
      leisurely?.throwIfAborted();
      const part = await removeThese(waiting.slice(0, mostAtOnce), lookedAtMs, olderThanMs);
      removed.push(...part.removed);
      waiting = [...part.left, ...waiting.slice(mostAtOnce)];
    }
    const without = new Set(unnamed);
    return { removed, named: keys.filter((key) => !without.has(key)) };
  }

  /** Their bytes, by the server's clock so long ago. */
  async function notedBefore(olderThanMs: number): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const { key, modifiedAt } of client.list(removedFolder)) {
      if (client.serverTimeMs() - modifiedAt.getTime() > olderThanMs) keys.push(key.slice(removedFolder.length));
    }
    return keys;
  }

  const forget = (key: string): Promise<void> => patiently(() => client.remove(removedFolder + key));

  return {
    remove: async (keys, olderThanMs) =>
      keys.length === 0 ? 0 : (await removeUnnamed(keys, olderThanMs)).removed.length,
    async note(key) {
      const put = { sha256: hash('sha256', noteOfRemoval), contentType: 'text/plain', onlyNew: false };
      const body = { bytes: noteOfRemoval, sizeBytes: noteOfRemoval.length };
      await patiently(() => client.put(removedFolder + key, body, put));
    },
    async removeNoted(olderThanMs, signal) {
      const there: string[] = [];
      for (const key of await notedBefore(olderThanMs)) {
        signal.throwIfAborted();
        if ((await patiently(() => client.head(key))) === null) await forget(key);
        else there.push(key);
      }
      if (there.length === 0) return 0;
      const { removed, named: living } = await removeUnnamed(there, olderThanMs, signal);
      // Taken from these as well, they are noted anew.
      for (const key of [...removed, ...living]) await forget(key);
      return removed.length;
    },
    async outlast(key) {
      for await (const { key: note, modifiedAt } of client.list(sweepingFolder)) {
        const leftMs = modifiedAt.getTime() + surelyOverMs - client.serverTimeMs();
        if (!(leftMs > 0)) continue;
        const body = await patiently(() => client.get(note));
        if (body === null) continue;
        const meant = (await readBytes(body.stream, noteBytes)).toString('utf8').split('\n');
        if (meant.includes(key)) await wait(Math.min(leftMs, surelyOverMs));
      }
    },
  };
}
