/** Sixteen threads for file work, however the program is started: downloads that sync must not hold up a callback's sync. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { repoDir } from '../support/inbox-process.ts';
import { tempDir } from '../support/temp-dir.ts';

it.skipIf(process.platform !== 'linux').each(['scripts/video-inbox.cjs', 'dist/main/cli.cjs'])(
  '%s has sixteen of them',
  async (program) => {
    const dataDir = path.join(await tempDir(), 'data');
    const args = [
      'serve',
      '--json',
      '--tunnel',
      'none',
      '--data-dir',
      dataDir,
      '--callback-port',
      '0',
      '--local-port',
      '0',
    ];
    const env = { ...process.env };
    delete env['UV_THREADPOOL_SIZE'];
    const child = spawn(process.execPath, [path.join(repoDir, program), ...args], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(async () => {
      child.kill();
      await once(child, 'close');
    });
    await once(createInterface({ input: child.stdout }), 'line');
    // Beside them there are the main thread, those of V8 and one for signals: some seven.
    expect((await readdir(`/proc/${String(child.pid)}/task`)).length).toBeGreaterThanOrEqual(16 + 4);
  },
);
