/**
 * Carries the local journal into the shared log, in its order and as soon as the database can be reached. What was sent
 * is known from there: the highest number of ours that it has. So nothing has to be kept here, and a database that was
 * restored from an older copy gets again what it has lost.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { eventFormat, type EventDraft, type StampedEvent } from '../../common/events.ts';
import { without } from '../../common/without.ts';
import type { Cursor, EventLog } from '../event-log/event-log.ts';
import type { Log } from '../log/log.ts';
import { DatabaseAway, type Session } from './database.ts';
import { findFork } from './forked-journal.ts';
import type { HeldEvents } from './held-events.ts';
import type { LogIdentity } from './migrations.ts';
import { createPace } from './pace.ts';
import { bodyOf, bodyOfText } from './pages.ts';
import { createRefusals } from './refusals.ts';
import { claimWriter, type Entry, type Writer, type Written } from './writer.ts';

export interface OutboxPorts {
  readonly local: EventLog;
  readonly session: Session;
  readonly identity: LogIdentity;
  /** This machine, as the writer of its journal. */
  readonly node: string;
  /** A place in the journal that an earlier run kept of `sent`; `null` where none is known. */
  readonly known: Cursor | null;
  /** And up to this number it was sent; `null` where none is known: what is left from before is not counted then. */
  readonly knownSeq: number | null;
  /** Number of the last event that the journal held when it was opened. */
  readonly lastSeq: number;
  /** Those that follow the shared log here need not read what is sent. */
  readonly held: Pick<HeldEvents, 'hold'>;
  /** It is in the shared log up to this number now. */
  readonly written: (k: number) => void;
  /** Another process writes as this machine from now on; told once. */
  readonly fenced: () => void;
  readonly log: Log;
}

export interface OutboxState {
  /** Events that the shared log does not have yet. */
  readonly waiting: number;
  /** When the first of them was stored here; `null` where none waits. */
  readonly oldestAt: string | null;
  /** Another process writes as this machine: its data folder was copied. */
  readonly isFenced: boolean;
  /** Why the database takes nothing of what waits; `null` = it does. */
  readonly refusal: unknown;
}

export interface Outbox {
  /** Claims this machine's place in the shared log. @throws DatabaseAway */
  claim(): Promise<void>;
  start(): void;
  state(): OutboxState;
  /**
   * Whether another process writes as this machine: one that sends nothing would not learn of it.
   * @param asking a connection that does not wait behind what is being sent.
   * @throws DatabaseAway
   */
  lookForOther(asking: Session): Promise<boolean>;
  /** Before the last that the shared log has, so that a later run finds that one there; `null` where none is known yet. */
  sent(): Cursor | null;
  /** The number of the last that the shared log has; `null` until it has told. */
  sentSeq(): number | null;
  /** Resolves to true once the shared log has the event of this number, false where it has not in time. */
  until(seq: number, limitMs: number): Promise<boolean>;
  /** Somebody waits until what is stored here is in the shared log. @returns the undo. */
  hurry(): () => void;
  /** Sends what waits, as far as that is quick, and ends. */
  close(): Promise<void>;
}

interface Waiting {
  readonly entry: Entry;
  readonly event: StampedEvent;
  readonly behind: Cursor;
}

const batchEvents = 500;
const batchChars = 4 * 1024 * 1024;
/** So many are held in memory; what is more is read from the journal when its turn comes. */
const heldEvents = 2000;
/** What nobody waits for is sent so often while more and more is stored. */
const sendEveryMs = 20;
const againMs = 500;
const longestAgainMs = 5000;
const closeMs = 1500;
const batchIsFull = new Error('the batch is full');

