/** `video-inbox settings`: the limits in the terminal, by the same words as in the page, with and without a running inbox. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { enHost } from '../../src-main/common/texts/en-host.ts';
import { enLimits } from '../../src-main/common/texts/en-limits.ts';
import { createInboxes } from '../support/inbox-process.ts';

const inboxes = createInboxes({ inTurn: true });
afterAll(() => inboxes.close());

it('shows and sets limits and the proxy, and they hold at once', async () => {
  const inbox = await inboxes.start({ dataDir: path.join(await inboxes.tempDir(), 'data') });
  const listed = async () => JSON.parse((await inbox.runCli(['settings', '--json'])).stdout) as Record<string, unknown>;
  expect(await listed()).toMatchObject({
    'callbacks.bodyLimitMiB': 4,
    'downloads.minFreeMiB': null,
    'downloads.proxy': null,
  });
  const large = { id: 'large', status: 'failed', logs: 'x'.repeat(300 * 1024) };
  expect((await inbox.runCli(['settings', 'set', 'bodyLimitMiB', '0.25'])).stderr).toMatch(/stored and in use/);
  expect((await inbox.postCallback(large)).status).toBe(413);
  const text = (await inbox.runCli(['settings'])).stdout;
  expect(text).toMatch(/downloads\.minFreeMiB +empty .*\n +Downloads wait below it\. Empty: 2 GiB/);
  expect(text).toContain(enLimits.names['callbacks.tasksPerDay']);
  expect(text).toMatch(/bodyLimitMiB +0\.25 MiB +.*usually 4/);

  for (const [args, sentence] of [
    [['set', 'callbacks.tasksPerDay', 'many'], /“many” is not a whole number from 1 to 10000000/],
    [['set', 'callbacks.tasksPerDay', '-5'], /“-5” is not a whole number from 1/],
    [['set', 'minFreeMiB', '5'], /no setting named "minFreeMiB".*callbacks\.minFreeMiB/],
  ] as const) {
    const refused = await inbox.runCli(['settings', ...args]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(sentence)]);
  }

  expect((await inbox.runCli(['settings', 'set', 'callbacks.bodyLimitMiB', 'usual'])).code).toBe(0);
  expect((await inbox.runCli(['settings', 'set', 'callbacks.tasksPerDay', 'default'])).code).toBe(0);
  expect((await inbox.postCallback(large)).status).toBe(200);
  await inbox.stop();
  const secret = await inbox.runCli(['settings', 'set', 'downloads.proxy', 'http://me:word@proxy.example:3128']);
  expect([secret.code, secret.stderr]).toEqual([1, `${enHost.proxyWithPassword}\n`]);
  expect((await inbox.runCli(['settings', 'set', 'downloads.proxy', 'none'])).stderr).toMatch(/when it starts/);
  expect(await listed()).toMatchObject({ 'callbacks.bodyLimitMiB': 4, 'downloads.proxy': '' });
});

it.each([
  ['settings', 'list'],
  ['settings', '--json'],
  ['secret', 'list'],
  ['api-key', 'list'],
  ['list'],
  ['requests', '--json'],
  ['show', 'some-task'],
  ['requests', 'show', '1'],
  ['export', 'some-task', '--to', 'copies'],
  ['secret', 'remove', 'KIE_API_KEY'],
  ['api-key', 'revoke', 'k1'],
  ['store', 'move', '--to', 's3://films'],
])('%s %s tells of a folder that is not there, and makes none', async (...args) => {
  const dataDir = path.join(await inboxes.tempDir(), 'mistyped');
  const run = await inboxes.runCli(args, { VIDEO_INBOX_DATA_DIR: dataDir });
  expect(run.stderr).toContain(`There is no library at ${dataDir} yet.`);
  expect(run.code).toBe(args.includes('list') || args.includes('--json') ? 0 : 1);
  expect(existsSync(dataDir)).toBe(false);
});

it('tells of a file that cannot be read, which is kept', async () => {
  const dataDir = path.join(await inboxes.tempDir(), 'data');
  await mkdir(dataDir, { recursive: true });
  await writeFile(path.join(dataDir, 'settings.json'), '{"version":1,"callb');
  const run = await inboxes.runCli(['settings', '--json'], { VIDEO_INBOX_DATA_DIR: dataDir });
  expect(run.stderr).toMatch(/settings\.json could not be read, so the usual settings are used/);
  expect([run.code, JSON.parse(run.stdout)]).toEqual([0, expect.objectContaining({ 'callbacks.bodyLimitMiB': 4 })]);
  const kept = (await readdir(dataDir)).find((name) => name.startsWith('settings.json.broken-')) ?? '';
  expect(await readFile(path.join(dataDir, kept), 'utf8')).toBe('{"version":1,"callb');
});
