/** The table of growth that the documentation shows. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { grow, growthTable, inputs } from '../../scripts/growth.mjs';

it('is what the simulation says', async () => {
  const page = await readFile(path.join(import.meta.dirname, '../../docs/scale.md'), 'utf8');
  expect(page).toContain(growthTable([10, 1000, 100_000]));
});

it('tells the limit that is met first, and when', () => {
  const tasks = inputs.memoryPerMachine / 2 / inputs.memoryPerTask;
  expect(grow(1000).breaks).toEqual({
    day: Math.floor(tasks / (1000 * inputs.callbacksPerPersonADay)),
    what: 'memory for all tasks',
  });
  expect(grow(100_000).breaks).toEqual({ day: 1, what: 'connections of the database' });
  expect(grow(10).breaks).toBeNull();
});
