/**
 * Kept bodies through the reader of today: what an older one could not read, or read worse, is told, and taken over
 * where that is wanted. The bodies themselves stay as they are; what is read better is an event of its own.
 */
import type { RereadChange } from '../../common/doctor-report.ts';
import type { Draft, EventDraft, Read, StampedEvent } from '../../common/events.ts';
import { joinedTask } from '../../common/identity.ts';
import { isInlineLink, withoutInlineLink } from '../../common/inline-film.ts';
import { isKeyOfBody } from '../../common/providers/envelope.ts';
import { providerFamily } from '../../common/providers/catalog.ts';
import { readTasksInTurns } from '../../common/providers/reader.ts';
import { isMasked } from '../../common/redact.ts';
import { openBody } from '../callbacks/body/open-body.ts';
import type { Cursor } from '../event-log/event-log.ts';
import { inTurns } from '../in-turns.ts';
import type { Library } from '../projections/library.ts';
import { createRecentMap } from '../storage/recent-map.ts';

export interface Reread {
  /** How many bodies were read. */
  readonly bodies: number;
  readonly changes: readonly RereadChange[];
  /** Appends what changes; nothing of it was written before. */
  apply(): Promise<void>;
}

/** A body that an event kept, and what was made of it then. */
interface Kept {
  readonly seq: number;
  readonly at: string;
  readonly event: Draft<'result'> | Draft<'request-refused'>;
  readonly bytes: Buffer;
}

/** What a body says today of each of its tasks. */
type Reads = readonly Read[];

interface Found {
  readonly change: RereadChange;
  readonly draft: EventDraft;
}

/** So many events are held in memory at once. */
const batch = 200;
/** The events of one body are next to each other. */
const keptBatches = 64;
const bodyLimit = 64 * 1024 * 1024;
const partSize = 256;

