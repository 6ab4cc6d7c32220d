import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { bundled } from '../support/bundled.ts';
import { endOf, type Ended } from '../support/child-end.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

const commandLines = (): string => execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' });

it.skipIf(process.platform === 'win32')('ends a process that is stuck, and lets others end before', async () => {
  const program = await bundled(path.join(import.meta.dirname, '../support/ending-process.ts'), await tempDir());
  const run = (limitSeconds: number, how: string): Promise<Ended> =>
    endOf(spawn(process.execPath, [program, String(limitSeconds), how], { stdio: 'ignore' }));
  expect(await run(1, 'stuck')).toEqual({ code: null, signal: 'SIGKILL' });
  // Seconds that no other process of this machine sleeps for.
  expect(await run(7753, 'idle')).toEqual({ code: 0, signal: null });
  await waitUntil(() => !/sleep 7753|video-inbox-end \d+ 7753/.test(commandLines()), 'the end of the one that waits');
});
