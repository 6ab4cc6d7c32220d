/**
 * One call about several tasks, for providers that take several ids at once. Each asker goes on asking about one task:
 * what is asked within a moment is sent together, and what goes wrong with one task is that one's alone.
 */
import type { Clock } from '../clock.ts';
import { valueAt } from './api-faults.ts';
import { ApiFault, type ApiFaultCode, type AskMany } from './provider-api.ts';

export interface AskTogether {
  /** @returns the answer as if only this task had been asked about. @throws ApiFault; the reason of `signal` */
  ask(id: string, signal?: AbortSignal): Promise<unknown>;
}

export interface TogetherPorts {
  readonly many: AskMany;
  readonly clock: Clock;
  /** One call about these. @throws ApiFault */
  readonly call: (ids: readonly string[], signal: AbortSignal) => Promise<unknown>;
}

interface Asker {
  readonly id: string;
  readonly settle: (outcome: Outcome) => void;
  /** Gives up: the call is stopped once nobody waits for it. */
  leave: () => void;
}

type Outcome = { readonly body: unknown } | { readonly error: Error };

/** A callback's questions can wait so long unnoticed; what comes in a burst comes within it. */
const windowMs = 50;

export function createAskTogether({ many, clock, call }: TogetherPorts): AskTogether {
  const waiting = new Set<Asker>();
  let cancelTimer: (() => void) | null = null;

  function send(): void {
    cancelTimer = null;
    const askers = [...waiting];
    waiting.clear();
    const ids = [...new Set(askers.map(({ id }) => id))];
    for (let from = 0; from < ids.length; from += many.most) {
      const part = new Set(ids.slice(from, from + many.most));
      void sendPart([...part], new Set(askers.filter(({ id }) => part.has(id))));
    }
  }

  async function sendPart(ids: readonly string[], askers: Set<Asker>): Promise<void> {
    const stop = new AbortController();
    for (const asker of askers) {
      asker.leave = () => {
        askers.delete(asker);
        if (askers.size === 0) stop.abort(new Error('nobody waits for the answer'));
      };
    }
    const outcomes = await outcomesOf(ids, stop.signal);
    for (const asker of askers) asker.settle(outcomes.get(asker.id) ?? { error: new ApiFault('unreadable') });
  }

  async function outcomesOf(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Outcome>> {
    try {
      const body = await call(ids, signal);
      return new Map(ids.map((id) => [id, outcomeIn(body, id, ids.length === 1)]));
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const isOfOne = error instanceof ApiFault && mayBeOfOneId.has(error.code);
      if (!isOfOne || ids.length === 1) return new Map(ids.map((id) => [id, { error }]));
      // Halves find the one at fault in few calls; one after the other, so that a refusal is not followed by a burst.
      const middle = Math.ceil(ids.length / 2);
      const first = await outcomesOf(ids.slice(0, middle), signal);
      return new Map([...first, ...(await outcomesOf(ids.slice(middle), signal))]);
    }
  }

  function outcomeIn(body: unknown, id: string, isAlone: boolean): Outcome {
    const found = valueAt(body, many.records);
    if (typeof found !== 'object' || found === null) return { error: new ApiFault('unreadable') };
    const records: readonly unknown[] = Array.isArray(found) ? found : [found];
    const record = records.find((each) => {
      const named = many.ids.map((at) => textOf(valueAt(each, at))).find((value) => value !== null);
      // The only answer to the only question needs no name.
      return named === undefined ? isAlone && records.length === 1 : named === id;
    });
    if (record === undefined) return { error: new ApiFault('not-found') };
    return { body: { ...(body as object), [many.records]: record } };
  }

  return {
    ask(id, signal) {
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          asker.leave();
          reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        const asker: Asker = {
          id,
          settle(outcome) {
            signal?.removeEventListener('abort', leave);
            if ('error' in outcome) reject(outcome.error);
            else resolve(outcome.body);
          },
          leave() {
            waiting.delete(asker);
            if (waiting.size > 0) return;
            cancelTimer?.();
            cancelTimer = null;
          },
        };
        if (signal?.aborted === true) {
          leave();
          return;
        }
        signal?.addEventListener('abort', leave, { once: true });
        waiting.add(asker);
        cancelTimer ??= clock.after(windowMs, send);
      });
    },
  };
}

/** These may be said because of one of several ids; everything else is said of the call. */
const mayBeOfOneId: ReadonlySet<ApiFaultCode> = new Set(['invalid', 'not-found', 'moderated', 'ended']);

function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
