import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const repoDir = path.join(import.meta.dirname, '../..');

test.each([
  ['scripts/fuzz.mjs', '--bodies', 'many'],
  ['scripts/fuzz.mjs', '--bodies', '0'],
  ['scripts/fuzz.mjs', '--shapes', '0'],
  ['scripts/fuzz.mjs', '--only', 'nothing'],
  ['scripts/soak.mjs', '--minutes', 'long'],
  ['test/bench/bench.mjs', '--only', 'nothing'],
])('%s %s %s is refused and not taken for a run that found nothing', (script, flag, value) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, flag, value], {
    cwd: repoDir,
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(new RegExp(`^${flag} must be .*, not "${value}"\\.\n$`));
});
