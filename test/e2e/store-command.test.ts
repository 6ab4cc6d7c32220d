/** The shelf on S3 through the outside: saved there, played from there, brought there and back. */
import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { access, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DoctorReport } from '../../src-main/common/doctor-report.ts';
import { lockInstance } from '../../src-main/node/instance-lock.ts';
import { bigMp4 } from '../support/big-mp4.ts';
import { request } from '../support/http-request.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { startS3Server, type S3Server } from '../support/s3/s3-server.ts';
import { startVideoServer } from '../support/video-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes({ inTurn: true });
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

it('a copy that has the address of the shelf, too, keeps its videos on its own disk and takes none from there', async () => {
  const home = await inboxes.start({ env, args: ['--sync-port', '0'] });
  const key = await savedSample(home);
  const token = (await home.runCli(['api-key', 'new', '--scope', 'twin'])).stdout.trim();
  const asCopy = { ...env, VIDEO_INBOX_SECRET_TWIN_TOKEN: token };
  const copy = await inboxes.start({ args: ['--twin', home.syncUrl ?? ''], env: asCopy });
  const name = (await home.call('tasks:get', key))?.videos[0]?.path ?? '';
  const isThere = () =>
    access(path.join(copy.dataDir, name)).then(
      () => true,
      () => false,
    );
  await waitUntil(isThere, 'the film on the disk of the copy');
  await copy.stop();
  const moved = await inboxes.runCli(['store', 'move', '--to', 'disk', '--data-dir', copy.dataDir], env);
  expect([moved.code, moved.stderr]).toEqual([1, expect.stringContaining('is a copy of one elsewhere')]);
  expect(await played(home, key)).toBe(206);
});

/** A library with a film on the disk, its sidecar and what else belongs to it. */
async function libraryOnDisk(): Promise<{ readonly dataDir: string; readonly films: ReadonlyMap<string, string> }> {
  const inbox = await inboxes.start();
  const { key } = await inbox.call('callback:sendTest', { provider: null, fail: false });
  const task = await waitUntil(async () => {
    const now = await inbox.call('tasks:get', key);
    return now?.videos[0]?.state === 'saved' && now;
  }, 'the sample is saved');
  await inbox.stop();
  const { dataDir } = inbox;
  const film = task.videos[0]?.path ?? '';
  const films = new Map([[film, task.videos[0]?.sha256 ?? '']]);
  return { dataDir, films };
}

/** Runs the move and kills it when the shelf is asked for the nth time. @returns false where it ended before. */
async function killedMove(dataDir: string, to: string, atRequest: number): Promise<boolean> {
  const cli = path.join(repoDir, 'dist/main/cli.cjs');
  const plain = Object.entries(process.env).filter(([name]) => !/^(VIDEO_INBOX_|NODE_OPTIONS$|VITEST)/.test(name));
  const child = spawn(process.execPath, [cli, 'store', 'move', '--to', to, '--data-dir', dataDir], {
    env: { ...Object.fromEntries(plain), ...env },
    stdio: 'ignore',
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_code, signal) => resolve(signal)),
  );
  let asked = 0;
  server.fault = () => {
    asked += 1;
    if (asked === atRequest) child.kill('SIGKILL');
    return asked < atRequest ? null : { kind: 'cut' };
  };
  const signal = await ended;
  server.fault = null;
  return signal === 'SIGKILL';
}

/** Where the bytes of each film are whole: on the disk, or under their name on the shelf. */
async function wholeSomewhere(dataDir: string, films: ReadonlyMap<string, string>): Promise<boolean> {
  for (const [name, sha256] of films) {
    const here = await readFile(path.join(dataDir, name)).catch(() => null);
    const pointer = server.objects.get(`films/names/${name}`);
    const there = pointer === undefined ? undefined : server.objects.get(`films/sha256/${sha256}`);
    if (![here, there].some((bytes) => bytes && hash('sha256', bytes) === sha256)) return false;
  }
  return true;
}

