// `npm run fuzz [-- --bodies N] [--seed N]`: the fuzz tests for long. A failure prints its seed and the smallest case, at
// once and at the end.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { repoDir } from './built.mjs';

const { values } = parseArgs({ options: { bodies: { type: 'string', default: '200000' }, seed: { type: 'string' } } });
if (!/^[1-9]\d*$/.test(values.bodies)) {
  console.error(`--bodies must be a whole number of at least 1, not "${values.bodies}".`);
  process.exit(1);
}
const env = {
  ...process.env,
  VIDEO_INBOX_FUZZ_BODIES: values.bodies,
  ...(values.seed === undefined ? {} : { VIDEO_INBOX_FUZZ_SEED: values.seed }),
};
const vitest = path.join(repoDir, 'node_modules/vitest/vitest.mjs');
const reporters = ['--reporter=default', '--reporter=./test/support/failures-at-once.ts'];
const child = spawn(process.execPath, [vitest, 'run', '--project', 'unit', ...reporters, 'test/fuzz'], {
  cwd: repoDir,
  env,
  stdio: 'inherit',
});
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
