/** Commands, flags and exit codes, as a script meets them. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, copyFile, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { without } from '../../src-main/common/without.ts';
import { connectLocal } from '../../src-main/headless/local-client.ts';
import { terminalTexts } from '../../src-main/headless/texts/en.ts';
import { endOf } from '../support/child-end.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { lumaFailure, lumaSuccess } from '../support/kie-callbacks.ts';
import { skipHere } from '../support/skip-here.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes({ inTurn: true });
/** For what shows something of a process: how it starts and how it ends. */
const alone = createInboxes();
let inbox: Inbox;
let saved: TaskView;

beforeAll(async () => {
  inbox = await inboxes.start();
  await inbox.postCallback(lumaFailure('cli-failed', 'The prompt was refused.'));
  await inbox.postCallback({ task_id: 'cli-processing', status: 'running' });
  const { taskId } = await inbox.call('callback:sendTest', { provider: null, fail: false });
  saved = await inbox.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
});
afterAll(async () => {
  await inboxes.close();
  await alone.close();
});

/**
 * Until a program has talked to the port; nobody else may do so meanwhile.
 * @returns false where that program was over before.
 */
async function untilTalkedTo(port: number, program: Promise<unknown>): Promise<boolean> {
  const seen = { isOver: false };
  const end = program.then(
    () => (seen.isOver = true),
    () => (seen.isOver = true),
  );
  if (process.platform === 'linux') {
    // Each question has a connection of its own, over within a millisecond: what is left of it stands here for a minute.
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    const ends = new RegExp(`(?<=^ *\\d+: )(?:\\w+:${hex} (?!0{8}:)\\S+|\\S+ \\w+:${hex})`, 'gm');
    const connections = async (): Promise<readonly string[]> =>
      (await readFile('/proc/net/tcp', 'utf8')).match(ends) ?? [];
    const before = new Set(await connections());
    const isTalkedTo = async (): Promise<boolean> => (await connections()).some((each) => !before.has(each));
    await waitUntil(async () => seen.isOver || (await isTalkedTo()), 'a connection');
  } else {
    await Promise.race([sleep(3000), end]);
  }
  return !seen.isOver;
}

