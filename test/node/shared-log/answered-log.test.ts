/** What an append is answered by where a database is away. */
import { afterEach, expect, it, vi } from 'vitest';
import { healthyStorage, type StorageCode } from '../../../src-main/common/storage-health.ts';
import type { EventDraft } from '../../../src-main/common/events.ts';
import type { EventLog } from '../../../src-main/node/event-log/event-log.ts';
import { createAnsweredLog, type AnswerPolicy } from '../../../src-main/node/shared-log/answered-log.ts';
import { DatabaseAway, LogReplaced } from '../../../src-main/node/shared-log/database.ts';
import type { Outbox, OutboxState } from '../../../src-main/node/shared-log/outbox.ts';
import type { SharedLog } from '../../../src-main/node/shared-log/postgres-log.ts';

afterEach(() => vi.useRealTimers());

const mark: EventDraft = { type: 'marked', keys: ['kie-luma:1'], starred: true };

function logOf(policy: AnswerPolicy, code: StorageCode = 'database-away'): EventLog {
  const local = {
    append: (drafts: readonly EventDraft[]) => Promise.resolve(drafts.map((draft, n) => ({ ...draft, seq: n + 1 }))),
    health: () => healthyStorage,
  } as unknown as EventLog; // no more of it is used here
  const outbox = { until: () => Promise.resolve(false), hurry: () => () => undefined } as unknown as Outbox; // nor of this
  const shared = {
    onEntry: () => () => undefined,
    hurry: () => () => undefined,
    commit: () => new Promise(() => undefined),
    reach: () => ({ isThere: false }),
    health: () => ({ state: 'gone', code, params: {} }),
  } as unknown as SharedLog; // nor of this
  return createAnsweredLog({ policy, local, shared, outbox, node: 'one' });
}

it('a callback is refused where the database must have it, and a click that is stored here is not', async () => {
  await expect(logOf('both').append([mark], { priority: 'callback' })).rejects.toMatchObject({
    code: 'storage-failed',
  });
  await expect(logOf('local').append([mark], { priority: 'callback' })).resolves.toHaveLength(1);
  for (const policy of ['local', 'both'] as const) await expect(logOf(policy).append([mark])).resolves.toHaveLength(1);
});

it('what is stored here is never said not to be, nor what the database may have taken', async () => {
  vi.useFakeTimers();
  const answers = (['both', 'shared'] as const).map(async (policy) => {
    const refused: unknown = await logOf(policy)
      .append([mark], { priority: 'callback' })
      .catch((error: unknown) => error);
    return String(refused);
  });
  await vi.advanceTimersByTimeAsync(6000);
  const [both, shared] = await Promise.all(answers);
  expect(both).toContain('This is stored here, and not in the shared log yet');
  expect(shared).toContain('it is not certain that this was stored');
  for (const code of ['database-away', 'database-full', 'database-refuses'] as const) {
    expect(logOf('both', code).health()).toMatchObject({ code: 'database-behind' });
    expect(logOf('shared', code).health()).toMatchObject({ code });
  }
});

it('the storage is told as what a callback would meet, also where none came that could have told', async () => {
  vi.useFakeTimers();
  const well = { waiting: 0, oldestAt: null, isFenced: false, refusal: null };
  let outboxState: OutboxState = well;
  let away: unknown = null;
  const commits: (() => void)[] = [];
  const open = (policy: AnswerPolicy): EventLog =>
    createAnsweredLog({
      policy,
      local: { health: () => healthyStorage } as unknown as EventLog, // no more of it is used here
      outbox: { state: () => outboxState } as unknown as Outbox, // nor of this
      shared: {
        onEntry: () => () => undefined,
        commit: () => new Promise<void>((resolve) => commits.push(resolve)),
        reach: () => ({ isThere: away === null, why: away }),
        health: () => healthyStorage,
      } as unknown as SharedLog, // nor of this
      node: 'one',
    });
  const [local, both, shared] = [open('local'), open('both'), open('shared')];
  const told = (): unknown[] => [local, both, shared].map((log) => log.health().code);
  expect(told()).toEqual([null, null, null]);
  away = new DatabaseAway(new Error('cut'));
  expect(told()).toEqual([null, 'database-behind', 'database-away']);
  away = new LogReplaced('went-back');
  expect(told()).toEqual([null, 'database-replaced', 'database-replaced']);
  away = null;
  outboxState = { ...well, isFenced: true };
  expect(told()).toEqual([null, 'other-writer', 'other-writer']);
  // The log is read, and takes nothing of what waits: that concerns who waits for it.
  outboxState = { ...well, refusal: new Error('no') };
  expect(told()).toEqual([null, 'database-behind', null]);
  outboxState = { ...well, waiting: 1, oldestAt: new Date(Date.now() - 3000).toISOString() };
  expect(told()).toEqual([null, null, null]);
  await vi.advanceTimersByTimeAsync(3000);
  expect(told()).toEqual([null, 'database-behind', null]);
  outboxState = well;
  // It takes the question and says nothing.
  const refused = expect(shared.append([mark], { priority: 'callback' })).rejects.toMatchObject({
    code: 'storage-failed',
  });
  await vi.advanceTimersByTimeAsync(6000);
  await refused;
  expect(told()).toEqual([null, null, 'database-away']);
  for (const commit of commits) commit();
  await vi.advanceTimersByTimeAsync(0);
  expect(told()).toEqual([null, null, null]);
});
