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
import { readBytes, type S3Client } from './s3-client.ts';
import { S3Error } from './s3-error.ts';

export interface S3SweepPorts {
  readonly client: S3Client;
  /** Tries a call again that may be sent twice. */
  readonly patiently: <T>(call: () => Promise<T>) => Promise<T>;
  /** The keys of all bytes that a name stands for now. @throws where that cannot be told of each name */
  readonly named: () => Promise<ReadonlySet<string>>;
  /** So long a removal can arrive, in ms. Default one minute. */
  readonly lastsMs?: number;
}

export interface S3Sweep {
  /** Removes those of `keys` that no name stands for and that have lain so long. @returns how many. */
  remove(keys: readonly string[], olderThanMs: number): Promise<number>;
  /** Resolves once no removal that began before now can take these bytes any more. */
  outlast(key: string): Promise<void>;
}

const sweepingFolder = 'sweeping/';
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

  /** @returns how many were removed, and which the minute was too short for; none are left where the look is too old. */
  async function removeThese(
    keys: readonly string[],
    lookedAtMs: number,
    olderThanMs: number,
  ): Promise<{ readonly removed: number; readonly left: readonly string[] }> {
    const note = `${sweepingFolder}${randomUUID()}`;
    const beganMs = await announce(note, keys);
    const sinceMs = performance.now();
    if (beganMs - lookedAtMs > longestLookMs) return { removed: 0, left: [] };
    let removed = 0;
    for (const [index, key] of keys.entries()) {
      if (performance.now() - sinceMs > lastsMs / 2) return { removed, left: keys.slice(index) };
      // Someone may have sent them again just now, to name them.
      const there = await patiently(() => client.head(key));
      if (there === null || !(there.modifiedAt.getTime() < beganMs - olderThanMs)) continue;
      try {
        // Not patiently: a try whose answer is lost has maybe removed them, and they may be there anew.
        await client.removeWithin(key, beganMs, lastsMs);
      } catch (error) {
        if (!(error instanceof S3Error && error.status === 403 && isOver(beganMs))) throw error;
        return { removed, left: keys.slice(index) };
      }
      removed += 1;
    }
    // All were answered, so none is on its way. Else the note stays for who names these bytes, as long as that matters.
    await patiently(() => client.remove(note));
    return { removed, left: [] };
  }

  async function removeOldNotes(): Promise<void> {
    for await (const { key, modifiedAt } of client.list(sweepingFolder)) {
      if (client.serverTimeMs() - modifiedAt.getTime() > noteLastsMs) await patiently(() => client.remove(key));
    }
  }

  return {
    async remove(keys, olderThanMs) {
      if (keys.length === 0) return 0;
      await removeOldNotes();
      const lookedAtMs = client.serverTimeMs();
      let unnamed = keys;
      // Twice, since a name that moves behind the reader's back is in neither place that the reader looks at.
      for (let look = 1; look <= 2 && unnamed.length > 0; look += 1) {
        const now = await named();
        unnamed = unnamed.filter((key) => !now.has(key));
      }
      let total = 0;
      for (let waiting: readonly string[] = unnamed; waiting.length > 0;) {
        const { removed, left } = await removeThese(waiting.slice(0, mostAtOnce), lookedAtMs, olderThanMs);
        total += removed;
        waiting = [...left, ...waiting.slice(mostAtOnce)];
      }
      return total;
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
