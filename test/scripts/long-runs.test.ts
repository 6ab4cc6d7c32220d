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

test.each(['scripts/fuzz.mjs', 'scripts/soak.mjs', 'test/bench/bench.mjs', 'scripts/growth.mjs'])(
  '%s tells its flags when asked, and when one is unknown',
  (script) => {
    const run = (flag: string) => spawnSync(process.execPath, [script, flag], { cwd: repoDir, encoding: 'utf8' });
    const help = run('--help');
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(/^(?:npm run|node scripts)/);

    const unknown = run('--such');
    expect([unknown.status, unknown.stdout]).toEqual([1, '']);
    expect(unknown.stderr).toMatch(/^Unknown option '--such'/);
    expect(unknown.stderr).toContain(help.stdout);
  },
);
