/** What `npm pack` makes, started by `npx` in an empty folder, as someone does who has nothing but Node. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { request } from '../support/http-request.ts';
import { repoDir } from '../support/inbox-process.ts';
import { lumaFailure } from '../support/kie-callbacks.ts';
import { skipHere } from '../support/skip-here.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = promisify(execFile);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
let folder = '';
let archive = '';
let files: readonly string[] = [];

/** This machine's network (a proxy, a CA of its own), and nothing that npm or the tests have set. */
const outside = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VIDEO_INBOX_|NGROK_|npm_|NODE_OPTIONS$|VITEST)/i.test(name)),
);
// `npm test` keeps them from all others.
const { VIDEO_INBOX_NPM_CA_CERTS: certificates = '' } = process.env;
if (certificates !== '') outside['NODE_EXTRA_CA_CERTS'] = certificates;

async function registry(): Promise<string> {
  return (await run(npm, ['config', 'get', 'registry'], { cwd: repoDir })).stdout.trim();
}

function isOffline(outcome: unknown): boolean {
  return outcome instanceof Error && /E(NOTFOUND|AI_AGAIN|CONNREFUSED|TIMEDOUT)/.test(outcome.message);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-npm-'));
  // The tests have built it already, and others use the build meanwhile.
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run(npm, args, { cwd: repoDir, shell: process.platform === 'win32' });
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  archive = path.join(folder, packed?.filename ?? '');
  files = (packed?.files ?? []).map((file) => file.path);
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

it('holds the headless program, its page and its licences, and nothing of the desktop, the sources or the tests', () => {
  for (const name of [
    'dist/main/cli.cjs',
    'dist/renderer/index.html',
    'scripts/end-with-npm.cjs',
    'scripts/video-inbox.cjs',
    'packaging/video-inbox.service',
    'README.md',
    'LICENSE',
  ]) {
    expect(files).toContain(name);
  }
  expect(files.some((name) => /THIRD-PARTY-LICENSES.*\.txt$/.test(name))).toBe(true);
  const strange = /\.map$|^(src-|test|build|\.)|electron\.cjs$|preload/;
  // npm packs whatever `main` names, and Electron wants its main there.
  expect(files.filter((name) => strange.test(name))).toEqual(['dist/main/electron.cjs']);
});

it('`npx video-inbox serve` takes a callback, in an empty folder with an empty home', async (context) => {
  const home = path.join(folder, 'home');
  const empty = path.join(folder, 'empty');
  const dataDir = path.join(folder, 'library');
  await mkdir(home, { recursive: true });
  await mkdir(empty);
  const env = {
    ...outside,
    HOME: home,
    npm_config_cache: path.join(folder, 'cache'),
    npm_config_registry: await registry(),
    VIDEO_INBOX_DATA_DIR: dataDir,
  };
  const npx = (...args: readonly string[]) => ['exec', '--yes', `--package=${archive}`, '--', 'video-inbox', ...args];
  const version = await run(npm, npx('version'), { cwd: empty, env, timeout: 60_000 }).catch((error: unknown) => error);
  if (isOffline(version)) skipHere(context, 'the registry that brings the native module cannot be reached');
  expect(version).toMatchObject({ stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  const away = await run(npm, npx('status'), { cwd: empty, env }).catch((error: unknown) => error);
  expect(away).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/Start it with "npx \S+\.tgz serve"/) as string,
  });

  // What it says is typed works.
  const typed = /Start it with "npx (\S+) serve"/.exec(String((away as { stderr?: unknown }).stderr))?.[1] ?? '';
  const again = await run(npm, ['exec', '--yes', '--', typed, 'version'], { cwd: empty, env, timeout: 60_000 });
  expect(again).toMatchObject({ stdout: (version as { stdout: string }).stdout });

  const args = npx('serve', '--json', '--callback-port', '0', '--local-port', '0', '--tunnel', 'none');
  const child = spawn(npm, [...args], { cwd: empty, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const ready = JSON.parse(await waitUntil(() => lines[0], 'the ready line', 60_000)) as {
      callbackUrl: string;
      galleryUrl: string;
      pid: number;
    };
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(lumaFailure('from-npm'));
    expect((await request(ready.callbackUrl, { method: 'POST', headers, body })).status).toBe(200);
    expect((await request(ready.galleryUrl)).text).toMatch(/<!doctype html>/i);
    const { stdout } = await run(npm, npx('list', '--json'), { cwd: empty, env });
    expect(JSON.parse(stdout)).toMatchObject([{ taskId: 'from-npm' }]);
    process.kill(ready.pid, 'SIGTERM');
    await ended;
  } finally {
    child.kill();
  }
  expect(await readdir(empty)).toEqual([]);
});

it('is what the container installs, starts, asks for its health and stops, by the steps of the Dockerfile', async (context) => {
  const steps = await readFile(path.join(repoDir, 'Dockerfile'), 'utf8');
  for (const step of [
    // npm makes no folder for what it packs.
    'mkdir /packed && npm pack --pack-destination /packed',
    'npm install --global --no-audit --no-fund /packed/*.tgz',
    '"video-inbox", "status"',
  ]) {
    expect(steps).toContain(step);
  }
  const prefix = path.join(folder, 'container');
  const env = {
    ...outside,
    PATH: `${path.join(prefix, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: path.join(folder, 'home'),
    npm_config_cache: path.join(folder, 'cache'),
    npm_config_registry: await registry(),
    VIDEO_INBOX_DATA_DIR: path.join(folder, 'volume'),
    VIDEO_INBOX_CALLBACK_PORT: '0',
    VIDEO_INBOX_LOCAL_PORT: '0',
  };
  const install = ['install', '--global', '--no-audit', '--no-fund', '--prefix', prefix, archive];
  const installed = await run(npm, install, { cwd: folder, env, timeout: 60_000 }).catch((error: unknown) => error);
  if (isOffline(installed)) skipHere(context, 'the registry that brings the native module cannot be reached');
  expect(installed).not.toBeInstanceOf(Error);
  const child = spawn('video-inbox', ['serve'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const help = await run('video-inbox', ['help'], { cwd: folder, env });
    expect(help.stdout).toContain('\n  video-inbox serve ');
    const isHealthy = () =>
      run('video-inbox', ['status'], { cwd: folder, env }).then(
        () => true,
        () => false,
      );
    await waitUntil(isHealthy, 'its health');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await isHealthy()).toBe(false);
  } finally {
    child.kill();
  }
});
