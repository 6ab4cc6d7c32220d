import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createProviderClient } from '../../../src-main/node/provider-api/provider-client.ts';
import { createAsking } from '../../../src-main/node/reactors/asking.ts';
import { createUsualTimes } from '../../../src-main/node/reactors/usual-times.ts';
import { askableTask } from '../../support/askable-task.ts';
import { createCountedFetch, createFakeClock } from '../../support/fake-clock.ts';
import { openKlingStandIn } from '../../support/providers/kling-stand-in.ts';

const minute = 60_000;

async function world() {
  const clock = createFakeClock();
  const { fetch, settle } = createCountedFetch();
  const standIn = await openKlingStandIn({ now: () => clock.now() });
  const client = createProviderClient({
    key: (name) => (name === 'KLING_API_KEY' ? standIn.apiKey : null),
    bases: new Map([['kling', standIn.origin]]),
    clock,
    fetch,
    timeoutMs: 60_000,
  });
  const ended = new Map<string, string>();
  const gone: string[] = [];
  let seed = 1;
  const asking = createAsking({
    client,
    clock,
    // Uneven, and the same each time.
    random: () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647,
    times: { afterMs: null, everyMs: null },
    usual: createUsualTimes(),
    answered: (task, { result }) => Promise.resolve(ended.set(task.taskId, result.state)),
    asked: () => Promise.resolve(),
    unwatched: (key) => Promise.resolve(gone.push(key)),
    released: () => undefined,
    log: silentLog,
  });
  onTestFinished(async () => {
    await asking.close();
    await standIn.close();
  });
  function watch(taskId: string): void {
    asking.consider(askableTask('kling', taskId, new Date(clock.now()).toISOString()));
  }
  return { standIn, ended, gone, watch, pass: (ms: number) => clock.pass(ms, settle) };
}

test('a hundred tasks of a provider that takes several ids: few calls, no task more often, each its own end', async () => {
  const { standIn, ended, gone, watch, pass } = await world();
  const ids = Array.from({ length: 100 }, (_, n) => `84200184200184${String(n).padStart(4, '0')}`);
  for (const id of ids) {
    standIn.tasks.set(id, { state: 'processing' });
    watch(id);
    await pass(50);
  }
  watch('nobody-knows');
  await pass(20 * minute);
  const asked = standIn.asked();
  const questions = asked.flat().length;
  process.stdout.write(`100 watched for 20 minutes: ${String(questions)} questions in ${String(asked.length)} calls\n`);
  expect(asked.length).toBeLessThan(questions / 8);
  expect(Math.max(...asked.map((each) => each.length))).toBeLessThanOrEqual(20);
  for (const id of ids) {
    const at = standIn.calls
      .filter(({ query }) => query.get('task_ids')?.split(',').includes(id))
      .map((call) => call.at);
    expect(at.length).toBeGreaterThan(5);
    expect(Math.min(...at.slice(1).map((each, n) => each - (at[n] ?? 0)))).toBeGreaterThanOrEqual(10_000);
  }
  expect(gone).toEqual(['kling:nobody-knows']);

  for (const [n, id] of ids.entries()) standIn.tasks.set(id, { state: n % 3 === 0 ? 'failed' : 'done' });
  await pass(10 * minute);
  expect([...ended].sort()).toEqual(ids.map((id, n) => [id, n % 3 === 0 ? 'failed' : 'succeeded']));
  const after = standIn.calls.length;
  await pass(60 * minute);
  expect(standIn.calls.length).toBe(after);
});
