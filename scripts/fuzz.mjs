import { spawn } from 'node:child_process';
import path from 'node:path';
import { repoDir } from './built.mjs';
import { readFlags } from './flags.mjs';

const usage = `npm run fuzz [-- --bodies N] [--shapes N] [--only bodies|cost|disk|feed|index] [--seed N]
The fuzz tests for long. Shapes are what a stranger sends to keep the inbox busy (--only cost).
A failure prints its seed and the smallest case, at once and at the end.`;
const values = readFlags(usage, {
  bodies: { type: 'string', default: '200000' },
  shapes: { type: 'string', default: '1000' },
  only: { type: 'string', default: '' },
  seed: { type: 'string' },
});
for (const [flag, count] of Object.entries({ '--bodies': values.bodies, '--shapes': values.shapes })) {
  if (/^[1-9]\d*$/.test(count)) continue;
  console.error(`${flag} must be a whole number of at least 1, not "${count}".`);
  process.exit(1);
}
if (!/^(?:bodies|cost|disk|feed|index|)$/.test(values.only)) {
  console.error(`--only must be bodies, cost, disk, feed or index, not "${values.only}".`);
  process.exit(1);
}
const env = {
  ...process.env,
  VIDEO_INBOX_FUZZ_BODIES: values.bodies,
  VIDEO_INBOX_FUZZ_SHAPES: values.shapes,
  ...(values.seed === undefined ? {} : { VIDEO_INBOX_FUZZ_SEED: values.seed }),
};
const vitest = path.join(repoDir, 'node_modules/vitest/vitest.mjs');
const reporters = ['--reporter=default', '--reporter=./test/support/failures-at-once.ts'];
const child = spawn(process.execPath, [vitest, 'run', '--project', 'unit', ...reporters, `test/fuzz/${values.only}`], {
  cwd: repoDir,
  env,
  stdio: 'inherit',
});
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
