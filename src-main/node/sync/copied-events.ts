/**
 * The events of the inbox elsewhere in the log here, with their origin and their time, each once: how far they have come is
 * kept in a file, and what that file does not know yet is read from the log.
 */
import type { EventDraft, StampedEvent } from '../../common/events.ts';
import { InboxError } from '../../common/errors.ts';
import type { ParsedEvent } from '../../common/parse-event.ts';
import { twinTexts } from '../../common/texts/en-sync.ts';
import { cursorOf, type EventLog } from '../event-log/event-log.ts';
import type { Log } from '../log/log.ts';
import { isToldAgain, type MarkOutbox } from './mark-outbox.ts';
import { compareWith, draftOf, taskOf, type Comparison } from './set-back.ts';
import type { RemoteInbox, RemotePage, TwinClient } from './twin-client.ts';
import { isTheSame, type TwinStateStore } from './twin-state.ts';
import { createUnreadEvents, isReadOtherwise } from './unread-events.ts';

export interface CopiedEventsPorts {
  readonly events: EventLog;
  readonly client: Pick<TwinClient, 'page'>;
  readonly state: TwinStateStore;
  readonly outbox: Pick<MarkOutbox, 'sendAgain' | 'cameBack'>;
  /** Of the other's numbers the highest that is in the log here; 0: none. */
  readonly highest: number;
  readonly parse: (value: unknown) => ParsedEvent;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface CopiedEvents {
  /** @throws InboxError `conflict` where that is another inbox than the one that is copied. */
  refuseOther(there: RemoteInbox): void;
  /**
   * Takes what is new there, until there is no more.
   * @param waitS So long the other may hold the first answer where nothing is new.
   * @param untilFirst May end the waiting for it.
   * @param behind Told after a page: about so many events are still to come.
   * @throws InboxError where the other cannot be reached, or is another one.
   */
  takeAll(waitS: number, untilFirst: AbortSignal, behind: (count: number) => void): Promise<void>;
  /** Takes what an older version had to leave out, if this one can read any of it. @throws InboxError likewise. */
  takeLeftOut(): Promise<void>;
}

interface ReadEvent {
  readonly event: StampedEvent;
  /** As it is stored here. */
  readonly draft: EventDraft;
}

/** What the log here tells behind the place that is kept: `highest` as above; `own`: tasks that came while this was no copy. */
export async function readCopied(
  events: Pick<EventLog, 'read'>,
  { data }: Pick<TwinStateStore, 'data'>,
): Promise<{ readonly highest: number; readonly own: readonly string[] }> {
  let highest = 0;
  const own = new Set(data.own);
  await events.read(data.here === null ? null : cursorOf(data.here), (event) => {
    if (event.origin?.node === data.node) highest = Math.max(highest, event.origin.k);
    const key = event.origin === undefined ? taskOf(draftOf(event)) : null;
    if (key !== null) own.add(key);
    if (event.type === 'purged') for (const gone of event.keys) own.delete(gone);
  });
  return { highest, own: [...own] };
}

export function createCopiedEvents(ports: CopiedEventsPorts): CopiedEvents {
  const { events, client, state, outbox, parse, signal, log } = ports;
  let { highest } = ports;
  const unread = createUnreadEvents(state.data.leftOut, parse);
  /** Of what the other was found to have lost. */
  let lost: Pick<Comparison, 'isNew'> | null = null;

  function refuseOther(there: RemoteInbox): void {
    if (!isTheSame(state.data, there)) throw new InboxError('conflict', twinTexts.otherTwin);
  }

  /** Under whose name its events are stored here: machines that share a log number them alike. */
  const nameOf = ({ node }: RemoteInbox): string => state.data.node ?? node;

  /** @throws InboxError where it does not lead on: it would be asked for without an end. */
  async function nextOf({ next }: RemotePage): Promise<RemotePage> {
    const page = await client.page(next, 0, signal);
    if (page.more && page.next === next) throw new InboxError('unavailable', twinTexts.away);
    return page;
  }

  /** The events of a page that this version can read. */
  function readPage(page: RemotePage): readonly ReadEvent[] {
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

  async function store(fresh: readonly ReadEvent[]): Promise<void> {
    if (fresh.length > 0) await events.append(fresh.map(({ draft }) => draft));
  }

  /** Stores a page; what was stored before is left out. */
  async function take(page: RemotePage): Promise<void> {
    const came = readPage(page).filter(({ event }) => event.seq > highest);
    if (state.data.node === null) await state.save({ node: page.node, log: page.log ?? null });
    // What it lost comes to it again from others, and under other numbers.
    await store(came.filter(({ event }) => lost?.isNew(event) ?? true));
    highest = came.at(-1)?.event.seq ?? highest;
    const drafts = came.map(({ draft }) => draft);
    const back = new Set(drafts.map(taskOf));
    const onlyHere = state.data.onlyHere.filter((key) => !back.has(key));
    if (onlyHere.length < state.data.onlyHere.length) await state.save({ onlyHere });
    const own = state.data.own.filter((key) => !back.has(key));
    if (own.length < state.data.own.length) await state.save({ own });
    await outbox.cameBack(drafts);
    if (page.next !== state.data.cursor) {
      await state.save({ cursor: page.next, here: events.end(), leftOut: unread.list() });
    }
  }

  /** The other was set back to an older state: what it has that this copy has not, and what it lost. */
  async function takeAnew(first: RemotePage): Promise<void> {
    refuseOther(first);
    const comparison = await compareWith(events, nameOf(first), isToldAgain);
    let page = first;
    let last = 0;
    for (;;) {
      const read = readPage(page);
      await store(read.filter(({ event }) => comparison.isNew(event)));
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
    await outbox.sendAgain(marks);
    highest = last;
    await state.save({ cursor: page.next, here: events.end(), onlyHere: tasks, leftOut: unread.list() });
  }

  return {
    refuseOther,
    async takeAll(waitS, untilFirst, behind) {
      let page = await client.page(state.data.cursor, waitS, untilFirst);
      while (page.anew !== true) {
        await take(page);
        if (!page.more) return;
        if (page.behind !== undefined) behind(page.behind);
        page = await nextOf(page);
      }
      await takeAnew(page);
    },
    async takeLeftOut() {
      if (!state.data.leftOut.some((event) => isReadOtherwise(event, parse))) return;
      const have = new Set<number>();
      await events.read(null, ({ origin }) => {
        if (origin !== undefined && origin.node === state.data.node) have.add(origin.k);
      });
      unread.clear();
      let page = await client.page(null, 0, signal);
      for (;;) {
        const fresh = readPage(page).filter(({ event }) => !have.has(event.seq));
        await store(fresh);
        // It may have gone on behind the place.
        highest = Math.max(highest, fresh.at(-1)?.event.seq ?? 0);
        if (!page.more) break;
        page = await nextOf(page);
      }
      await state.save({ leftOut: unread.list() });
    },
  };
}
