/** What is told of refusals in a few words: how many today, the last one, and what lasts. */
import type { RequestHead, RequestSummary } from '../../../common/requests.ts';
import { enRefusals, refusalTexts, type RefusalCode } from '../../../common/texts/en-requests.ts';
import { told } from '../../../common/texts/sentence.ts';

export interface RefusalSummary {
  /** @param times of the same. */
  refused(head: RequestHead, times: number): void;
  /** Whatever became of it: what lasted may be over. */
  answered(head: RequestHead): void;
  now(): RequestSummary;
  close(): void;
}

const dayMs = 86_400_000;
/** Refusals that are not about the one request: they last, and so they are told while they last. */
const lasting: ReadonlySet<RefusalCode | null> = new Set<RefusalCode>([
  'disk-low',
  'storage-failed',
  'too-many-requests',
  'too-many-at-once',
  'tasks-per-day',
  'bytes-per-day',
]);
const lastingMs = 60_000;

/** @param over is called once what lasted is over. */
export function createRefusalSummary(now: () => Date, over: () => void): RefusalSummary {
  let tomorrowMs = nextMidnight(now());
  let refusedToday = 0;
  let last: RequestSummary['lastRefused'] = null;
  let trouble: (NonNullable<RequestSummary['trouble']> & { readonly lastMs: number }) | null = null;
  let timer: NodeJS.Timeout | undefined;

  function newDay(): void {
    const time = now();
    if (time.getTime() < tomorrowMs && time.getTime() >= tomorrowMs - 2 * dayMs) return;
    tomorrowMs = nextMidnight(time);
    refusedToday = 0;
  }

  function troubleNow(): RequestSummary['trouble'] {
    // One that lies far ahead was noted before the clock was set back.
    if (trouble === null || Math.abs(now().getTime() - trouble.lastMs) > lastingMs) return null;
    const { code, facts, since, message } = trouble;
    return { code, facts, since, message };
  }

  return {
    refused(head, times) {
      newDay();
      const at = Date.parse(head.lastAt);
      if (at >= tomorrowMs - dayMs && at < tomorrowMs) refusedToday += times;
      if (last !== null && last.at > head.lastAt) return;
      const why = head.code === null ? { message: '' } : told(refusalTexts[head.code](head.facts));
      last = { n: head.n, at: head.lastAt, status: head.status, ...why };
    },
    answered({ code, facts, lastAt, outcome }) {
      // What could be stored again shows that the disk has room; limits are each sender's own.
      if (outcome === 'stored' && (trouble?.code === 'disk-low' || trouble?.code === 'storage-failed')) trouble = null;
      if (code === null || !lasting.has(code)) return;
      const current = troubleNow();
      const since = current?.code === code ? current.since : lastAt;
      trouble = { code, facts, message: enRefusals[code](facts), since, lastMs: now().getTime() };
      clearTimeout(timer);
      timer = setTimeout(over, lastingMs + 100).unref();
    },
    now() {
      newDay();
      return { refusedToday, lastRefused: last, trouble: troubleNow() };
    },
    close: () => clearTimeout(timer),
  };
}

function nextMidnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}
