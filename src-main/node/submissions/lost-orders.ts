/**
 * Orders in doubt are looked for where their provider lists what was ordered: at once, and for an hour more and more
 * rarely, since the provider may note them late. One that is found is made; none is ever sent again.
 */
import { setMaxListeners } from 'node:events';
import type { Log } from '../log/log.ts';
import { ApiFault } from '../provider-api/provider-api.ts';
import type { ProviderClient } from '../provider-api/provider-client.ts';
import type { Clock } from '../clock.ts';
import type { Submission, SubmissionBook } from './submission-book.ts';

export interface LostOrdersPorts {
  readonly client: Pick<ProviderClient, 'findOrder' | 'hasKey' | 'listsOrders'>;
  readonly book: Pick<SubmissionBook, 'get' | 'open'>;
  /** Of a callback URL that is one order's alone; `null` where it is not known any more. */
  readonly tokenOf: (urlId: string) => string | null;
  /** Whose it is, is known already. */
  readonly isKnown: (provider: string, taskId: string) => boolean;
  readonly found: (submission: Submission, taskId: string) => Promise<unknown>;
  /** False while another machine asks. */
  readonly isOurTurn: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LostOrders {
  /** The task that a submission made; `null` where none is listed, or more than one could be it, or nobody can be asked. */
  find(submission: Submission): Promise<string | null>;
  /** Looks for all that are in doubt, now and from time to time. */
  start(): void;
  /** This one is in doubt from now on. */
  watch(id: string): void;
  close(): Promise<void>;
}

const pausesMs = [15_000, 60_000, 5 * 60_000, 15 * 60_000, 40 * 60_000] as const;
/** Nothing of an older one is left to know it by. */
const oldestMs = 24 * 3_600_000;

export function createLostOrders(ports: LostOrdersPorts): LostOrders {
  const { client, book, clock, log } = ports;
  const waiting = new Map<string, () => void>();
  /** By submission: who asks while one is looked for waits for that look. */
  const running = new Map<string, Promise<void>>();
  /** Task to submission. Of two equal orders that are looked for at once, both would take the one that is listed. */
  const givenOut = new Map<string, string>();
  const stop = new AbortController();
  // Each look listens, and hundreds may be in doubt at once.
  setMaxListeners(0, stop.signal);

  const canAsk = (provider: string): boolean =>
    ports.isOurTurn() && client.listsOrders(provider) && client.hasKey(provider);

  async function find(submission: Submission): Promise<string | null> {
    const { id: own, provider, model, prompt, sources, input, urlId, intendedAt } = submission;
    if (!canAsk(provider)) return null;
    const token = urlId === null ? null : ports.tokenOf(urlId);
    try {
      const order = { provider, model, prompt, sources, input, token, sentAt: Date.parse(intendedAt) };
      const { ids, isCertain } = await client.findOrder(order, stop.signal);
      const isFree = (id: string): boolean =>
        !ports.isKnown(provider, id) && (givenOut.get(`${provider}:${id}`) ?? own) === own;
      const [taskId, ...others] = isCertain ? ids : ids.filter(isFree);
      if (taskId === undefined || others.length > 0) return null;
      givenOut.set(`${provider}:${taskId}`, own);
      return taskId;
    } catch (error) {
      // Whoever waits for what came of the order is answered all the same.
      const level = error instanceof ApiFault || stop.signal.aborted ? 'warn' : 'error';
      log[level]({ error, provider }, 'a lost order could not be looked for');
      return null;
    }
  }

  async function look(id: string): Promise<void> {
    const submission = book.get(id);
    if (submission?.state !== 'unknown') return;
    const taskId = await find(submission);
    if (taskId !== null) await ports.found(submission, taskId);
  }

  function watch(id: string, tried = 0): void {
    const pause = pausesMs[tried];
    const submission = book.get(id);
    if (pause === undefined || submission?.state !== 'unknown' || !client.listsOrders(submission.provider)) return;
    if (stop.signal.aborted || waiting.has(id)) return;
    waiting.set(
      id,
      clock.after(pause, () => {
        waiting.delete(id);
        go(id, tried + 1);
      }),
    );
  }

  function go(id: string, tried: number): void {
    if (running.has(id)) return;
    const work = look(id)
      .catch((error: unknown) => log.error({ error, submission: id }, 'a lost order could not be settled'))
      .finally(() => {
        running.delete(id);
        watch(id, tried);
      });
    running.set(id, work);
  }

  return {
    find,
    watch: (id) => watch(id),
    start() {
      const since = clock.date().getTime() - oldestMs;
      for (const { id, state, intendedAt } of book.open()) {
        if (state !== 'unknown' || Date.parse(intendedAt) < since) continue;
        waiting.get(id)?.();
        waiting.delete(id);
        go(id, 0);
      }
    },
    async close() {
      stop.abort(new Error('the inbox is closing'));
      for (const cancel of waiting.values()) cancel();
      await Promise.allSettled(running.values());
    },
  };
}