export async function rereadBodies(library: Pick<Library, 'readLog' | 'tasksOf' | 'recordAll'>): Promise<Reread> {
  const found = new Map<string, Found>();
  const nameOf = (seq: number, taskId: string): string => `${String(seq)} ${taskId}`;
  /** Bodies of several tasks, by their hash: the events of all tasks but the first have no body of their own. */
  const batches = createRecentMap<string, { readonly reads: Reads; readonly seq: number }>(keptBatches);
  let bodies = 0;
  for await (const event of eventsOf(library)) {
    // What an earlier run has taken over is not found again, unless the reader has learned more since.
    if (event.type === 'result' && event.source === 'reread' && event.of !== undefined) {
      const name = nameOf(event.of, event.read.taskId);
      const before = found.get(name);
      if (before?.draft.type === 'result' && isSame(event.read, before.draft.read)) found.delete(name);
    }
    if (event.type === 'result' && event.evidence !== null && event.repeats === undefined) {
      const batch = event.evidence.body === null ? batches.get(event.evidence.bodySha256) : undefined;
      const read = batch?.reads.find(({ taskId }) => taskId === event.read.taskId);
      if (batch !== undefined && read !== undefined) {
        found.delete(nameOf(batch.seq, read.taskId));
        const better = betterOf(event, event, read, library);
        if (better !== null) found.set(nameOf(event.seq, read.taskId), better);
      }
    }
    const kept = keptBodyOf(event);
    if (kept === null) continue;
    bodies += 1;
    const reads = await readAgain(kept);
    if (reads.length > 1 && event.type === 'result') {
      batches.set(event.evidence?.bodySha256 ?? '', { reads, seq: event.seq });
    }
    const own = kept.event.type === 'result' ? kept.event.read.taskId : null;
    // The first where the event was about none of them: its id was another one to the reader of then.
    const meant = reads.find(({ taskId }) => taskId === own) ?? reads[0];
    for (const read of reads) {
      const better = read === meant ? betterOf(kept, kept.event, read, library) : missingOf(kept, read, library);
      if (better !== null) found.set(nameOf(kept.seq, read.taskId), better);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  const all = [...found.values()];
  return {
    bodies,
    changes: all.map(({ change }) => change),
    async apply() {
      for (let from = 0; from < all.length; from += partSize) {
        await library.recordAll(all.slice(from, from + partSize).map(({ draft }) => draft));
      }
    },
  };
}

/** The whole log in order, a batch in memory at a time: reading a body takes longer than reading its event. */
async function* eventsOf(library: Pick<Library, 'readLog'>): AsyncGenerator<StampedEvent> {
  let from: Cursor | null = null;
  for (;;) {
    const events: StampedEvent[] = [];
    let last: Cursor | null = from;
    const full = new Error('enough for now');
    const isAll = await library
      .readLog(from, (event, behind) => {
        if (events.length >= batch) throw full;
        events.push(event);
        last = behind;
      })
      .then(
        () => true,
        (error: unknown) => {
          if (error !== full) throw error;
          return false;
        },
      );
    yield* events;
    if (isAll) return;
    from = last;
  }
}

function keptBodyOf(event: StampedEvent): Kept | null {
  const { seq, at } = event;
  if (event.type === 'result') {
    const { evidence, source } = event;
    if (source !== 'callback' || evidence === null || evidence.body === null) return null;
    return { seq, at, event, bytes: Buffer.from(evidence.body, evidence.bodyEncoding) };
  }
  if (event.type !== 'request-refused' || event.status !== 400 || event.body === null) return null;
  const bytes = Buffer.from(event.body, event.bodyEncoding);
  // A body of which only the beginning was kept says something else than the whole of it.
  return bytes.length === event.bodyBytes ? { seq, at, event, bytes } : null;
}

async function readAgain({ event, bytes }: Kept): Promise<Reads> {
  const headers = { ...(event.type === 'result' ? (event.evidence?.headers ?? {}) : event.headers) };
  delete headers['content-encoding']; // it was unpacked before it was kept
  const opened = await openBody(bytes, headers, bodyLimit);
  if ('problem' in opened || 'problem' in opened.read) return [];
  const before = event.type === 'result' ? event.read : null;
  const { value } = opened.read;
  const as = (providerHint: string | null) => inTurns(readTasksInTurns({ body: value, headers, providerHint }));
  const readings = await as(null);
  // Who sent it may have been told by the callback URL alone, and what its states mean with that.
  const isOpen = before !== null && readings.every((each) => each.kind !== 'result' || !each.certain);
  const told = isOpen && before.provider !== 'unknown' ? await as(before.provider) : readings;
  return told.flatMap((reading): Reads => {
    if (reading.kind !== 'result') return [];
    const { provider, certain, taskId, result } = reading;
    return [
      {
        provider,
        certain: told === readings ? certain : (before?.certain ?? certain),
        family: providerFamily(provider),
        // What names no task was about the one in its address, which is not kept.
        taskId: before !== null && told.length === 1 && isKeyOfBody(taskId) ? before.taskId : taskId,
        result,
      },
    ];
  });
}

/**
 * Films that came inside the body have the address that they had then; of others there is nothing but a link that leads
 * nowhere, and of a link with one of our secrets in it no more than a mask.
 */
function withFilmsOf(before: Read | null, now: Read): Read {
  const known = new Set([
    ...(before?.result.videoUrls ?? []),
    before?.result.sourceUrl ?? '',
    before?.result.thumbnailUrl ?? '',
  ]);
  const own = (url: string): string | null => {
    if (known.has(url)) return url;
    if (!isInlineLink(url)) return isMasked(url) ? null : url;
    const film = withoutInlineLink(url, () => true);
    return known.has(film) ? film : null;
  };
  const { videoUrls, sourceUrl, thumbnailUrl } = now.result;
  return {
    ...now,
    result: {
      ...now.result,
      sourceUrl: sourceUrl === null ? null : own(sourceUrl),
      thumbnailUrl: thumbnailUrl === null ? null : own(thumbnailUrl),
      videoUrls: videoUrls.flatMap((url) => own(url) ?? []),
    },
  };
}

/** What is better now than what the event says. */
function betterOf(
  { seq, at }: Pick<Kept, 'seq' | 'at'>,
  event: Kept['event'],
  now: Read,
  library: Pick<Library, 'tasksOf'>,
): Found | null {
  const before = event.type === 'result' ? event.read : null;
  const read = withFilmsOf(before, now);
  if (before !== null && !isBetter(before, read)) return null;
  const key = event.type === 'result' ? keyOf(event, seq, library) : undefined;
  if (event.type === 'result' && key === null) return null; // its task was removed for good
  return foundIn({ seq, at }, event, before, read, key ?? null);
}

/** A task that its body names beside the one that it was taken for. */
function missingOf(kept: Kept, read: Read, library: Pick<Library, 'tasksOf'>): Found | null {
  const isKnown = joinedTask(read, library.tasksOf(read.taskId)) !== undefined;
  return isKnown ? null : foundIn(kept, kept.event, null, withFilmsOf(null, read), null);
}

function foundIn(
  { seq, at }: Pick<Kept, 'seq' | 'at'>,
  event: Kept['event'],
  before: Read | null,
  read: Read,
  key: string | null,
): Found {
  const { provider, taskId, result } = read;
  const { trust, tags, project = null } = event.type === 'result' ? event : { trust: 'unsigned' as const, tags: [] };
  return {
    change: {
      seq,
      at,
      key,
      taskId,
      provider: { before: before?.provider ?? null, after: provider },
      state: { before: before?.result.state ?? null, after: result.state },
      addedUrls: result.videoUrls.filter((url) => before?.result.videoUrls.includes(url) !== true),
      removedUrls: before?.result.videoUrls.filter((url) => !result.videoUrls.includes(url)) ?? [],
    },
    draft: {
      type: 'result',
      source: 'reread',
      of: seq,
      read,
      trust,
      evidence: null,
      tags,
      ...(project === null ? {} : { project }),
      ...(key === null ? {} : { key }),
    },
  };
}

/** The task that the event went to, decided as it was then; `null` where that is not there any more. */
function keyOf(event: Draft<'result'>, seq: number, library: Pick<Library, 'tasksOf'>): string | null {
  const known = library
    .tasksOf(event.read.taskId)
    .filter(({ firstSeq, goneSeq }) => firstSeq <= seq && goneSeq === undefined);
  const key = event.key ?? joinedTask(event.read, known)?.key;
  return known.some((task) => task.key === key) ? (key ?? null) : null;
}

/** Another provider, state or film, or words where there were none. */
function isBetter(before: Read, now: Read): boolean {
  const gained = (['prompt', 'message', 'sourceUrl', 'thumbnailUrl', 'model', 'credits'] as const).some(
    (name) => before.result[name] === null && now.result[name] !== null,
  );
  return (
    gained ||
    (['keyedFile', 'seed', 'cost', 'isDespiteFailure'] as const).some(
      (name) => before.result[name] === undefined && now.result[name] !== undefined,
    ) ||
    (now.certain && now.provider !== before.provider) ||
    now.result.state !== before.result.state ||
    now.result.videoUrls.join('\n') !== before.result.videoUrls.join('\n')
  );
}

function isSame(a: Read, b: Read): boolean {
  return a.provider === b.provider && a.taskId === b.taskId && !isBetter(a, b);
}
