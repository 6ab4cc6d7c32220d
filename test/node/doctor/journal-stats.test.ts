import { expect, it } from 'vitest';
import { createJournalCounter } from '../../../src-main/node/doctor/journal-stats.ts';
import { delivery } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';

it('a body that tells of several tasks is no repeat of itself', async () => {
  const counter = createJournalCounter();
  const told = (id: string, bodySha256: string) => {
    const draft = delivery(id);
    const evidence = draft.evidence === null ? null : { ...draft.evidence, bodySha256 };
    counter.count({ ...draft, evidence, v: 2, seq: 1, at: '2026-11-27T01:00:00.000Z' });
  };
  told('a', 'one body of two tasks, by its hash');
  told('b', 'one body of two tasks, by its hash');
  expect((await counter.stats(await tempDir())).repeats).toBe(0);
  told('a', 'one body of two tasks, by its hash');
  expect((await counter.stats(await tempDir())).repeats).toBe(1);
});
