/**
 * Keeps this library a copy of the one elsewhere. Its events come into the log here, with their origin and their time,
 * each once: how far they have come is kept in a file, and what that file does not know yet is read from the log. Marks
 * of the person are stored here at once, and sent as soon as the other can be reached: the log is their outbox. They
 * come back in the order of the other's log, which is how all copies end up alike.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { TunnelStatus } from '../../common/status.ts';
import { type EventDraft, type EventType, markTypes, type StampedEvent } from '../../common/events.ts';
import { InboxError } from '../../common/errors.ts';
import { parseEvent, type ParsedEvent } from '../../common/parse-event.ts';
import { without } from '../../common/without.ts';
import { twinTexts } from '../../common/texts/en-sync.ts';
import { cursorOf, type EventLog } from '../event-log/event-log.ts';
import type { Log } from '../log/log.ts';
import { createTurns } from '../storage/turns.ts';
import { orAfter } from '../time-limit.ts';
import { lightOf, lightOfNone, withWords } from './copy-light.ts';
import { sendInBatches, type OutgoingMark } from './send-marks.ts';
import { compareWith, draftOf, taskOf, type Comparison } from './set-back.ts';
import { TwinTrouble, type RemoteInbox, type RemotePage, type TwinClient } from './twin-client.ts';
import { isTheSame, openTwinState, type TwinState } from './twin-state.ts';
import { createUnreadEvents, isReadOtherwise } from './unread-events.ts';

export interface TwinFollowerPorts {
  readonly file: string;
  readonly events: EventLog;
  readonly client: TwinClient;
  /** This machine's id. */
  readonly node: string;
  /** The light has changed. */
  readonly statusChanged: () => void;
  readonly log: Log;
  /** Default: as this version reads. */
  readonly parse?: (value: unknown) => ParsedEvent;
  /** How far catching up has come is told no more often: whoever hears of it asks for more. Default 2000. */
  readonly progressEveryMs?: number;
}

export interface TwinFollower {
  /** As the other told it last. */
  status(): TunnelStatus;
  /** The inboxes that this one is a copy of, nearest first, as the other told it last. */
  copyOf(): readonly string[];
  /** Has the other do it; resolves once it has come back. @throws InboxError `unavailable` where it cannot be reached, `not-found` where it has none of the tasks. */
  forward(drafts: readonly EventDraft[]): Promise<void>;
  /** The address or the token is another one: asks there at once. */
  again(): void;
  /** Resolves once the other has told where callbacks go, or cannot be reached. */
  readonly firstStatus: Promise<void>;
  close(): Promise<void>;
}

/** It may be done while the other is away. */
export const isMark = ({ type }: EventDraft): boolean => (markTypes as readonly EventType[]).includes(type);

/** What an inbox that was set back gets again: without the last two nobody there asks for what was ordered meanwhile. */
const isToldAgain = (draft: EventDraft): boolean =>
  isMark(draft) || draft.type === 'watched' || (draft.type === 'unwatched' && draft.code === 'person');

/** Where to ask, and for which order, only that inbox itself may say. */
function asTaken(draft: EventDraft): EventDraft {
  return draft.type === 'watched' ? without(draft, 'askAt', 'submission') : draft;
}

const waitS = 25;
/** Whoever held a question for so long was there: something between the two cut it off. */
const heldMs = 1000;
const firstPauseMs = 250;
const longestPauseMs = 15_000;
const usualProgressMs = 2000;
/** What a machine did offline over more starts than these is sent twice where an answer was lost meanwhile. */
const mostRuns = 20;
const mostNotTaken = 1000;
const longestChain = 16;