export function createOutbox(ports: OutboxPorts): Outbox {
  const { local, session, identity, node, held: told, written, log } = ports;
  let writer: Writer | null = null;
  let isFenced = false;
  let isClosed = false;
  /** Behind the last that was sent; `null` = to be found by its number. */
  let sent: Cursor | null = null;
  let beforeSent = ports.known;
  /** Not known for sure until the database has told. */
  let sentSeq = ports.knownSeq ?? ports.lastSeq;
  let { lastSeq } = ports;
  let held: Waiting[] = [];
  /** Something between what was sent and what is held is in the journal only. */
  let mustRead = true;
  let oldestAt: string | null = null;
  let running: Promise<void> | null = null;
  const refusals = createRefusals();
  const pace = createPace(sendEveryMs);
  const mayGoOn = (): boolean => !isClosed && !isFenced;
  let wake: () => void = () => undefined;
  const waits = new Set<{ readonly seq: number; readonly settle: (isThere: boolean) => void }>();

  /** The shared log has these numbers and lower ones; `null` until it was asked. */
  let taken: number | null = null;
  const again = new Set<number>();

  /** Under numbers that nobody has, and with their own times. */
  async function appendAgain(events: readonly StampedEvent[]): Promise<void> {
    const left = events.filter(({ seq }) => !again.has(seq));
    if (left.length === 0) return;
    for (const { seq } of left) again.add(seq);
    log.warn({ node, events: left.length }, 'the journal was restored from an older copy; what it took since is sent');
    try {
      // Without number and version it is what was drafted.
      await local.append(left.map((event) => without(event, 'v', 'seq') as EventDraft));
    } catch (error) {
      for (const { seq } of left) again.delete(seq);
      throw error;
    }
  }

  const unfollow = local.follow('outbox', (event, behind, text) => {
    if (taken !== null && event.seq <= taken) {
      // It had its number before the database told of those that are used.
      appendAgain([event]).catch((error: unknown) => log.error({ error }, 'an event could not be numbered anew'));
      return;
    }
    lastSeq = event.seq;
    oldestAt ??= event.at;
    if (held.length >= heldEvents) mustRead = true;
    if (!mustRead) held.push(waitingOf(event, behind, text));
    wake();
  });

  async function claim(): Promise<void> {
    if (writer !== null) return;
    const claimed = await claimWriter(session, identity, node);
    taken = claimed.lastK();
    // A journal that was restored from an older copy must not give out again what the others have under these numbers.
    local.continueAbove(taken);
    const { forked, behind } = await findFork(local, session, node, taken, ports.known);
    await appendAgain(forked);
    sent = behind;
    sentSeq = taken;
    writer = claimed;
  }

  /** What comes next, from the journal where it is not held. */
  async function nextBatch(): Promise<readonly Waiting[]> {
    if (!mustRead) return takeHeld();
    // Followers are told in the turn in which the reading ends, or later: what they bring from now on joins on to it.
    held = [];
    const batch: Waiting[] = [];
    let chars = 0;
    let isAll = true;
    mustRead = false;
    try {
      await local.read(sent, (event, behind) => {
        if (event.seq <= sentSeq) {
          sent = behind;
          return;
        }
        const waiting = waitingOf(event, behind);
        chars += waiting.entry.body.length;
        if (batch.length > 0 && (batch.length === batchEvents || chars > batchChars)) throw batchIsFull;
        batch.push(waiting);
      });
    } catch (error) {
      if (error !== batchIsFull) {
        mustRead = true;
        throw error;
      }
      isAll = false;
    }
    if (!isAll) mustRead = true;
    return batch;
  }

  function takeHeld(): readonly Waiting[] {
    let chars = 0;
    let count = 0;
    for (const { entry } of held) {
      chars += entry.body.length;
      if (count > 0 && (count === batchEvents || chars > batchChars)) break;
      count += 1;
    }
    return held.splice(0, count);
  }

  function fence(): void {
    if (isFenced) return;
    isFenced = true;
    log.error({ node }, 'another inbox writes to the shared log as this machine; is its data folder a copy?');
    ports.fenced();
    wake();
  }

  /** @returns false where nothing waits. */
  async function sendSome(): Promise<boolean> {
    await claim();
    const batch = (await nextBatch()).filter(({ entry }) => entry.k > sentSeq);
    const last = batch.at(-1);
    if (last === undefined || writer === null) return false;
    oldestAt = batch[0]?.event.at ?? null;
    const entries = batch.map(({ entry }) => entry);
    let result: Written;
    try {
      result = await writer.write(entries, 0);
    } catch (error) {
      mustRead = true;
      throw error;
    }
    if (result.outcome !== 'written') {
      fence();
      return false;
    }
    if (result.xid !== null) {
      const chars = entries.reduce((sum, { body }) => sum + body.length, 0);
      const events = batch.map(({ event }) => event);
      told.hold({ node, epoch: identity.epoch, xid: result.xid, gap: 0, events, chars });
    }
    beforeSent = batch.at(-2)?.behind ?? sent ?? beforeSent;
    sent = last.behind;
    sentSeq = last.entry.k;
    oldestAt = held[0]?.event.at ?? (sentSeq < lastSeq ? last.event.at : null);
    for (const wait of waits) if (wait.seq <= sentSeq) wait.settle(true);
    written(sentSeq);
    return true;
  }

  async function run(): Promise<void> {
    let pauseMs = againMs;
    while (mayGoOn()) {
      const something = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        await pace.next();
        const isSent = await sendSome();
        refusals.note(null);
        if (isSent) continue;
        pauseMs = againMs;
        if (mayGoOn()) await something;
      } catch (error) {
        refusals.note(error);
        if (!(error instanceof DatabaseAway)) log.error({ error }, 'what waits could not be sent to the shared log');
        await Promise.race([pause(pauseMs, undefined, { ref: false }), closing]);
        pauseMs = Math.min(pauseMs * 2, longestAgainMs);
      }
    }
  }

  let endPause: () => void = () => undefined;
  const closing = new Promise<void>((resolve) => {
    endPause = resolve;
  });

  return {
    claim,
    start() {
      running ??= run();
    },
    sent: () => beforeSent,
    sentSeq: () => (writer === null ? null : sentSeq),
    state: () => ({
      waiting: Math.max(0, lastSeq - sentSeq),
      oldestAt: lastSeq > sentSeq ? oldestAt : null,
      isFenced,
      refusal: refusals.current(),
    }),
    until(seq, limitMs) {
      if (seq <= sentSeq) return Promise.resolve(true);
      const stopHurry = pace.hurry();
      return new Promise((resolve) => {
        const settle = (isThere: boolean): void => {
          stopHurry();
          clearTimeout(timer);
          waits.delete(wait);
          resolve(isThere);
        };
        const timer = setTimeout(() => settle(false), limitMs);
        const wait = { seq, settle };
        waits.add(wait);
      });
    },
    hurry: () => pace.hurry(),
    async lookForOther(asking) {
      if (writer !== null && !isFenced && (await writer.isFenced(asking))) fence();
      return isFenced;
    },
    async close() {
      if (running !== null && !isFenced && lastSeq > sentSeq) {
        wake();
        await Promise.race([pause(closeMs, undefined, { ref: false }), this.until(lastSeq, closeMs)]);
      }
      isClosed = true;
      unfollow();
      pace.close();
      endPause();
      wake();
      await session.close();
      await running;
      for (const wait of waits) wait.settle(false);
    },
  };
}

/** @param text JSON of the event, as the journal was just given it. */
function waitingOf(stored: StampedEvent, behind: Cursor, text?: string): Waiting {
  const { seq, at } = stored;
  if (text !== undefined) return { entry: { k: seq, gap: 0, body: bodyOfText(text, seq) }, event: stored, behind };
  // Without its stamp it is what was drafted.
  const draft = without(stored, 'v', 'seq', 'at') as EventDraft;
  return {
    entry: { k: seq, gap: 0, body: bodyOf(draft, at) },
    event: { v: eventFormat, seq, at, ...draft },
    behind,
  };
}
