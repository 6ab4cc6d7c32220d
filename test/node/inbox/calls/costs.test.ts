import { expect, it } from 'vitest';
import type { TaskGlance } from '../../../../src-main/node/projections/task-facts.ts';
import { costsOf, creditsOfMonth } from '../../../../src-main/node/inbox/calls/costs.ts';
import { sampleTask, sampleVideo } from '../../../renderer/support/sample-task.ts';

it('adds up by month of the zone, provider, model, project and unit, and by what became of it', async () => {
  const at = (receivedAt: string, more: Parameters<typeof sampleTask>[2]) =>
    sampleTask(receivedAt, 0, {
      receivedAt,
      model: 'aleph',
      credits: 110,
      videos: [sampleVideo({ durationSeconds: 5 })],
      ...more,
    });
  const lines = await costsOf(
    [
      at('2026-11-30T23:30:00.000Z', { pick: 'picked' }),
      at('2026-11-12T10:00:00.000Z', { starred: true, project: 'Harbour' }),
      at('2026-11-12T11:00:00.000Z', { pick: 'rejected', project: 'Harbour' }),
      at('2026-11-12T12:00:00.000Z', { state: 'failed', project: 'Harbour', credits: 12, videos: [] }),
      at('2026-11-12T13:00:00.000Z', { project: 'Harbour', credits: null }),
      at('2026-11-12T14:00:00.000Z', {
        project: 'Harbour',
        credits: null,
        cost: { credits: null, amount: 0.5, currency: 'EUR' },
      }),
    ],
    'Europe/Berlin',
  );
  const nothing = { kept: 0, rejected: 0, failed: 0, notJudged: 0, keptSeconds: 0, unpriced: 0 };
  const model = 'aleph';
  expect(lines).toEqual([
    {
      ...nothing,
      month: '2026-12',
      provider: 'kie-luma',
      model,
      project: null,
      unit: 'credits',
      tasks: 1,
      spent: 110,
      kept: 110,
      keptSeconds: 5,
    },
    {
      ...nothing,
      ...{ month: '2026-11', provider: 'kie-luma', model, project: 'Harbour', unit: 'credits', tasks: 4, spent: 232 },
      ...{ kept: 110, rejected: 110, failed: 12, keptSeconds: 5, unpriced: 1 },
    },
    {
      ...nothing,
      month: '2026-11',
      provider: 'kie-luma',
      model,
      project: 'Harbour',
      unit: 'EUR',
      tasks: 1,
      spent: 0.5,
      notJudged: 0.5,
    },
  ]);
});

it('of a month adds up the credits of that one in the zone, and reads no task from long before', async () => {
  const read: string[] = [];
  const at = (receivedAt: string, credits: number) => ({ receivedAt, receivedMs: Date.parse(receivedAt), credits });
  const tasks = [
    at('2026-12-31T22:59:00.000Z', 1),
    at('2026-11-30T23:30:00.000Z', 20),
    at('2026-11-30T22:30:00.000Z', 300),
    at('2026-10-30T22:30:00.000Z', 4000),
  ];
  const library = {
    *newestInTurns(isWanted: (glance: TaskGlance) => boolean) {
      for (const { receivedAt, receivedMs, credits } of tasks) {
        if (!isWanted({ receivedMs } as TaskGlance)) continue;
        read.push(receivedAt);
        yield sampleTask(receivedAt, 0, { receivedAt, credits });
      }
    },
  };
  expect(await creditsOfMonth(library, new Date('2026-12-31T22:59:30.000Z'), 'Europe/Berlin')).toBe(21);
  expect(read).toEqual(tasks.slice(0, 3).map(({ receivedAt }) => receivedAt));
});

it.each(['', 'Nowhere/No', 'Etc/Unknown'])(
  'takes months of UTC where the zone is none that is known: %j',
  async (zone) => {
    const spent = [sampleTask('a', 0, { receivedAt: '2026-11-30T23:30:00.000Z', credits: 7 })];
    expect(await costsOf(spent, zone)).toMatchObject([{ month: '2026-11', spent: 7 }]);
    const library = { newestInTurns: () => spent };
    expect(await creditsOfMonth(library, new Date('2026-11-30T23:50:00.000Z'), zone)).toBe(7);
  },
);
