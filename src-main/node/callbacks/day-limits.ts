/**
 * How many tasks a callback URL may make in a day, and how much of what comes through it is kept. For strangers whose
 * word nobody vouches for: whoever knows a URL can send, and must not fill the disk and the memory with it.
 */
import { nothingElsewhere, type UrlUse, type UseExchange } from './url-use.ts';
import type { RefusalCode, RefusalFacts } from '../../common/texts/en-requests.ts';

export interface DayLimits {
  /** @returns why it is too much and when to try again, `null` where it is not; then it is counted. */
  take(urlId: string, what: DayCount): TooMuch | null;
  /** It was not stored: whoever tries again while the disk is away uses nothing up. */
  giveBack(urlId: string, what: DayCount): void;
  /** What was counted here in the day of each URL. */
  used(): readonly Omit<UrlUse, 'hits'>[];
}

export interface DayCount {
  readonly newTasks: number;
  readonly bytes: number;
}

export interface TooMuch {
  readonly code: Extract<RefusalCode, 'tasks-per-day' | 'bytes-per-day'>;
  readonly facts: RefusalFacts;
  readonly retryAfterSeconds: number;
}

const dayMs = 86_400_000;
/** Senders do not wait for a day; an hour later the person may have raised the limit. */
const longestRetrySeconds = 3600;

export function createDayLimits(
  limits: () => { readonly tasks: number; readonly bytes: number },
  now: () => Date,
  elsewhere: UseExchange['elsewhere'] = () => nothingElsewhere,
): DayLimits {
  const used = new Map<string, { since: number; tasks: number; bytes: number }>();

  return {
    take(urlId, { newTasks, bytes }) {
      const time = now().getTime();
      const known = used.get(urlId);
      // A clock that was set back begins a day anew, or it would never end.
      const isToday = known !== undefined && time - known.since < dayMs && time >= known.since;
      const day = isToday ? known : { since: time, tasks: 0, bytes: 0 };
      used.set(urlId, day);
      const allowed = limits();
      const others = elsewhere(urlId);
      const retryAfterSeconds = Math.min(longestRetrySeconds, Math.ceil((day.since + dayMs - time) / 1000));
      if (newTasks > 0 && day.tasks + others.tasks + newTasks > allowed.tasks) {
        return { code: 'tasks-per-day', facts: { limit: allowed.tasks }, retryAfterSeconds };
      }
      if (day.bytes + others.bytes + bytes > allowed.bytes) {
        return { code: 'bytes-per-day', facts: { limitBytes: allowed.bytes }, retryAfterSeconds };
      }
      day.tasks += newTasks;
      day.bytes += bytes;
      return null;
    },
    giveBack(urlId, { newTasks, bytes }) {
      const day = used.get(urlId);
      if (day === undefined) return;
      // The day may be another one by now.
      day.tasks = Math.max(0, day.tasks - newTasks);
      day.bytes = Math.max(0, day.bytes - bytes);
    },
    used() {
      const time = now().getTime();
      return [...used].map(([urlId, { since, tasks, bytes }]) => ({
        urlId,
        ageMs: Math.max(0, time - since),
        tasks,
        bytes,
      }));
    },
  };
}
