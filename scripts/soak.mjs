import { spawn } from 'node:child_process';
import path from 'node:path';
import { build, isStale, repoDir } from './built.mjs';
import { readFlags } from './flags.mjs';

const usage = `npm run soak [-- --minutes N] [--rate N]  the built program under mixed traffic, N callbacks a second
npm run soak -- --kills N                 machines that share a log, killed N times each in the middle of what they do`;
const values = readFlags(usage, {
  minutes: { type: 'string', default: '60' },
  rate: { type: 'string', default: '20' },
  kills: { type: 'string' },
});
for (const name of /** @type {const} */ (['minutes', 'rate', 'kills'])) {
  if (values[name] === undefined || Number(values[name]) > 0) continue;
  console.error(`--${name} must be a number above 0, not "${values[name]}".`);
  process.exit(1);
}
if (isStale()) await build();
const vitest = path.join(repoDir, 'node_modules/vitest/vitest.mjs');
const { kills } = values;
const child = spawn(process.execPath, [vitest, 'run', `test/soak/${kills === undefined ? 'soak' : 'kills'}.test.ts`], {
  cwd: repoDir,
  env: {
    ...process.env,
    VIDEO_INBOX_SOAK_MINUTES: values.minutes,
    VIDEO_INBOX_SOAK_RATE: values.rate,
    ...(kills === undefined ? {} : { VIDEO_INBOX_KILLS: kills }),
  },
  stdio: 'inherit',
});
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
