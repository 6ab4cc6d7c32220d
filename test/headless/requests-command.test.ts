import path from 'node:path';
import { expect, test } from 'vitest';
import { runRequests } from '../../src-main/headless/commands/requests.ts';
import { commandHere } from '../support/command-here.ts';
import { tempDir } from '../support/temp-dir.ts';

test.each([
  [[], 'Nothing has called yet.'],
  [['--refused'], 'Nothing was refused.'],
])('where there is nothing, a script that reads line by line gets none (%j)', async (args, words) => {
  const { run, lines, told } = commandHere(runRequests);
  expect(await run(...args, '--data-dir', path.join(await tempDir(), 'none'))).toBe(0);
  expect(lines).toEqual([]);
  expect(told).toContain(words);
});
