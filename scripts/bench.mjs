// `npm run bench`: builds, then measures what is built. `--quick` takes fewer and shorter rounds, `--only NAME` a part.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build, isStale, repoDir } from './built.mjs';

if (!process.argv.includes('--help') && isStale()) await build();
const child = spawn(process.execPath, [path.join(repoDir, 'test/bench/bench.mjs'), ...process.argv.slice(2)], {
  cwd: repoDir,
  stdio: 'inherit',
});
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
