/**
 * The same body for the same task, again and again: the first few are kept whole, of the rest there is a count. What it
 * says is on the disk already, so the answer does not wait for the count.
 */
import type { Draft } from '../../common/events.ts';
import type { Log } from '../log/log.ts';
import { type InTurns, inTurns } from '../in-turns.ts';
import { createRecentMap } from '../storage/recent-map.ts';
import { createHourQuota } from './hour-quota.ts';

export interface Repeats {
  /**
   * Resolves once what the drafts say is on the disk, by this delivery or by one before.
   * @param name Deliveries of one name say the same and are vouched for in the same way.
   * @param drafts One for each task that the body names.
   * @throws what `record` throws.
   */
  take(name: string, drafts: readonly Draft<'result'>[], tasks: readonly RepeatedTask[]): Promise<void>;
  /** True where the next one of that name is only counted. */
  isKnown(name: string, tasks: readonly RepeatedTask[]): boolean;
  /** True where something was stored for the task that the library may not have heard of yet. */
  hasStored(key: string): boolean;
  /** The task left the library: what was stored for it is no more. */
  purged(key: string): void;
  /** What was stored may be gone: the next of each body is kept whole again. */
  forget(): void;
  /** Records what was only counted. */
  close(): Promise<void>;
}

interface RepeatedTask {
  readonly key: string;
  /** False where the library has no task of that key: not any more, or not yet where it follows a shared log. */
  readonly isHere: () => boolean;
}

export interface RepeatsPorts {
  /** All of them or none. */
  readonly record: (drafts: readonly Draft<'result'>[]) => Promise<unknown>;
  readonly now: () => Date;
  readonly log: Log;
}

interface Entry {
  /** How many are kept whole, or are on their way to that. */
  whole: number;
  /** How many of them are on their way. */
  coming: number;
  latest: Promise<unknown>;
  counted: number;
  drafts: readonly Draft<'result'>[];
}

const keptWhole = 3;
/** How long a count may wait for its event. */
const flushMs = 250;
/**
 * What counts may take of the journal. A packed body of ten thousand tasks is 50 kB, and an event for each of them 7 MB; what
 * is over it waits in memory for the next repeat.
 */
const countsInHour = { times: Infinity, bytes: 16 * 1024 * 1024 };
const entryLimit = 8192;
/** At least half of them are remembered: more than all tasks that a stranger's body may make in a day. */
const storedLimit = 32_768;
const nothingBefore = Promise.resolve();
const noDrafts: readonly Draft<'result'>[] = [];

export function createRepeats({ record, now, log }: RepeatsPorts): Repeats {
  let entries = createRecentMap<string, Entry>(entryLimit);
  /** Keys of tasks that something was stored for, and that nobody has deleted for good since. */
  let stored = createRecentMap<string, true>(storedLimit);
  const waiting = new Set<Entry>();
  const quota = createHourQuota(countsInHour, now);
  let timer: NodeJS.Timeout | null = null;
  let flushed: Promise<unknown> = nothingBefore;

  async function flush(): Promise<void> {
    timer = null;
    const batch = [...waiting];
    waiting.clear();
    await Promise.all(
      batch.map(async (entry) => {
        const { counted, drafts } = entry;
        entry.counted = 0;
        entry.drafts = noDrafts;
        if (!quota.take(await inTurns(sizeOf(drafts)))) {
          entry.counted += counted;
          return;
        }
        await record(drafts.map((draft) => ({ ...draft, repeats: counted }))).catch((error: unknown) =>
          log.warn({ error, counted }, 'repeated callbacks could not be counted; what they say is kept'),
        );
      }),
    );
  }

  function entryOf(name: string): Entry {
    const known = entries.get(name);
    if (known !== undefined) return known;
    const entry = { whole: 0, coming: 0, latest: nothingBefore, counted: 0, drafts: noDrafts };
    entries.set(name, entry);
    return entry;
  }

  /** A task that was deleted for good is made again by the next one: a count alone would be too little, and too late. */
  function isCounted({ whole, coming }: Entry, tasks: readonly RepeatedTask[]): boolean {
    if (whole < keptWhole) return false;
    return tasks.every(({ key, isHere }) => isHere() || coming > 0 || stored.get(key) === true);
  }

  return {
    isKnown(name, tasks) {
      const entry = entries.get(name);
      return entry !== undefined && isCounted(entry, tasks);
    },
    hasStored: (key) => stored.get(key) === true,
    purged: (key) => stored.delete(key),
    forget() {
      entries = createRecentMap(entryLimit);
      stored = createRecentMap(storedLimit);
    },
    async take(name, drafts, tasks) {
      const entry = entryOf(name);
      if (!isCounted(entry, tasks)) {
        entry.whole += 1;
        entry.coming += 1;
        entry.latest = record(drafts);
        const { latest } = entry;
        try {
          await latest;
          // What it came to is known by what is whole; what was stored would be held as long as the entry is.
          if (entry.latest === latest) entry.latest = nothingBefore;
          for (const { key } of tasks) stored.set(key, true);
        } catch (error) {
          entry.whole -= 1;
          throw error;
        } finally {
          entry.coming -= 1;
        }
        return;
      }
      await entry.latest;
      entry.counted += 1;
      // Without what the first ones came with: that stands in their events.
      entry.drafts = drafts.map(withoutBody);
      waiting.add(entry);
      timer ??= setTimeout(() => {
        flushed = Promise.all([flushed, flush()]);
      }, flushMs);
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      await Promise.all([flushed, flush()]);
    },
  };
}

function* sizeOf(drafts: readonly Draft<'result'>[]): InTurns<number> {
  let bytes = 0;
  for (const draft of drafts) {
    bytes += Buffer.byteLength(JSON.stringify(draft));
    yield;
  }
  return bytes;
}

function withoutBody(draft: Draft<'result'>): Draft<'result'> {
  const { evidence } = draft;
  return evidence === null ? draft : { ...draft, evidence: { ...evidence, headers: {}, body: null } };
}
