/**
 * Larger versions of finished videos (Veo: 1080p, 4K). The person asks for one; from then on the provider is asked every
 * half minute or so whether it is there, also after a restart, and it becomes a video beside the others.
 */
import { setMaxListeners } from 'node:events';
import type { EventDraft } from '../../common/events.ts';
import type { Quality, Task, Upgrade } from '../../common/model.ts';
import type { Log } from '../log/log.ts';
import { ApiFault } from '../provider-api/provider-api.ts';
import type { ProviderClient, UpgradeAnswer } from '../provider-api/provider-client.ts';
import type { Clock } from '../clock.ts';

export interface UpgradePorts {
  readonly client: Pick<ProviderClient, 'api' | 'hasKey' | 'upgrade'>;
  readonly record: (draft: EventDraft) => Promise<unknown>;
  readonly get: (key: string) => Task | undefined;
  /** False while another machine asks; default: it never does. */
  readonly isOurTurn?: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Upgrades {
  /**
   * From now on it is waited for; doing it twice is doing it once. @param index Of the video in the provider's list, from 0.
   * @throws ApiFault `no-api`, `no-key`
   */
  want(task: Task, index: number, quality: Quality): Promise<void>;
  /** What was asked for in an earlier run, or on another machine. */
  resume(task: Task): void;
  close(): Promise<void>;
}

/** 4K takes ten minutes; what the provider has not made by then, counted from its first answer, does not come. */
const patienceMs = 60 * 60_000;
/** A provider that does not come through is asked less and less, and after a day no more. */
const unreachedMs = 24 * 3_600_000;
const longestPauseMs = 180_000;

export function createUpgrades({ client, record, get, isOurTurn = () => true, clock, log }: UpgradePorts): Upgrades {
  const waiting = new Map<string, () => void>();
  /** When the provider first said "not yet", in ms; in this run. */
  const heardAt = new Map<string, number>();
  /** Since when, and how often in a row, a question did not come through; in this run. */
  const unreached = new Map<string, { readonly since: number; readonly times: number }>();
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  // Each question listens, and hundreds may be on their way.
  setMaxListeners(0, stop.signal);
  const idOf = (key: string, { index, quality }: Pick<Upgrade, 'index' | 'quality'>): string =>
    `${key} ${String(index)} ${quality}`;

  function look(key: string, upgrade: Upgrade, inMs: number): void {
    const id = idOf(key, upgrade);
    if (stop.signal.aborted || waiting.has(id) || !isOurTurn()) return;
    waiting.set(
      id,
      clock.after(inMs, () => {
        const work = ask(key, upgrade)
          .catch((error: unknown) => {
            if (!stop.signal.aborted) log.error({ error, key }, 'a larger version could not be asked for, or noted');
            return stop.signal.aborted;
          })
          .then((isOver) => {
            waiting.delete(id);
            running.delete(work);
            if (isOver) {
              heardAt.delete(id);
              unreached.delete(id);
            } else look(key, upgrade, everyMs(key, upgrade));
          });
        running.add(work);
      }),
    );
  }

  function everyMs(key: string, upgrade: Upgrade): number {
    const usual = client.api(get(key)?.provider ?? '')?.upgrades?.[upgrade.quality]?.everyMs ?? 30_000;
    const times = unreached.get(idOf(key, upgrade))?.times ?? 0;
    return times < 3 ? usual : Math.max(usual, Math.min(longestPauseMs, usual * 2 ** Math.min(10, times - 2)));
  }

  /** @returns whether nothing more is to be asked. */
  async function ask(key: string, upgrade: Upgrade): Promise<boolean> {
    const { quality, index } = upgrade;
    const task = get(key);
    // Whoever has the turn asks; when it comes back, what is asked for is taken up again.
    if (task === undefined || task.trashedAt !== null || !isOurTurn()) return true;
    const { provider, taskId, model } = task;
    const ended = (code: string, link: string | null, message: string | null) =>
      record({ type: 'upgrade', key, quality, index, code, link, message }).then(() => true);
    let answer: UpgradeAnswer;
    try {
      answer = await client.upgrade({ provider, taskId, model, askAt: null }, quality, index, stop.signal);
    } catch (error) {
      if (stop.signal.aborted) return true;
      if (!(error instanceof ApiFault)) throw error;
      return ended(error.code, null, error.said);
    }
    if (answer.state === 'made') return ended('made', answer.link, null);
    const id = idOf(key, upgrade);
    const now = clock.date().getTime();
    if (answer.state === 'not-reached') {
      const { since, times } = unreached.get(id) ?? { since: now, times: 0 };
      unreached.set(id, { since, times: times + 1 });
      return now - since > unreachedMs ? ended(answer.fault.code, null, answer.fault.said) : false;
    }
    unreached.delete(id);
    const since = heardAt.get(id) ?? now;
    heardAt.set(id, since);
    return now - since > patienceMs ? ended('timeout', null, null) : false;
  }

  return {
    async want(task, index, quality) {
      const { key, provider } = task;
      if (client.api(provider)?.upgrades?.[quality] === undefined) throw new ApiFault('no-api');
      if (!client.hasKey(provider)) throw new ApiFault('no-key');
      const known = task.upgrades?.find((each) => each.quality === quality && each.index === index);
      if (known?.code === 'made') return;
      if (known?.code === 'asked') {
        look(key, known, 0);
        return;
      }
      await record({ type: 'upgrade', key, quality, index, code: 'asked', link: null, message: null });
      look(key, { quality, index, code: 'asked', at: clock.date().toISOString() }, 0);
    },
    resume(task) {
      if (task.trashedAt !== null) return;
      for (const upgrade of task.upgrades ?? []) if (upgrade.code === 'asked') look(task.key, upgrade, 0);
    },
    async close() {
      stop.abort(new Error('the inbox is closing'));
      for (const cancel of waiting.values()) cancel();
      await Promise.allSettled(running);
    },
  };
}