describe('serve', () => {
  it('prints where it listens, and each change of a task', () => {
    expect(inbox.callbackUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/c\/[\w-]{20,}$/);
    expect(inbox.galleryUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?key=[\w-]{20,}$/);
    const lines = inbox.taskLines().filter(({ taskId }) => taskId === saved.taskId);
    expect(lines.at(-1)).toMatchObject({ key: saved.key, state: 'succeeded', videos: [{ state: 'saved' }] });
  });

  it('keeps its files to its user', async () => {
    const mode = async (name: string) => ((await stat(path.join(inbox.dataDir, name))).mode & 0o777).toString(8);
    for (const name of ['', 'journal', 'index', 'videos', 'posters'])
      expect([name, await mode(name)]).toEqual([name, '700']);
    const [segment = ''] = await readdir(path.join(inbox.dataDir, 'journal'));
    for (const name of ['instance.json', `journal/${segment}`]) expect([name, await mode(name)]).toEqual([name, '600']);
    expect(await mode(saved.videos[0]?.path ?? '')).toBe('600');
  });

  it('says in instance.json who runs, only while it runs', async () => {
    const own = await alone.start();
    const file = path.join(own.dataDir, 'instance.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: own.pid });
    await own.stop();
    await expect(access(file)).rejects.toThrow();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s, even while a connection is open', async (signal) => {
    const own = await alone.start();
    const held = new AbortController();
    const events = await fetch(`${own.localUrl}/events`, {
      headers: { authorization: `Bearer ${own.key}` },
      signal: held.signal,
    });
    expect(events.status).toBe(200);
    expect(await own.stop(signal)).toEqual({ code: 0, signal: null });
    held.abort();
  });

  it.skipIf(process.platform === 'win32')('`npm start` ends with npm, whose shell passes no signal on', async () => {
    const dataDir = path.join(await inboxes.tempDir(), 'data');
    const env = { ...without(process.env, 'DISPLAY', 'WAYLAND_DISPLAY'), npm_lifecycle_event: 'start' };
    const start = path.join(repoDir, 'scripts/start.mjs');
    const line = '"$0" "$@"; true';
    const args = [start, '--data-dir', dataDir, '--callback-port', '0', '--local-port', '0', '--tunnel', 'none'];
    const shell = spawn('sh', ['-c', line, process.execPath, ...args], { env, stdio: 'ignore' });
    const instance = path.join(dataDir, 'instance.json');
    const isThere = () =>
      access(instance).then(
        () => true,
        () => false,
      );
    await waitUntil(isThere, 'the inbox runs', 20_000);
    shell.kill('SIGKILL');
    await waitUntil(async () => !(await isThere()), 'the inbox has ended', 20_000);
  });

  it('refuses a second process on the same data dir and names the first', async () => {
    const second = await alone.runCli([
      'serve',
      '--data-dir',
      inbox.dataDir,
      '--callback-port',
      '0',
      '--local-port',
      '0',
    ]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(String(inbox.pid));
    expect((await inbox.call('app:status')).pid).toBe(inbox.pid);
  });

  it('takes over after a kill, whose instance.json was left behind', async () => {
    const own = await alone.start();
    await own.stop('SIGKILL');
    await access(path.join(own.dataDir, 'instance.json'));
    const next = await alone.start({ dataDir: own.dataDir });
    expect(next.pid).not.toBe(own.pid);
  });

  it('says which port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as AddressInfo;
    for (const flag of ['--callback-port', '--local-port']) {
      const other = flag === '--local-port' ? '--callback-port' : '--local-port';
      const dataDir = await inboxes.tempDir();
      const run = await inboxes.runCli(['serve', '--data-dir', dataDir, flag, String(port), other, '0']);
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(new RegExp(`Port ${port}.*${flag}`));
      await expect(access(path.join(dataDir, 'instance.json'))).rejects.toThrow();
    }
    await new Promise((closed) => server.close(closed));
  });

  it('reads each flag from the environment too, and a flag wins', async () => {
    const env = { VIDEO_INBOX_DATA_DIR: '/dev/null/nowhere', VIDEO_INBOX_TUNNEL: 'none' };
    const own = await alone.start({ env });
    expect((await own.call('app:status')).dataDir).toBe(own.dataDir);
    await own.stop();
  });

  it('ends when the npm that started it is told to', async (context) => {
    if (process.platform === 'win32') skipHere(context, 'a signal does not reach the child of npm on Windows');
    const dataDir = path.join(await inboxes.tempDir(), 'data');
    const flags = ['--data-dir', dataDir, '--callback-port', '0', '--local-port', '0', '--tunnel', 'none'];
    const npm = spawn('npm', ['run', '-s', 'serve', '--', ...flags], { cwd: repoDir, stdio: 'ignore' });
    const file = path.join(dataDir, 'instance.json');
    const isThere = () =>
      access(file).then(
        () => true,
        () => false,
      );
    await waitUntil(isThere, 'the inbox', 20_000);
    npm.kill('SIGTERM');
    await waitUntil(async () => !(await isThere()), 'its end');
  });

  it('takes paths from where they were typed, also where npm runs it in the top folder of a checkout', () => {
    const typedIn = path.join(repoDir, 'test', 'e2e');
    const line = ['run', '-s', 'cli', '--', 'status', '--data-dir', 'nowhere'];
    const env = without(process.env, 'VIDEO_INBOX_DATA_DIR', 'INIT_CWD');
    const run = spawnSync('npm', line, { cwd: typedIn, env, encoding: 'utf8', shell: process.platform === 'win32' });
    expect(run.stderr).toContain(`runs on ${path.join(typedIn, 'nowhere')}`);
  });

  it('goes on when nobody reads what it prints any more', async () => {
    const own = await alone.start();
    own.stopReading();
    for (const taskId of ['unread-1', 'unread-2']) {
      expect((await own.postCallback(lumaFailure(taskId))).status).toBe(200);
      await sleep(200);
    }
    expect((await own.call('app:status')).tasks.total).toBe(2);
    expect(await own.stop()).toEqual({ code: 0, signal: null });
  });

  it('keeps standard output for NDJSON', async () => {
    const own = await inboxes.start({ args: ['--log-level', 'debug'] });
    await own.postCallback('not JSON'); // something to log
    await own.stop(); // a line that is not JSON would have thrown in the reader
    expect(own.log()).not.toBe('');
  });
});

describe('what it does not understand', () => {
  it.each([
    [['serve', '--no-such-flag'], /--no-such-flag/],
    [['serve', '--callback-port', '99999'], /port/i],
    [['serve', '--callback-port', 'http'], /port/i],
    [['serve', '--tunnel', 'pigeon'], /pigeon/],
    [['serve', '--public-url', 'ftp://x'], /ftp:\/\/x/],
    [['serve', '--require-signature', 'someone'], /someone/],
    [['serve', '--log-level', 'loud'], /loud/],
    [['serve', 'extra'], /extra/],
    [['status', '--no-such-flag'], /--no-such-flag/],
    [['list', '--state', 'odd'], /odd/],
    [['list', '--limit', 'many'], /many/],
    [['list', '--limit', '0'], /at least 1/],
    [['list', '--limit', '1e2'], /1e2/],
    [['list', '--limit', '-1'], /^[^\n]*--limit[^\n]*\n$/],
    [['list', '--data-dir', ''], /--data-dir/],
    [['serve', '--data-dir', ' '], /--data-dir/],
    [['wait', 'x', '--timeout', ''], /--timeout/],
    [['wait', 'x', '--timeout', '1h'], /1h/],
    [['wait'], /task/i],
    [['show'], /task/i],
    [['dance'], /^There is no command "dance"\. Known/],
    [['stauts'], /"stauts"\. Did you mean "status"\?/],
    [['help', 'reqests'], /"reqests"\. Did you mean "requests"\? Known commands: serve/],
    [['--help', 'bogus'], /^There is no command "bogus"\. Known/],
  ])('%j: exit code 1 and a sentence', async (args, sentence) => {
    const run = await inbox.runCli(args);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(sentence);
    expect(run.stderr).not.toMatch(/^\s+at /m); // no stack
  });

  it('explains itself with --help', async () => {
    for (const args of [['--help'], ['serve', '--help']]) {
      const run = await inbox.runCli(args);
      expect(run.code).toBe(0);
      expect(run.stdout).toMatch(/serve/);
      expect(run.stdout).toMatch(/--data-dir/);
      // As this very program is called here: a checkout puts nothing into the path.
      expect(run.stdout).toContain('\n  npm run cli -- serve ');
      expect(run.stdout).not.toMatch(/video-inbox (serve|wait)/);
    }
  });

  it('prints its version', async () => {
    const run = await alone.runCli(['--version']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('without a running inbox', () => {
  it.each([['url'], ['status'], ['send-test'], ['wait', 'some-task']])(
    '%s says that none runs, and what to do',
    async (...args) => {
      const dataDir = await inboxes.tempDir();
      const run = await inboxes.runCli(args, { VIDEO_INBOX_DATA_DIR: dataDir });
      expect(run).toMatchObject({ code: 1, stdout: '' });
      expect(run.stderr).toMatch(/serve/);
    },
  );

  it('wait tells what is on disk, and what it cannot wait for', async () => {
    const own = await inboxes.start();
    await own.postCallback(lumaFailure('offline-2', 'It was refused.'));
    const { taskId } = await own.call('callback:sendTest', { provider: null, fail: false });
    await own.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
    await own.stop();
    const done = await own.runCli(['wait', taskId]);
    expect(done.code).toBe(0);
    expect((await stat(done.stdout.trim())).isFile()).toBe(true);
    expect(await own.runCli(['wait', 'offline-2'])).toMatchObject({ code: 2, stderr: 'It was refused.\n' });
    expect(await own.runCli(['wait', 'never-came'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('doctor makes no library where there is none', async () => {
    const dataDir = path.join(await inboxes.tempDir(), 'mistyped');
    const run = await inboxes.runCli(['doctor'], { VIDEO_INBOX_DATA_DIR: dataDir });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain(dataDir);
    await expect(access(dataDir)).rejects.toThrow();
  });

  it('an empty variable names no folder, least of all the current one', async () => {
    const home = await inboxes.tempDir();
    const run = await inboxes.runCli(['url'], { VIDEO_INBOX_DATA_DIR: '', HOME: home, XDG_DATA_HOME: home });
    expect(run.stderr).toContain(home);
  });

  it('list and show read the library from the disk', async () => {
    const own = await inboxes.start();
    await own.postCallback(lumaFailure('offline-1', 'It was refused.'));
    const running = JSON.parse((await own.runCli(['list', '--json'])).stdout) as unknown;
    await own.stop();
    const stopped = await own.runCli(['list', '--json']);
    expect(stopped.code).toBe(0);
    expect(JSON.parse(stopped.stdout)).toEqual(running);
    expect((await own.runCli(['list', '--json', '--query=-is:failed'])).stdout).toBe('[]\n');
    expect((await own.runCli(['show', 'offline-1'])).stdout).toContain('It was refused.');
  });
});

describe('url', () => {
  it('prints the callback URL, with a notice where the outside cannot reach it', async () => {
    const run = await inbox.runCli(['url']);
    expect(run).toMatchObject({ code: 0, stdout: `${inbox.callbackUrl}\n` });
    expect(run.stderr).not.toBe('');
  });

  it('prints the public one where there is one', async () => {
    const own = await inboxes.start({ args: ['--public-url', 'https://inbox.example.test'] });
    const run = await own.runCli(['url']);
    expect(run.stdout).toBe(`https://inbox.example.test${new URL(own.callbackUrl).pathname}\n`);
    await own.stop();
  });
});

describe('status', () => {
  it('--json has the agreed shape', async () => {
    const { code, stdout } = await inbox.runCli(['status', '--json']);
    expect(code).toBe(0);
    const number = expect.any(Number) as number;
    expect(JSON.parse(stdout)).toEqual({
      pid: inbox.pid,
      dataDir: inbox.dataDir,
      tasks: { total: 3, processing: 1, succeeded: 1, failed: 1, unknown: 0 },
      videos: { queued: 0, downloading: 0, saved: 1, failed: 0, expired: 0 },
      diskFreeBytes: number,
      requests: { refusedToday: 0, lastRefused: null, trouble: null },
      storage: { state: 'ok', code: null, params: {}, message: null },
      tunnel: {
        kind: 'none',
        state: 'offline',
        publicUrl: null,
        callbackUrl: inbox.callbackUrl,
        provenAt: null,
        message: expect.any(String) as string,
      },
      watch: expect.any(Object) as object,
    });
  });

  it('is readable without it', async () => {
    const { code, stdout } = await inbox.runCli(['status']);
    expect(code).toBe(0);
    expect(stdout).toContain(inbox.dataDir);
    expect(stdout).toContain(inbox.galleryUrl);
  });
});

describe('list and show', () => {
  const list = async (...args: string[]) =>
    JSON.parse((await inbox.runCli(['list', '--json', ...args])).stdout) as TaskView[];

  it('lists newest first, filtered and limited', async () => {
    const all = await list();
    expect(all.map(({ taskId }) => taskId)).toEqual([saved.taskId, 'cli-processing', 'cli-failed']);
    expect((await list('--state', 'failed')).map(({ taskId }) => taskId)).toEqual(['cli-failed']);
    expect(await list('--limit', '1')).toHaveLength(1);
    expect((await list('--query', 'is:failed -has:video')).map(({ taskId }) => taskId)).toEqual(['cli-failed']);
    expect((await list('--query', 'id:cli- is:waiting')).map(({ taskId }) => taskId)).toEqual(['cli-processing']);
  });

  it('tells a program all that is there where it sets no limit, and a person that there is more than is shown', async () => {
    const many = await inboxes.start();
    const posts = 60;
    await Promise.all(Array.from({ length: posts }, (_, n) => many.postCallback(lumaFailure(`many-${String(n)}`))));
    const told = terminalTexts.onlyNewest('50');
    for (const command of ['list', 'requests']) {
      const all = await many.runCli([command, '--json']);
      expect(JSON.parse(all.stdout)).toHaveLength(posts);
      expect(all.stderr).toBe('');
      const shown = await many.runCli([command]);
      expect(shown.stdout.trimEnd().split('\n')).toHaveLength(50);
      expect(shown.stderr).toContain(told);
      expect((await many.runCli([command, '--limit', '55'])).stderr).toBe('');
      expect(JSON.parse((await many.runCli([command, '--limit', '55', '--json'])).stdout)).toHaveLength(55);
    }
    await many.stop();
  });

  it('a search that is misspelt finds nothing, and tells on standard error what is there', async () => {
    const misspelt = await inbox.runCli(['list', '--json', '--query', 'refussed']);
    expect(misspelt).toMatchObject({ code: 0, stdout: '[]\n' });
    expect(misspelt.stderr).toContain(terminalTexts.list.didYouMean('refused', '1'));
    const tooLong = await inbox.runCli(['list', '--query', 'refused '.repeat(126)]);
    expect(tooLong).toMatchObject({ code: 1, stdout: '' });
    expect(tooLong.stderr).toBe('A search takes up to 1000 characters, and this one has 1008. Leave out some words.\n');
    const misread = await inbox.runCli(['list', '--query', 'refused is:stared']);
    expect(misread.stderr).toMatch(/"is:stared" is no condition.*is:starred\./);
    const elsewhere = await inbox.runCli(['list', '--state', 'processing', '--query', 'refussed']);
    expect(elsewhere).toMatchObject({ code: 0, stdout: '' });
    expect(elsewhere.stderr).not.toContain('refused');
  });

  it('shows one task whole, by id and by key', async () => {
    for (const name of [saved.taskId, saved.key]) {
      const { code, stdout } = await inbox.runCli(['show', name, '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        key: saved.key,
        provider: saved.provider,
        state: 'succeeded',
        expiresAt: saved.expiresAt,
        deliveries: 1,
        trust: 'unsigned',
        seen: false,
        starred: false,
        tags: [],
        videos: [
          {
            state: 'saved',
            container: 'mp4',
            error: null,
            path: expect.stringMatching(/^videos\/\d{4}-\d\d\/.+\.mp4$/) as string,
          },
        ],
      });
    }
  });

  it('prints for people too, with the reason of a failure', async () => {
    const { stdout } = await inbox.runCli(['list']);
    for (const text of [saved.taskId, 'cli-failed']) expect(stdout).toContain(text);
    expect((await inbox.runCli(['show', 'cli-failed'])).stdout).toContain('The prompt was refused.');
  });

  it('says where there is no such task', async () => {
    const run = await inbox.runCli(['show', 'no-such-task']);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('no-such-task');
  });
});

describe('wait', () => {
  it('goes on over a kill and a new start of the inbox', async () => {
    const own = await inboxes.start();
    const waiting = own.runCli(['wait', 'cli-late', '--timeout', '60']);
    expect(await untilTalkedTo(own.localPort, waiting)).toBe(true);
    const again = await own.restart('SIGKILL');
    await again.postCallback(lumaFailure('cli-late', 'The prompt was refused.'));
    const run = await waiting;
    expect(run.stderr).toContain('The prompt was refused.');
    expect(run.code).toBe(2);
  });

  it('prints the paths of saved videos and exits 0', async () => {
    const run = await inbox.runCli(['wait', saved.taskId, '--timeout', '20']);
    expect(run.code).toBe(0);
    const printed = run.stdout.trim().split('\n');
    expect(printed).toHaveLength(1);
    expect((await stat(printed[0] ?? '')).size).toBe(saved.videos[0]?.sizeBytes);
  });

  it('exits 2 with the message of a failure', async () => {
    const run = await inbox.runCli(['wait', 'cli-failed', '--timeout', '20']);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('The prompt was refused.');
  });

  it('exits 3 when time is up, for a task that is not done and for one that has not come', async () => {
    for (const taskId of ['cli-processing', 'never-came']) {
      for (const timeout of ['1', '0.2', '0']) {
        const run = await inbox.runCli(['wait', taskId, '--timeout', timeout]);
        expect(run).toMatchObject({ code: 3, stdout: '' });
      }
    }
  });

  it.each([
    ['ahead', 86_400_000],
    ['back', -86_400_000],
  ])('takes its time from no clock that is set %s by a day meanwhile', async (_how, jumpMs) => {
    const clock = pathToFileURL(path.join(repoDir, 'test/support/jumping-clock.mjs')).href;
    const env = {
      NODE_OPTIONS: `--import ${clock}`,
      CLOCK_JUMP_MS: String(jumpMs),
      VIDEO_INBOX_DATA_DIR: inbox.dataDir,
    };
    const waitFor = (taskId: string, timeout: string) => alone.runCli(['wait', taskId, '--timeout', timeout], env);
    const taskId = `clock-${String(jumpMs)}`;
    const [never, late] = await Promise.all([
      waitFor('never-came', '3'),
      waitFor(taskId, '50'),
      sleep(4000).then(() => inbox.postCallback(lumaFailure(taskId, 'Came and failed.'))),
    ]);
    expect(never.code).toBe(3);
    expect(late).toMatchObject({ code: 2, stderr: 'Came and failed.\n' });
  });

  it('exits 3 when time is up while the inbox is gone', async () => {
    const own = await inboxes.start();
    // On a busy machine the time may be up before the inbox is talked to: then it is given more.
    for (let seconds = 4; ; seconds *= 2) {
      const waiting = own.runCli(['wait', 'cli-gone', '--timeout', String(seconds)]);
      if (!(await untilTalkedTo(own.localPort, waiting))) continue;
      await own.stop();
      expect(await waiting).toMatchObject({ code: 3, stdout: '' });
      return;
    }
  });

  it('begins before the callback comes', async () => {
    const waiting = inbox.runCli(['wait', 'comes-later', '--timeout', '60']);
    expect(await untilTalkedTo(inbox.localPort, waiting)).toBe(true);
    await inbox.postCallback(lumaFailure('comes-later', 'Came and failed.'));
    expect(await waiting).toMatchObject({ code: 2 });
  });
});

describe('send-test', () => {
  it.each([
    [[], 'succeeded'],
    [['--provider', 'kie-aleph'], 'succeeded'],
    [['--provider', 'kie-luma', '--fail'], 'failed'],
    [['--provider', 'ark'], 'succeeded'],
  ])('%j makes a task that %s', async (args, state) => {
    const own = await inboxes.start();
    const run = await own.runCli(['send-test', ...args]);
    expect(run.code).toBe(0);
    const [task] = await own.call('tasks:list', { state: null, limit: 10 });
    const done = await own.waitForTask(task?.taskId ?? '', ({ videos }) =>
      videos.every((video) => video.state === 'saved'),
    );
    expect(done).toMatchObject({ state, videos: state === 'failed' ? [] : [{ state: 'saved', container: 'mp4' }] });
    if (args[1] !== undefined) expect(done.provider).toBe(args[1]);
    expect(run.stdout).toContain(done.taskId);
    expect(run.stderr).toMatch(state === 'failed' ? /prints why it failed/ : /prints the file/);
    await own.stop();
  });

  it('promises no file where the callbacks of a provider name none', async () => {
    const own = await inboxes.start();
    const run = await own.runCli(['send-test', '--provider', 'openai']);
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('name no link') as unknown]);
    expect(await own.runCli(['wait', run.stdout.trim(), '--timeout', '20'])).toMatchObject({ code: 2, stdout: '' });
    await own.stop();
  });

  it('says which providers it knows', async () => {
    const run = await inbox.runCli(['send-test', '--provider', 'nobody']);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/nobody/);
  });
});

describe('tag', () => {
  it('puts tags on tasks and takes them off, and leaves the others', async () => {
    const own = await inboxes.start();
    for (const id of ['tag-1', 'tag-2']) await own.postCallback(lumaFailure(id, 'It was refused.'));
    const tagged = await own.runCli(['tag', 'tag-1', 'tag-2', '--add', 'pitch', '--add', 'to redo']);
    expect([tagged.code, tagged.stdout]).toEqual([0, '2 tasks changed.\n']);
    const again = await own.runCli(['tag', 'tag-2', '--remove', 'Pitch', '--add', 'TO REDO', '--json']);
    expect(JSON.parse(again.stdout)).toEqual({ keys: ['kie-luma:tag-2'], undo: expect.any(String) as string });
    const tags = async (id: string) => (await own.call('tasks:get', id))?.tags;
    expect([await tags('tag-1'), await tags('tag-2')]).toEqual([['pitch', 'to redo'], ['to redo']]);
    // Several in one, as in the page; a variable that is empty names none.
    await own.runCli(['tag', 'tag-1', '--add', 'dusk, rain,', '--remove', 'pitch,to redo']);
    expect(await tags('tag-1')).toEqual(['dusk', 'rain']);
    expect((await own.runCli(['tag', 'tag-1', '--add', ''])).stderr).toContain('Say what is to change');
    await own.call('tasks:tag', ['kie-luma:tag-1'], { add: ['before, this'] });
    await own.runCli(['tag', 'tag-1', '--remove', 'before, this']);
    expect(await tags('tag-1')).toEqual(['dusk', 'rain']);
    expect(await own.runCli(['tag', 'tag-1'])).toMatchObject({ code: 1, stdout: '' });
    expect((await own.runCli(['tag', 'nobody', '--add', 'x'])).stderr).toContain('No task "nobody"');
    await own.stop();
  });
});

describe('export', () => {
  it('copies saved videos under readable names and replaces nothing', async () => {
    const own = await inboxes.start();
    const { taskId } = await own.call('callback:sendTest', { provider: null, fail: false });
    await own.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
    const to = path.join(own.dataDir, '..', `${path.basename(own.dataDir)}-copies`);
    const args = ['export', taskId, '--to', to, '--name', '{provider} {id}', '--metadata'];
    const first = await own.runCli(args);
    const [copy = ''] = first.stdout.trim().split('\n');
    expect([first.code, path.extname(copy), path.dirname(copy)]).toEqual([0, '.mp4', path.resolve(to)]);
    const { sha256 } = JSON.parse(await readFile(`${copy}.json`, 'utf8')) as { sha256: string };
    expect(
      createHash('sha256')
        .update(await readFile(copy))
        .digest('hex'),
    ).toBe(sha256);
    // Into the library that it came from it brings nothing: without what is told inside it is the film that is there.
    const [outcome] = (await own.runCli(['import', to, '--json'])).stdout.trim().split('\n');
    expect(outcome).toContain('"outcome":"present"');
    await rm(`${copy}.json`);
    expect((await own.runCli(['import', to, '--json'])).stdout).toContain('"outcome":"present"');
    expect((await own.runCli(args)).stdout.trim()).toBe(copy.replace(/\.mp4$/, ' (2).mp4'));
    await own.postCallback(lumaFailure('export-1', 'It was refused.'));
    expect(await own.runCli(['export', 'export-1', '--to', to])).toMatchObject({ code: 2, stdout: '' });
    const both = await own.runCli(['export', taskId, 'export-1', '--to', to]);
    expect([both.code, both.stdout.trim().split('\n').length]).toEqual([0, 1]);
    expect(both.stderr).toContain('no video of these is on disk yet: export-1');
    // Among the library's own files a copy would be a leftover, to be cleared away, or a part of the journal.
    const behindLink = `${to}-link`;
    await symlink(path.join(own.dataDir, 'videos'), behindLink);
    const inside = ['', 'videos', 'videos/2026-11', 'journal', 'copies'].map((name) => path.join(own.dataDir, name));
    for (const place of [...inside, path.join(behindLink, 'copies')]) {
      const refused = await own.runCli(['export', taskId, '--to', place]);
      expect([place, refused.code, refused.stdout]).toEqual([place, 1, '']);
      expect(refused.stderr).toContain("is a place of the library's own files, so nothing was copied.");
    }
    expect(await readdir(own.dataDir)).not.toContain('copies');
    await own.stop();
    await rm(behindLink);
    await rm(to, { recursive: true });
  });
});

describe('import', () => {
  it('takes films from disk, known by their sidecars or by their bytes, and each once', async () => {
    const from = await inboxes.start();
    const { key, taskId } = await from.call('callback:sendTest', { provider: 'kie-luma', fail: false });
    const made = await from.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
    const films = await inboxes.tempDir();
    expect((await from.runCli(['export', taskId, '--to', films, '--metadata'])).code).toBe(0);
    await from.stop();
    await copyFile(path.join(repoDir, 'src-main/node/samples/sample.webm'), path.join(films, 'plain.webm'));
    await writeFile(path.join(films, 'broken.mp4'), 'This is no film.');

    const own = await inboxes.start();
    const first = await own.runCli(['import', films]);
    const keys = first.stdout.trim().split('\n');
    expect([first.code, keys]).toEqual([1, expect.arrayContaining([key]) as unknown]);
    expect(keys).toHaveLength(2);
    expect(first.stderr).toContain('broken.mp4: ');
    expect(first.stderr).toContain('2 films imported; 1 not taken, see above.');
    const { provider, prompt, videos } = (await own.call('tasks:get', key)) ?? {};
    expect([provider, prompt, videos?.length]).toEqual([made.provider, made.prompt, 1]);
    const [before] = made.videos;
    expect(videos?.[0]).toMatchObject({ state: 'saved', sha256: before?.sha256, url: before?.url });
    // Nothing was fetched for it.
    expect(
      own
        .taskLines()
        .flatMap((task) => task.videos)
        .map(({ state }) => state),
    ).not.toContain('downloading');
    const plain = await own.call('tasks:get', keys.find((each) => each !== key) ?? '');
    expect(plain).toMatchObject({ provider: 'unknown', state: 'succeeded', videos: [{ state: 'saved', width: 640 }] });
    expect((await own.runCli(['doctor', '--json'])).code).toBe(0);

    await rm(path.join(films, 'broken.mp4'));
    const again = await own.restart();
    const second = await again.runCli(['import', films, '--json']);
    expect([second.code, second.stdout.match(/"outcome":"present"/g)?.length]).toEqual([0, 2]);
    expect((await again.call('app:status')).tasks.total).toBe(2);
    // What was moved behind its back is where it belongs again, in the same task.
    await rm(path.join(again.dataDir, videos?.[0]?.path ?? ''));
    const third = (await again.runCli(['import', films, '--json'])).stdout.trim().split('\n');
    const told = third.map((line) => JSON.parse(line) as { readonly key: string; readonly outcome: string });
    expect(told.map((one) => [one.key === key, one.outcome])).toEqual(
      expect.arrayContaining([
        [true, 'imported'],
        [false, 'present'],
      ]),
    );
    const [back] = (await again.call('tasks:get', key))?.videos ?? [];
    expect(back?.sha256).toBe(before?.sha256);
    expect((await readFile(path.join(again.dataDir, back?.path ?? ''))).length).toBe(back?.sizeBytes);
    expect((await again.runCli(['doctor', '--json'])).code).toBe(0);
    const empty = await inboxes.tempDir();
    expect(await again.runCli(['import', empty])).toMatchObject({ code: 2, stdout: '' });
    expect((await again.runCli(['import', path.join(empty, 'none.mp4')])).stderr).toContain(
      'There is no file or folder',
    );
    await again.stop();
  });

  it('takes all of them where whoever reads its keys leaves at the first (`| head`), and tells how it went', async () => {
    const own = await alone.start();
    const films = await alone.tempDir();
    const names = ['av1.mp4', 'fragmented.mp4', 'h264.mkv', 'hevc.mp4', 'rotated.mp4'];
    for (const name of names) await copyFile(path.join(repoDir, 'test/fixtures/media', name), path.join(films, name));
    await writeFile(path.join(films, 'broken.mp4'), 'This is no film.');
    const run = (name: string, ...args: readonly string[]): Promise<number | null> => {
      const flags = [path.join(repoDir, 'dist/main/cli.cjs'), name, ...args, '--data-dir', own.dataDir];
      const started = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'ignore'] });
      started.stdout.destroy();
      return endOf(started).then(({ code }) => code);
    };
    expect(await run('import', films)).toBe(1);
    const tasks = await own.call('tasks:list', { state: null, limit: 10 });
    expect(tasks).toHaveLength(names.length);
    const copies = path.join(await alone.tempDir(), 'copies');
    expect(await run('export', ...tasks.map(({ key }) => key), '--to', copies)).toBe(0);
    expect((await readdir(copies)).filter((name) => !name.startsWith('.'))).toHaveLength(names.length);
    expect(await run('list')).toBe(0);
    await own.stop();
  });

  it('gives a film to the task that waits for it', async () => {
    const own = await inboxes.start();
    const url = 'http://127.0.0.1:9/lost.mp4';
    await own.postCallback(lumaSuccess('lost-1', [url]));
    const { key } = await own.waitForTask('lost-1', ({ videos }) => videos[0]?.state === 'failed');
    const film = path.join(await inboxes.tempDir(), 'found.webm');
    await copyFile(path.join(repoDir, 'src-main/node/samples/sample.webm'), film);
    const sha256 = createHash('sha256')
      .update(await readFile(film))
      .digest('hex');
    expect((await own.runCli(['import', film])).stdout).toMatch(/^unknown:film-/);
    // Whoever waits for it gets it, although the library has these bytes by now.
    await writeFile(`${film}.json`, JSON.stringify({ provider: 'kie-luma', taskId: 'lost-1', url, sha256 }));
    expect((await own.runCli(['import', film])).stdout).toBe(`${key}\n`);
    expect((await own.call('tasks:get', key))?.videos).toMatchObject([{ url, state: 'saved', sha256, error: null }]);
    await own.stop();
  });
});

describe('doctor', () => {
  it('finds nothing wrong with a healthy library', async () => {
    const own = await inboxes.start();
    await own.call('callback:sendTest', { provider: null, fail: false });
    const [task] = await own.call('tasks:list', { state: null, limit: 1 });
    await own.waitForTask(task?.taskId ?? '', ({ videos }) => videos[0]?.state === 'saved');
    const running = await own.runCli(['doctor', '--json']);
    expect(running.code).toBe(0);
    expect(JSON.parse(running.stdout)).toMatchObject({ ok: true, tasks: 1, videosChecked: 1, problems: [] });
    const told = await own.runCli(['doctor']);
    expect(told.stdout).toMatch(
      /^Checked 1 task and 1 saved video\.\nJournal: \d+ events in 1 file, \d\S* k?B\S*, from .+ to .+\n(?: +\d+ {2}[a-z-]+\n)+All is well\.\n$/,
    );
    expect(told.stdout).toMatch(/^ +1 {2}result$/m);
    expect(told.stderr).toBe('');
    await own.stop();
  });

  it('tells of a disk that is nearly full also where no inbox runs', async () => {
    const own = await inboxes.start();
    const set = await own.runCli(['settings', 'set', 'downloads.minFreeMiB', '10000000']);
    expect(set.code).toBe(0);
    await own.stop();
    const told = await own.runCli(['doctor']);
    expect(told.stdout).toMatch(/All is well\.\nLess than [\d,]+ MiB are free .* Free some space/);
    expect(told.code).toBe(0);
  });

  it('shows at a terminal how far it is, with and without a running inbox, and takes that away at the end', async (context) => {
    if (spawnSync('script', ['--version']).status !== 0) skipHere(context, 'there is no script(1) to make a terminal');
    const own = await inboxes.start();
    const { taskId } = await own.call('callback:sendTest', { provider: null, fail: false });
    await own.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
    const command = `"${process.execPath}" "${path.join(repoDir, 'dist/main/cli.cjs')}" doctor --data-dir "${own.dataDir}"`;
    const atTerminal = async () => (await promisify(execFile)('script', ['-qec', command, '/dev/null'])).stdout;
    expect(await atTerminal()).toContain('All is well.');
    const told: unknown[] = [];
    const client = await connectLocal(own.dataDir);
    const stop = await client?.follow('library:checking', (data) => told.push(data));
    await client?.call('library:doctor', { rebuild: false });
    await waitUntil(() => told.length > 0, 'the progress of a running inbox');
    expect(told[0]).toEqual({ videosChecked: 1, videosTotal: 1 });
    stop?.();
    await own.stop();
    const [bar = '', result = ''] = (await atTerminal()).split('\r\u001b[2KChecked');
    expect(bar).toContain('Reading the journal: events 1');
    expect(bar).toContain('Checking videos [########################] 1 / 1');
    expect(result).toContain('All is well.');
  });

  it('--rebuild makes a lost index again, with and without a running inbox, and the library stays the same', async () => {
    let own = await inboxes.start();
    await own.postCallback(lumaFailure('rebuilt-1', 'It was refused.'));
    const { key, taskId } = await own.call('callback:sendTest', { provider: null, fail: false });
    await own.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
    await own.call('tasks:mark', [key], { seen: true, starred: true, tags: ['kept'] });
    const library = async () => (await own.runCli(['list', '--json'])).stdout;
    const before = await library();
    expect(JSON.parse(before)).toMatchObject([{ key, starred: true, tags: ['kept'] }, { taskId: 'rebuilt-1' }]);
    await own.stop();

    const index = path.join(own.dataDir, 'index');
    for (const isRunning of [false, true]) {
      if (isRunning) own = await inboxes.start({ dataDir: own.dataDir });
      expect(await readdir(index)).not.toEqual([]);
      await rm(index, { recursive: true });
      const run = await own.runCli(['doctor', '--rebuild', '--json']);
      expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(run.stdout)).toMatchObject({ ok: true, tasks: 2, videosChecked: 1 });
      expect(await readdir(index)).not.toEqual([]);
      expect(await library()).toBe(before);
    }
    own = await own.restart('SIGKILL');
    expect(await library()).toBe(before);
    await own.stop();
  });
});