it(
  'a move that is killed at any point, in both directions, loses nothing and is resumed; a second beside it is refused',
  { timeout: 300_000 },
  async () => {
    const shelf = env['VIDEO_INBOX_STORE_URL'] ?? '';
    const { dataDir, films } = await libraryOnDisk();
    for (const to of [shelf, 'disk']) {
      let kills = 0;
      for (const at of [1, 4, 7, 9]) {
        if (await killedMove(dataDir, to, at)) kills += 1;
        expect(await wholeSomewhere(dataDir, films)).toBe(true);
      }
      expect(kills).toBeGreaterThan(1);
      const args = ['store', 'move', '--to', to, '--data-dir', dataDir];
      // As another move holds it.
      const lock = await lockInstance(path.join(dataDir, 'instance.json'), () => new Date(), true);
      const second = await inboxes.runCli(args, env);
      const serve = await inboxes.runCli(['serve', '--data-dir', dataDir, '--tunnel', 'none'], env);
      const list = await inboxes.runCli(['url', '--data-dir', dataDir], env);
      await lock.release();
      const words = `A command of Video Inbox with pid ${String(process.pid)} works on this data folder`;
      for (const run of [second, serve, list]) {
        expect([run.code, run.stderr]).toEqual([1, expect.stringContaining(words)]);
      }
      expect(await inboxes.runCli(args, env)).toMatchObject({ code: 0 });
      for (const [name, sha256] of films) {
        const isHere = await access(path.join(dataDir, name)).then(
          () => true,
          () => false,
        );
        expect([isHere, server.objects.has(`films/names/${name}`)]).toEqual([to === 'disk', to !== 'disk']);
        const bytes = isHere ? await readFile(path.join(dataDir, name)) : server.objects.get(`films/sha256/${sha256}`);
        expect(hash('sha256', bytes ?? '')).toBe(sha256);
      }
      expect(await readdir(dataDir)).not.toContain('transit');
    }
  },
);

it('a shelf that has other bytes than it was given is found out, and nothing is removed for it', async () => {
  const { dataDir, films } = await libraryOnDisk();
  const shelf = (env['VIDEO_INBOX_STORE_URL'] ?? '').replace('/films', '/lying');
  server.fault = () => {
    // Of the right length, as a server that says "stored" and stores something else.
    for (const [key, bytes] of server.objects) {
      if (key.startsWith('lying/sha256/')) server.objects.set(key, Buffer.alloc(bytes.length));
    }
    return null;
  };
  const moved = await inboxes.runCli(['store', 'move', '--to', shelf, '--data-dir', dataDir], env);
  server.fault = null;
  expect(moved.code).toBe(1);
  expect(moved.stderr).toContain('has other bytes on one side than on the other. It stays where it was');
  for (const [name, sha256] of films) {
    expect(hash('sha256', await readFile(path.join(dataDir, name)))).toBe(sha256);
  }
});

it('a film that was damaged on the disk is not moved to the shelf as if it were whole', async () => {
  const { dataDir, films } = await libraryOnDisk();
  const [film] = films.keys();
  const file = path.join(dataDir, film ?? '');
  const damaged = Buffer.alloc((await readFile(file)).length);
  await writeFile(file, damaged);
  const shelf = (env['VIDEO_INBOX_STORE_URL'] ?? '').replace('/films', '/damaged');
  const moved = await inboxes.runCli(['store', 'move', '--to', shelf, '--data-dir', dataDir], env);
  expect(moved).toMatchObject({ code: 1, stderr: expect.stringContaining(film ?? '') as unknown });
  expect((await readFile(file)).equals(damaged)).toBe(true);
  expect(server.objects.has(`damaged/names/${film ?? ''}`)).toBe(false);
});

it('a film in an archive, or with other bytes, is told as that: to a player, an export and the doctor', async () => {
  const media = await startVideoServer();
  const inbox = await inboxes.start({ env, args: ['--allow-host', media.host] });
  await savedSample(inbox);
  await inbox.postCallback(lumaSuccess('large', [media.file('/large.mp4', bigMp4(5 * 1024 * 1024))]));
  const { key, videos } = await inbox.waitForTask('large', (task) => task.videos[0]?.state === 'saved');
  const place = `films/sha256/${videos[0]?.sha256 ?? ''}`;
  await rm(path.join(inbox.dataDir, 'cache'), { recursive: true });
  server.fault = ({ method, path: asked }) =>
    method === 'GET' && asked.endsWith(place) ? { kind: 'status', status: 403, code: 'InvalidObjectState' } : null;
  const url = `${inbox.localUrl}/media/${encodeURIComponent(key)}/1`;
  const reply = await request(url, { headers: { authorization: `Bearer ${inbox.key}` } });
  expect([reply.status, reply.text]).toEqual([503, expect.stringContaining('moved this film into an archive')]);
  const to = path.join(await inboxes.tempDir(), 'films');
  const exported = (): ReturnType<Inbox['runCli']> => inbox.runCli(['export', 'large', '--to', to]);
  expect(await exported()).toMatchObject({ code: 1, stderr: expect.stringContaining('restore it there') as unknown });
  const looked = await inbox.runCli(['doctor', '--json']);
  const report = JSON.parse(looked.stdout) as DoctorReport;
  expect(report.videosChecked).toBe(2);
  const codes = report.problems.map(({ code }) => code).filter((code) => code.endsWith('-video'));
  expect(codes).toEqual(['withheld-video']);
  server.fault = null;
  server.objects.set(place, Buffer.alloc(server.objects.get(place)?.length ?? 0));
  const other = expect.stringContaining('is not the file that was saved') as unknown;
  expect(await exported()).toMatchObject({ code: 1, stderr: other });
  expect(await readdir(to)).toEqual([]);
  await inbox.stop();
});

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}
