/**
 * Says when to look at the shared log: a notification of whoever wrote, throttled, and a poll beside it. A connection that
 * listens can be lost without a word, so it proves itself: a notification of our own must come back. While it has not,
 * the poll is quick.
 *
 * Nothing is notified within an append: commits that notify wait for each other.
 */
import { randomBytes } from 'node:crypto';
import type { Log } from '../log/log.ts';
import { DatabaseAway, type ListeningSession } from './database.ts';

export interface WakeUpPorts {
  readonly session: ListeningSession;
  readonly look: () => Promise<void>;
  readonly log: Log;
  readonly times?: Partial<WakeUpTimes>;
}

export interface WakeUpTimes {
  /** Others are told of what was written here at most so often. */
  readonly throttleMs: number;
  readonly beatMs: number;
  /** Poll while the listening connection is proven, and while it is not. */
  readonly pollMs: number;
  readonly quickPollMs: number;
}

export interface WakeUps {
  /** Something was written here: the others are to look. */
  wrote(): void;
  /** True where a notification of our own came back lately. */
  isListening(): boolean;
  close(): Promise<void>;
}

const usualTimes: WakeUpTimes = { throttleMs: 50, beatMs: 5000, pollMs: 2000, quickPollMs: 250 };

export function startWakeUps({ session, look, log, times }: WakeUpPorts): WakeUps {
  const { throttleMs, beatMs, pollMs, quickPollMs } = { ...usualTimes, ...times };
  const own = randomBytes(8).toString('hex');
  const ownChannel = `video_inbox_beat_${own}`;
  let isProven = false;
  let awaited: string | null = null;
  let isClosed = false;
  let throttle: NodeJS.Timeout | null = null;
  let poll: NodeJS.Timeout | null = null;
  let beat: NodeJS.Timeout | null = null;
  const busy = new Set<Promise<unknown>>();
  const keep = (work: Promise<unknown>): void => {
    const kept = work.finally(() => busy.delete(kept));
    busy.add(kept);
  };

  function setProven(is: boolean): void {
    if (is === isProven) return;
    isProven = is;
    if (!is) log.warn({}, 'wake-ups of the shared database do not arrive; it is asked often instead');
    else log.info({}, 'wake-ups of the shared database arrive');
    schedulePoll();
  }

  function onNotice(channel: string, payload: string): void {
    if (channel !== ownChannel) {
      if (payload !== own) keep(look());
      return;
    }
    if (payload !== awaited) return;
    awaited = null;
    setProven(true);
  }

  async function proveOnce(): Promise<void> {
    // What was asked for at the last beat did not come: the connection hears nothing any more.
    if (awaited !== null) {
      setProven(false);
      session.drop();
    }
    awaited = randomBytes(6).toString('hex');
    try {
      await session.listen(['video_inbox_wake', ownChannel], onNotice);
      await session.query('SELECT pg_notify($1, $2)', [ownChannel, awaited]);
    } catch (error) {
      setProven(false);
      if (!(error instanceof DatabaseAway)) log.error({ error }, 'the shared database refuses to wake us up');
    }
  }

  function scheduleBeat(): void {
    beat = setTimeout(() => {
      keep(
        proveOnce().finally(() => {
          if (!isClosed) scheduleBeat();
        }),
      );
    }, beatMs).unref();
  }

  function schedulePoll(): void {
    if (poll !== null) clearTimeout(poll);
    if (isClosed) return;
    poll = setTimeout(
      () => {
        keep(look().finally(schedulePoll));
      },
      isProven ? pollMs : quickPollMs,
    ).unref();
  }

  session.onLost(() => {
    if (!isClosed) setProven(false);
  });
  keep(proveOnce());
  scheduleBeat();
  schedulePoll();

  return {
    wrote() {
      if (isClosed) return;
      throttle ??= setTimeout(() => {
        throttle = null;
        keep(session.query(`SELECT pg_notify('video_inbox_wake', $1)`, [own]).catch(() => undefined));
      }, throttleMs).unref();
    },
    isListening: () => isProven,
    async close() {
      isClosed = true;
      for (const timer of [throttle, poll, beat]) if (timer !== null) clearTimeout(timer);
      await session.close();
      await Promise.all(busy);
    },
  };
}
