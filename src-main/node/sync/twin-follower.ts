/**
 * Keeps this library a copy of the one elsewhere: asks what is new there and waits at the other until something is, again and
 * again. What came stands in the log here (`copied-events.ts`). Marks of the person are stored here at once, and sent as soon
 * as the other can be reached (`mark-outbox.ts`); they come back in the order of the other's log, which is how all copies
 * end up alike.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { TunnelStatus } from '../../common/status.ts';
import type { EventDraft } from '../../common/events.ts';
import { InboxError } from '../../common/errors.ts';
import { parseEvent, type ParsedEvent } from '../../common/parse-event.ts';
import { twinTexts } from '../../common/texts/en-sync.ts';
import type { EventLog } from '../event-log/event-log.ts';
import type { Log } from '../log/log.ts';
import { orAfter } from '../time-limit.ts';
import { createCopiedEvents, readCopied } from './copied-events.ts';
import { lightOf, lightOfNone, withWords } from './copy-light.ts';
import { createMarkOutbox, mostKeptTasks, withThisRun } from './mark-outbox.ts';
import { TwinTrouble, type RemoteInbox, type TwinClient } from './twin-client.ts';
import { openTwinState } from './twin-state.ts';

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

const waitS = 25;
/** Whoever held a question for so long was there: something between the two cut it off. */
const heldMs = 1000;
const firstPauseMs = 250;
const longestPauseMs = 15_000;
const usualProgressMs = 2000;
const longestChain = 16;

export async function startTwinFollower(ports: TwinFollowerPorts): Promise<TwinFollower> {
  const { events, client, log, node, parse = parseEvent } = ports;
  const state = await openTwinState(ports.file);
  const closing = new AbortController();
  const { signal } = closing;
  const { highest, own } = await readCopied(events, state);
  if (state.data.here === null && own.length > 0) throw new InboxError('conflict', twinTexts.ownLibrary);
  await state.save({
    isCopy: true,
    here: events.end(),
    own: own.slice(-mostKeptTasks),
    runs: withThisRun(state.data.runs, node, events.lastSeq()),
  });
  const outbox = createMarkOutbox({ events, client, state, node, signal, log });
  const copied = createCopiedEvents({ events, client, state, outbox, highest, parse, signal, log });

  let light = lightOfNone(state.data.tunnel, twinTexts.away);
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

  /** Where the machine that is known goes for good, another one of its log takes its place. */
  async function noteLog(there: RemoteInbox): Promise<void> {
    const told = there.log ?? null;
    if (state.data.node === there.node && state.data.log !== told) await state.save({ log: told });
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
    if (copyOf.includes(node)) throw new InboxError('conflict', twinTexts.itself);
    // Marks that another inbox took would be sent to nobody any more.
    copied.refuseOther(status);
    await noteLog(status);
    const { tunnel } = status;
    if (JSON.stringify(tunnel) !== JSON.stringify(state.data.tunnel)) await state.save({ tunnel });
    setLight(lightOf(tunnel, state.data));
    told();
    // What it lost goes there before what is newer.
    if (!isCompared) await takeAll(tunnel, 0, signal);
    isCompared = true;
    await copied.takeLeftOut();
    await outbox.sendNew();
    setLight(lightOf(tunnel, state.data));
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

  async function takeAll(tunnel: TunnelStatus, wait: number, untilFirst: AbortSignal): Promise<void> {
    await copied.takeAll(wait, untilFirst, (count) => showProgress(withWords(tunnel, twinTexts.catchingUp(count))));
    setLight(lightOf(tunnel, state.data));
  }

  const look = (): void => {
    isDirty = true;
    for (const poke of nextPage) poke.abort();
  };

  let told = (): void => undefined;
  const firstStatus = new Promise<void>((resolve) => {
    told = resolve;
  });
  const unfollow = events.follow('twin outbox', (event) => {
    if (outbox.isToSend(event)) look();
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
        if (!isOfDisk) setLight(lightOfNone(state.data.tunnel, isForeseen ? error.text : twinTexts.away));
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
    status: () => ({ ...light, elsewhere: true }),
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