export async function startTwinFollower(ports: TwinFollowerPorts): Promise<TwinFollower> {
  const { events, client, log, parse = parseEvent } = ports;
  const store = await openTwinState(ports.file);
  const closing = new AbortController();
  const { signal } = closing;
  const turns = createTurns();
  let highest = 0;
  const own = new Set(store.data.own);
  await events.read(store.data.here === null ? null : cursorOf(store.data.here), (event) => {
    if (event.origin?.node === store.data.node) highest = Math.max(highest, event.origin.k);
    const key = event.origin === undefined ? taskOf(draftOf(event)) : null;
    if (key !== null) own.add(key);
    if (event.type === 'purged') for (const gone of event.keys) own.delete(gone);
  });
  if (store.data.here === null && own.size > 0) throw new InboxError('conflict', twinTexts.ownLibrary);
  // Numbers of its own for each start: a folder that was set back to an older state gives numbers out again.
  const startId = (): string => `${ports.node}-${randomBytes(6).toString('hex')}`;
  await save({
    isCopy: true,
    here: events.end(),
    own: [...own].slice(-mostNotTaken),
    runs: [...store.data.runs, { after: events.lastSeq(), node: startId() }].slice(-mostRuns),
  });
  const writerOf = (seq: number): string => store.data.runs.findLast(({ after }) => after < seq)?.node ?? ports.node;

  function save(change: Partial<TwinState>): Promise<void> {
    return turns(async () => {
      store.data = { ...store.data, ...change };
      await store.write();
    });
  }

  let light = lightOfNone(store.data.tunnel, twinTexts.away);
  function setLight(status: TunnelStatus): void {
    const isNew = JSON.stringify(status) !== JSON.stringify(light);
    light = status;
    if (isNew) ports.statusChanged();
  }

  let progressAt = -Infinity;
  /** Of a million events there are two thousand pages. */
  function showProgress(status: TunnelStatus): void {
    const now = performance.now();
    const isSoon = now - progressAt < (ports.progressEveryMs ?? usualProgressMs);
    if (isSoon) light = status;
    else {
      progressAt = now;
      setLight(status);
    }
  }

  /** @throws InboxError `conflict` */
  function refuseOther(there: RemoteInbox): void {
    if (!isTheSame(store.data, there)) throw new InboxError('conflict', twinTexts.otherTwin);
  }

  /** Under whose name its events are stored here: machines that share a log number them alike. */
  const nameOf = ({ node }: RemoteInbox): string => store.data.node ?? node;

  /** Where the machine that is known goes for good, another one of its log takes its place. */
  async function noteLog(there: RemoteInbox): Promise<void> {
    const told = there.log ?? null;
    if (store.data.node === there.node && store.data.log !== told) await save({ log: told });
  }

  const unread = createUnreadEvents(store.data.leftOut, parse);

  /** What an older version had to leave out. */
  async function readAgain(): Promise<void> {
    const have = new Set<number>();
    await events.read(null, ({ origin }) => {
      if (origin !== undefined && origin.node === store.data.node) have.add(origin.k);
    });
    unread.clear();
    let page = await client.page(null, 0, signal);
    for (;;) {
      const fresh = readPage(page).filter(({ event }) => !have.has(event.seq));
      if (fresh.length > 0) await events.append(fresh.map(({ draft }) => draft));
      // It may have gone on behind the place.
      highest = Math.max(highest, fresh.at(-1)?.event.seq ?? 0);
      if (!page.more) break;
      page = await nextOf(page);
    }
    await save({ leftOut: unread.list() });
  }

  /** @throws InboxError where it does not lead on: it would be asked for without an end. */
  async function nextOf({ next }: RemotePage): Promise<RemotePage> {
    const page = await client.page(next, 0, signal);
    if (page.more && page.next === next) throw new InboxError('unavailable', twinTexts.away);
    return page;
  }

  /** The events of a page that this version can read, as they are stored here. */
  function readPage(page: RemotePage): readonly { readonly event: StampedEvent; readonly draft: EventDraft }[] {
    refuseOther(page);
    return page.events.flatMap((value) => {
      const parsed = parse(value);
      if (parsed.kind !== 'event') {
        // The place goes on meanwhile.
        if (unread.add(value, parsed))
          log.warn({ parsed }, 'this version cannot read such events of the inbox elsewhere');
        return [];
      }
      const { event } = parsed;
      return { event, draft: { ...draftOf(event), origin: { node: nameOf(page), k: event.seq, at: event.at } } };
    });
  }

  /** Stores a page; what was stored before is left out. */
  async function take(page: RemotePage): Promise<void> {
    const came = readPage(page).filter(({ event }) => event.seq > highest);
    // What it lost comes to it again from others, and under other numbers.
    const fresh = came.filter(({ event }) => lost?.isNew(event) ?? true);
    if (store.data.node === null) await save({ node: page.node, log: page.log ?? null });
    if (fresh.length > 0) await events.append(fresh.map(({ draft }) => draft));
    highest = came.at(-1)?.event.seq ?? highest;
    const back = new Set(came.map(({ draft }) => taskOf(draft)));
    const onlyHere = store.data.onlyHere.filter((key) => !back.has(key));
    if (onlyHere.length < store.data.onlyHere.length) await save({ onlyHere });
    const stillOwn = store.data.own.filter((key) => !back.has(key));
    if (stillOwn.length < store.data.own.length) await save({ own: stillOwn });
    if (store.data.notTaken.length > 0) await agree(came.map(({ draft }) => draft));
    if (page.next !== store.data.cursor) await save({ cursor: page.next, here: events.end(), leftOut: unread.list() });
  }

  /** A mark of a task that came from the other is on both again. */
  async function agree(drafts: readonly EventDraft[]): Promise<void> {
    const marked = new Set(drafts.filter(isMark).flatMap(tasksOf));
    const notTaken = store.data.notTaken.filter((key) => !marked.has(key));
    if (notTaken.length < store.data.notTaken.length) await save({ notTaken });
  }

  /** Of what the other was found to have lost. */
  let lost: Pick<Comparison, 'isNew'> | null = null;
  /** The other was set back to an older state: what it has that this copy has not, and what it lost. */
  async function takeAnew(first: RemotePage): Promise<void> {
    refuseOther(first);
    const comparison = await compareWith(events, nameOf(first), isToldAgain);
    let page = first;
    let last = 0;
    for (;;) {
      const read = readPage(page);
      const fresh = read.filter(({ event }) => comparison.isNew(event));
      if (fresh.length > 0) await events.append(fresh.map(({ draft }) => draft));
      last = read.at(-1)?.event.seq ?? last;
      if (!page.more) break;
      // Until all of it was compared, the place of before stands: broken off, it begins anew.
      page = await nextOf(page);
      if (page.anew === true) return takeAnew(page);
    }
    const { marks, tasks } = comparison.onlyHere();
    lost = comparison;
    if (marks.length + tasks.length > 0) {
      log.warn(
        { marks: marks.length, tasks },
        'the inbox elsewhere was set back to an older state; it gets the marks again, and does not have these tasks',
      );
    }
    const again = startId();
    const drafts = marks.map((draft, index) => ({
      draft: { ...asTaken(draft), origin: { node: again, k: index + 1 } },
    }));
    await send(drafts, () => Promise.resolve());
    highest = last;
    await save({ cursor: page.next, here: events.end(), onlyHere: tasks, leftOut: unread.list() });
  }

  let copyOf: readonly string[] = [];
  let arrived: (() => void)[] = [];
  const nextPage = new Set<AbortController>();
  let isDirty = false;
  const somethingIsNew = (): boolean => isDirty;
  let pollS = waitS;
  let cuts = 0;
  /** Some proxies end what is silent for ten seconds. Where the other is away, the next question tells it at once. */
  function learnOfCut(held: number): void {
    isCompared = false;
    cuts += 1;
    if (cuts > 1) pollS = Math.max(1, Math.min(pollS, Math.floor((held / 1000) * 0.8)));
  }

  /** Whether the other was asked, since it was reached, if it still has what came from it before. */
  let isCompared = false;
  async function followOnce(): Promise<void> {
    isDirty = false;
    const status = await client.status(signal);
    copyOf = [status.node, ...(status.copyOf ?? [])].slice(0, longestChain);
    if (copyOf.includes(ports.node)) throw new InboxError('conflict', twinTexts.itself);
    // Marks that another inbox took would be sent to nobody any more.
    refuseOther(status);
    await noteLog(status);
    const { tunnel } = status;
    if (JSON.stringify(tunnel) !== JSON.stringify(store.data.tunnel)) await save({ tunnel });
    setLight(lightOf(tunnel, store.data));
    told();
    // What it lost goes there before what is newer.
    if (!isCompared) await takeAll(tunnel, 0, signal);
    isCompared = true;
    if (store.data.leftOut.some((event) => isReadOtherwise(event, parse))) await readAgain();
    await sendMarks();
    setLight(lightOf(tunnel, store.data));
    const poke = new AbortController();
    const waiters = arrived;
    arrived = [];
    nextPage.add(poke);
    // Whoever waits, waits for what is there already.
    const isAwaited = waiters.length > 0 || somethingIsNew();
    const askedAt = performance.now();
    try {
      await takeAll(tunnel, isAwaited ? 0 : pollS, AbortSignal.any([signal, poke.signal]));
      if (!isAwaited) cuts = 0;
    } catch (error) {
      const held = performance.now() - askedAt;
      const isCut = !isAwaited && held >= heldMs && error instanceof InboxError && error.code === 'unavailable';
      if (isCut && !signal.aborted) learnOfCut(held);
      else if (!poke.signal.aborted) throw error;
    } finally {
      nextPage.delete(poke);
      for (const waiter of waiters) waiter();
    }
  }

  /** @param untilFirst may end the waiting for the first page. */
  async function takeAll(tunnel: TunnelStatus, wait: number, untilFirst: AbortSignal): Promise<void> {
    let page = await client.page(store.data.cursor, wait, untilFirst);
    while (page.anew !== true) {
      await take(page);
      if (!page.more) {
        setLight(lightOf(tunnel, store.data));
        return;
      }
      if (page.behind !== undefined) showProgress(withWords(tunnel, twinTexts.catchingUp(page.behind)));
      page = await nextOf(page);
    }
    await takeAnew(page);
    setLight(lightOf(tunnel, store.data));
  }

  const look = (): void => {
    isDirty = true;
    for (const poke of nextPage) poke.abort();
  };

  const isFromThere = ({ origin }: StampedEvent): boolean => origin !== undefined && origin.node === store.data.node;

  /** Marks of this machine, and of copies of it, that the other does not have yet, oldest first. */
  async function sendMarks(): Promise<void> {
    const marks: { readonly draft: EventDraft; readonly behind: string }[] = [];
    let behind = store.data.sent;
    await events.read(behind === null ? null : cursorOf(behind), (event, cursor) => {
      behind = cursor;
      if (!isMark(event) || isFromThere(event)) return;
      const { node, k } = event.origin ?? { node: writerOf(event.seq), k: event.seq };
      marks.push({ draft: { ...draftOf(event), origin: { node, k } }, behind });
    });
    await send(marks, (last) => save({ sent: last.behind }));
    if (behind !== store.data.sent) await save({ sent: behind });
  }

  function send<T extends OutgoingMark>(marks: readonly T[], done: (last: T) => Promise<void>): Promise<void> {
    return sendInBatches(marks, {
      client,
      signal,
      done,
      refused: async ({ draft }, error) => {
        log.error({ error, type: draft.type }, 'the inbox elsewhere refuses a mark of this one; it stays here only');
        await save({ notTaken: [...new Set([...store.data.notTaken, ...tasksOf(draft)])].slice(-mostNotTaken) });
      },
    });
  }

  let told = (): void => undefined;
  const firstStatus = new Promise<void>((resolve) => {
    told = resolve;
  });
  const unfollow = events.follow('twin outbox', (event) => {
    if (isMark(event) && !isFromThere(event)) look();
  });

  const isClosing = (): boolean => signal.aborted;
  let hurry = new AbortController();
  async function run(): Promise<void> {
    let pauseMs = firstPauseMs;
    let logged = '';
    while (!isClosing()) {
      try {
        await followOnce();
        pauseMs = firstPauseMs;
        logged = '';
      } catch (error) {
        if (isClosing()) return;
        isCompared = false;
        const isForeseen = error instanceof InboxError;
        const message = isForeseen ? error.message : twinTexts.away.english;
        if (!isForeseen) log.error({ error }, 'the inbox elsewhere cannot be followed');
        else if (message !== logged) log.warn({ error }, message);
        logged = message;
        // What is stored nowhere here is told with the disk, and says nothing of the other.
        const isOfDisk = isForeseen && error.code === 'storage-failed';
        if (!isOfDisk) setLight(lightOfNone(store.data.tunnel, isForeseen ? error.text : twinTexts.away));
        told();
        const askedMs = error instanceof TwinTrouble ? error.waitMs : 0;
        await pause(Math.max(pauseMs, askedMs), undefined, { signal: AbortSignal.any([signal, hurry.signal]) }).catch(
          () => undefined,
        );
        pauseMs = hurry.signal.aborted ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs);
        hurry = new AbortController();
      }
    }
  }
  const running = run();

  return {
    status: () => light,
    copyOf: () => copyOf,
    firstStatus,
    again() {
      hurry.abort();
      look();
    },
    async forward(drafts) {
      let skipped: number;
      try {
        ({ skipped } = await client.send(drafts, orAfter(signal, 10_000)));
      } catch (error) {
        const isAway = error instanceof InboxError && error.code === 'unavailable';
        throw isAway ? new InboxError('unavailable', twinTexts.onlyThere, { cause: error }) : error;
      }
      if (skipped > 0 && skipped === drafts.length) throw new InboxError('not-found', twinTexts.notThere);
      const back = new Promise<void>((resolve) => arrived.push(resolve));
      look();
      await Promise.race([back, pause(10_000, undefined, { ref: false })]);
    },
    async close() {
      closing.abort();
      unfollow();
      await running;
      for (const waiter of arrived) waiter();
    },
  };
}

function tasksOf(draft: EventDraft): readonly string[] {
  return 'keys' in draft ? draft.keys : 'key' in draft ? [draft.key] : [];
}
