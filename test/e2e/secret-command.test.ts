/** `video-inbox secret`: keys and signing secrets from standard input, with and without a running inbox. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createInboxes, repoDir } from '../support/inbox-process.ts';

const inboxes = createInboxes({ inTurn: true });
afterEach(() => inboxes.close());

/** Runs the command with something on its standard input. */
function secret(dataDir: string, args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [path.join(repoDir, 'dist/main/cli.cjs'), 'secret', ...args], {
    env: { ...process.env, VIDEO_INBOX_DATA_DIR: dataDir, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let all = '';
  let out = '';
  child.stdout.on('data', (text: Buffer) => {
    out += String(text);
    all += String(text);
  });
  child.stderr.on('data', (text: Buffer) => (all += String(text)));
  child.stdin.on('error', () => undefined); // it may end without having read
  child.stdin.end(input);
  return new Promise<{ code: number | null; out: string; all: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out, all })),
  );
}

const views = async (dataDir: string, env: Readonly<Record<string, string>> = {}) =>
  (JSON.parse((await secret(dataDir, ['list', '--json'], '', env)).out) as { name: string }[]).filter((view) =>
    ['REPLICATE', 'KIE_HMAC', 'KIE_API_KEY'].includes(view.name),
  );

it('stores, lists and removes without a running inbox, never shows a value, and the next start uses it', async () => {
  const dataDir = path.join(await inboxes.tempDir(), 'data');
  const value = 'whsec_of_the_test_0123456789,whsec_of_yesterday';
  const stored = await secret(dataDir, ['set', 'replicate'], `${value}\n`);
  expect(stored).toMatchObject({ code: 0, out: '' });
  expect((await secret(dataDir, ['set', 'VIDEO_INBOX_SECRET_KIE_API_KEY'], 'key-of-the-test')).code).toBe(0);
  for (const { all } of [stored, await secret(dataDir, ['list'])]) expect(all).not.toContain('whsec_of');
  expect(await views(dataDir)).toEqual([
    { name: 'KIE_HMAC', isSet: false, fromEnvironment: false },
    { name: 'REPLICATE', isSet: true, fromEnvironment: false },
    { name: 'KIE_API_KEY', isSet: true, fromEnvironment: false },
  ]);
  expect(JSON.parse(await readFile(path.join(dataDir, 'secrets.json'), 'utf8'))).toEqual({
    REPLICATE: value,
    KIE_API_KEY: 'key-of-the-test',
  });

  const inbox = await inboxes.start({ dataDir });
  const { secrets } = await inbox.call('settings:get');
  expect(secrets.find(({ name }) => name === 'REPLICATE')).toMatchObject({ isSet: true });
  expect((await secret(dataDir, ['remove', 'REPLICATE'])).all).toBe('REPLICATE is removed.\n');
  expect((await secret(dataDir, ['remove', 'REPLICATE'])).all).toBe(
    'REPLICATE was not stored, so nothing was removed.\n',
  );
  expect((await secret(dataDir, ['set', 'KIE_HMAC'], 'hmac-of-the-test')).all).toBe('KIE_HMAC is stored and in use.\n');
  expect(await views(dataDir)).toMatchObject([{ isSet: true }, { isSet: false }, { isSet: true }]);
  expect((await secret(dataDir, ['list'])).all).not.toContain('of-the-test');
});

it('says where the environment wins, what names there are, and that nothing came', async () => {
  const dataDir = path.join(await inboxes.tempDir(), 'data');
  const env = { VIDEO_INBOX_SECRET_REPLICATE: 'from the environment' };
  const stored = await secret(dataDir, ['set', 'REPLICATE'], 'stored', env);
  expect(stored.all).toContain('Note: VIDEO_INBOX_SECRET_REPLICATE is set in this environment');
  expect(await views(dataDir, env)).toMatchObject([{}, { isSet: true, fromEnvironment: true }, {}]);
  const inbox = await inboxes.start({ dataDir, env });
  const refused = await secret(dataDir, ['set', 'REPLICATE'], 'other');
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.all).toContain('comes from the environment');
  await inbox.stop();

  const unknown = await secret(dataDir, ['set', 'NO_SUCH'], 'x');
  expect(unknown).toMatchObject({ code: 1 });
  expect(unknown.all).toContain('There is no secret named "NO_SUCH". Known names: NGROK_AUTHTOKEN, KIE_HMAC');
  expect(await secret(dataDir, ['set', 'KIE_HMAC'], ' \n')).toMatchObject({ code: 1 });
  expect((await secret(dataDir, [])).all).toContain('secret set NAME');
});

it('both of two at a time are kept out of the log', async () => {
  const dataDir = path.join(await inboxes.tempDir(), 'data');
  await secret(dataDir, ['set', 'KIE_HMAC'], 'the-new-secret-123, the-old-secret-456');
  const inbox = await inboxes.start({ dataDir, args: ['--log-level', 'debug'] });
  const body = {
    code: 200,
    data: { task_id: 'the-old-secret-456-task', state: 'success', note: 'the-new-secret-123' },
  };
  await inbox.postCallback(body);
  await inbox.stop();
  const log = await readFile(path.join(dataDir, 'logs/video-inbox.log'), 'utf8');
  expect(log).not.toMatch(/the-(new|old)-secret/);
});
