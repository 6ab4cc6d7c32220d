/** `show` without a running inbox: what a person reads of a video that is tried again. */
import { expect, test } from 'vitest';
import { runShow } from '../../src-main/headless/commands/show.ts';
import { commandHere } from '../support/command-here.ts';
import { delivery } from '../support/deliveries.ts';
import { tempDir } from '../support/temp-dir.ts';
import { openLibraryIn } from '../support/test-library.ts';

/** What `show t1` prints of the library there. */
function showOf(dataDir: string) {
  const here = commandHere(runShow);
  const run = (...args: string[]) => here.run('t1', '--data-dir', dataDir, ...args);
  return { run, lines: here.lines };
}

test('attempts are told as sentences, with the next one behind them; their codes are in the JSON', async () => {
  const dataDir = await tempDir();
  const library = await openLibraryIn(dataDir, { now: () => new Date('2026-11-26T10:00:00Z') });
  await library.record(delivery('t1'));
  const url = library.get('kie-luma:t1')?.videos[0]?.url ?? '';
  for (const n of [1, 2, 3]) {
    await library.record({
      type: 'attempted',
      key: 'kie-luma:t1',
      url,
      code: 'server',
      reason: n === 1 ? 'server-error' : 'of-a-later-version',
      params: { host: 'films.example', status: 503 },
      nextAt: '2026-11-26T10:05:00.000Z',
      n,
      // A link that lives for days is tried that often, which says nothing.
      of: n < 3 ? 9 : 392,
    });
  }
  await library.close();
  const { run, lines } = showOf(dataDir);
  expect(await run()).toBe(0);
  const told = lines.splice(0).join('\n');
  expect(told).toContain('attempt 1 of 9: films.example has a problem of its own (503).');
  expect(told).toContain('attempt 2 of 9: of-a-later-version');
  expect(told).toContain('attempt 3: of-a-later-version');
  expect(told.match(/next attempt/g)).toHaveLength(1);
  expect(told).not.toMatch(/server-error|\(server\)/);
  expect(await run('--json')).toBe(0);
  expect(JSON.parse(lines.join('\n'))).toMatchObject({
    videos: [{ attempts: [{ code: 'server', reason: 'server-error' }, { n: 2 }, { n: 3 }] }],
  });
});

test('a task that succeeded and names no video says so', async () => {
  const dataDir = await tempDir();
  const library = await openLibraryIn(dataDir);
  await library.record(delivery('t1', { videoUrls: [] }));
  await library.close();
  const { run, lines } = showOf(dataDir);
  expect(await run()).toBe(0);
  expect(lines.join('\n')).toContain('nothing names a video');
});

test('what was said of a failure is not told of the film that came after it', async () => {
  const dataDir = await tempDir();
  const library = await openLibraryIn(dataDir);
  await library.record(delivery('t1', { state: 'failed', message: 'Out of memory.' }));
  await library.record(delivery('t1', { message: null }));
  await library.close();
  const { run, lines } = showOf(dataDir);
  expect(await run()).toBe(0);
  expect(lines.splice(0).join('\n')).not.toContain('Out of memory.');
  expect(await run('--json')).toBe(0);
  expect(JSON.parse(lines.join('\n'))).toMatchObject({ state: 'succeeded', message: null });
});
