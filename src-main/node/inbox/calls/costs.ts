/** What was spent, summed where only the sums are wanted. */
import type { CostLine } from '../../../common/contract.ts';
import type { Task, Video } from '../../../common/model.ts';
import { creditsIn, monthOf } from '../../../common/month-credits.ts';
import { clockIn } from '../../../common/zone-clock.ts';
import { takingTurns } from '../../in-turns.ts';
import type { TaskGlance } from '../../projections/task-facts.ts';

type Spent = Pick<
  Task,
  'receivedAt' | 'provider' | 'model' | 'project' | 'cost' | 'credits' | 'state' | 'pick' | 'starred' | 'trashedAt'
> & { readonly videos: readonly Pick<Video, 'durationSeconds'>[] };

/** @param timeZone IANA name; months are cut in it. @returns newest month first, and in it what cost most. */
export async function costsOf(tasks: Iterable<Spent | null>, timeZone: string): Promise<readonly CostLine[]> {
  const months = clockIn(timeZone, { year: 'numeric', month: '2-digit' });
  const lines = new Map<string, Writable<CostLine>>();
  for await (const task of takingTurns(tasks)) {
    const month = months.format(Date.parse(task.receivedAt));
    const { amount, unit } = costOf(task);
    const { provider, model } = task;
    const project = task.project ?? null;
    const name = JSON.stringify([month, provider, model, project, unit]);
    const line = lines.get(name) ?? { month, provider, model, project, unit, ...nothing };
    lines.set(name, line);
    line.tasks += 1;
    if (amount === null) line.unpriced += 1;
    const fate = fateOf(task);
    line[fate] += amount ?? 0;
    line.spent += amount ?? 0;
    if (fate === 'kept') {
      line.keptSeconds += task.videos.reduce((most, { durationSeconds }) => Math.max(most, durationSeconds ?? 0), 0);
    }
  }
  return [...lines.values()].sort((a, b) => b.month.localeCompare(a.month) || b.spent - a.spent);
}

/**
 * Credits since the month began in that zone. Tasks from before are not read: this is asked again and again while callbacks come.
 */
export async function creditsOfMonth(
  library: { newestInTurns(isWanted: (glance: TaskGlance) => boolean): Iterable<Spent | null> },
  now: Date,
  timeZone: string,
): Promise<number> {
  const sinceMs = now.getTime() - longestMonthMs;
  const lines = await costsOf(
    library.newestInTurns(({ receivedMs }) => receivedMs >= sinceMs),
    timeZone,
  );
  return creditsIn(monthOf(now, timeZone), lines);
}

/** And a day, for clocks that are set. */
const longestMonthMs = 32 * 86_400_000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const nothing = { tasks: 0, unpriced: 0, spent: 0, kept: 0, rejected: 0, failed: 0, notJudged: 0, keptSeconds: 0 };

function costOf({ cost, credits }: Spent): { readonly amount: number | null; readonly unit: string } {
  const inCredits = cost?.credits ?? credits;
  if (inCredits !== null) return { amount: inCredits, unit: 'credits' };
  const inMoney = cost?.amount ?? null;
  if (inMoney !== null) return { amount: inMoney, unit: cost?.currency ?? 'USD' };
  return { amount: null, unit: 'credits' };
}

function fateOf({ state, pick, starred, trashedAt }: Spent): 'kept' | 'rejected' | 'failed' | 'notJudged' {
  if (state === 'failed') return 'failed';
  if (pick === 'rejected' || trashedAt !== null) return 'rejected';
  return pick === 'picked' || starred ? 'kept' : 'notJudged';
}
