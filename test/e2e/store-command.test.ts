/** The shelf on S3 through the outside: saved there, played from there, brought there and back. */
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { request } from '../support/http-request.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { startS3Server, type S3Server } from '../support/s3/s3-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes();
let server: S3Server;
let env: Record<string, string>;
beforeAll(async () => {
  const keys = { accessKeyId: 'AK', secretAccessKey: 'secret-of-the-shelf' };
  server = await startS3Server({ bucket: 'shelf', region: 'us-east-1', ...keys });
  env = {
    VIDEO_INBOX_STORE_URL: `s3://shelf/films?endpoint=${server.endpoint}&pathStyle=1`,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
});
afterAll(async () => {
  await inboxes.close();
  await server.close();
});

async function savedSample(inbox: Inbox) {
  const { key } = await inbox.call('callback:sendTest', { provider: null, fail: false });
  await waitUntil(
    async () => (await inbox.call('tasks:get', key))?.videos[0]?.state === 'saved',
    'the sample is saved',
  );
  return key;
}

/** What the tool "wait" tells an agent. */
async function agentSees(inbox: Inbox, key: string): Promise<unknown> {
  const client = new Client({ name: 'test', version: '1' });
  const args = [path.join(repoDir, 'dist/main/cli.cjs'), 'mcp', '--data-dir', inbox.dataDir];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }));
  const { content } = await client.callTool({ name: 'wait', arguments: { task_id: key } });
  await client.close();
  const [{ text }] = content as [{ text: string }];
  return JSON.parse(text) as unknown;
}

async function played(inbox: Inbox, key: string): Promise<number> {
  const url = `${inbox.localUrl}/media/${encodeURIComponent(key)}/1`;
  const reply = await request(url, { headers: { authorization: `Bearer ${inbox.key}`, range: 'bytes=0-99' } });
  return reply.status;
}

it('saves videos on the shelf and plays them from there, and none lies in the data folder', async () => {
  const inbox = await inboxes.start({ env });
  const key = await savedSample(inbox);
  expect(await played(inbox, key)).toBe(206);
  const task = await inbox.call('tasks:get', key);
  const name = task?.videos[0]?.path ?? '';
  expect(server.objects.has(`films/names/${name}`)).toBe(true);
  await expect(access(path.join(inbox.dataDir, name))).rejects.toThrow();
  const place = `s3://shelf/films/sha256/${task?.videos[0]?.sha256 ?? ''}`;
  expect(server.objects.has(place.replace('s3://shelf/', ''))).toBe(true);
  expect(await inbox.runCli(['wait', key])).toMatchObject({ code: 0, stdout: `${place}\n` });
  const shown = await inbox.runCli(['show', key]);
  expect(shown.stdout).toContain(place);
  expect(shown.stdout).not.toContain(path.join(inbox.dataDir, 'videos'));
  expect(JSON.parse((await inbox.runCli(['show', key, '--json'])).stdout)).toMatchObject({
    videos: [{ path: name, place }],
  });
  expect(await agentSees(inbox, key)).toMatchObject({ outcome: 'saved', task: { videos: [{ path: place }] } });
  server.fault = ({ query, path: asked }) =>
    asked.includes('/names/') && query.size === 0 ? { kind: 'status', status: 403, code: 'AccessDenied' } : null;
  const silent = await inbox.runCli(['wait', key]);
  server.fault = null;
  expect(silent).toMatchObject({ code: 0, stdout: '' });
  expect(silent.stderr).toContain(`"npm run cli -- export ${key} --to DIR" brings it here`);
  await inbox.stop();
  const alone = ['--data-dir', inbox.dataDir];
  expect(await inboxes.runCli(['wait', key, ...alone], env)).toMatchObject({ code: 0, stdout: `${place}\n` });
  expect(server.requests.join('\n')).not.toContain('secret-of-the-shelf');
});

it('a library on the disk goes to the shelf and back, and is played in between', async () => {
  const first = await inboxes.start();
  const key = await savedSample(first);
  await first.stop();
  const { dataDir } = first;
  const to = await inboxes.runCli(
    ['store', 'move', '--to', env['VIDEO_INBOX_STORE_URL'] ?? '', '--data-dir', dataDir],
    env,
  );
  expect(to).toMatchObject({ code: 0 });
  expect(to.stderr).toContain('Start the inbox with VIDEO_INBOX_STORE_URL');
  expect(await filesIn(path.join(dataDir, 'videos'))).toEqual([]);
  const between = await inboxes.start({ dataDir, env });
  expect(await played(between, key)).toBe(206);
  expect((await between.runCli(['wait', key])).stdout).toMatch(/^s3:\/\/shelf\/films\/sha256\//);
  await between.stop();
  expect(await inboxes.runCli(['store', 'move', '--to', 'disk', '--data-dir', dataDir], env)).toMatchObject({
    code: 0,
  });
  const last = await inboxes.start({ dataDir });
  expect(await played(last, key)).toBe(206);
  const name = (await last.call('tasks:get', key))?.videos[0]?.path ?? '';
  expect(await last.runCli(['wait', key])).toMatchObject({ code: 0, stdout: `${path.join(dataDir, name)}\n` });
  await last.stop();
  // What lies here still, under a shelf, is no place on the shelf.
  const layered = await inboxes.runCli(['wait', key, '--data-dir', dataDir], env);
  expect(layered).toMatchObject({ code: 0, stdout: `${path.join(dataDir, name)}\n` });
});

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}
