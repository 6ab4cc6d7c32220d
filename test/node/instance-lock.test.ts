/** Who gets a data dir: real processes, killed, raced and impersonated. */
import { fork, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import { findRunning, lockInstance, readInstance } from '../../src-main/node/instance-lock.ts';
import { needLocal } from '../../src-main/headless/local-client.ts';
import { bundled } from '../support/bundled.ts';
import type { LockAnswer, LockOrder } from '../support/lock-process.ts';
import { skipHere } from '../support/skip-here.ts';
import { fillDisk, mountSmallDisk, noMount } from '../support/small-disk.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

let programDir = '';
let program = '';
const processes = new Set<ChildProcess>();

beforeAll(async () => {
  programDir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-lock-'));
  program = await bundled(path.join(import.meta.dirname, '../support/lock-process.ts'), programDir);
});
afterEach(async () => {
  await Promise.all([...processes].map((child) => ended(child, 'SIGKILL')));
});
afterAll(() => rm(programDir, { recursive: true, force: true }));

interface LockProcess {
  readonly pid: number;
  order(what: LockOrder): Promise<LockAnswer>;
  kill(): Promise<void>;
}

function start(): LockProcess {
  const child = fork(program, { stdio: 'inherit' });
  processes.add(child);
  return {
    pid: child.pid ?? 0,
    order: (what) =>
      new Promise((resolve) => {
        child.once('message', (answer: LockAnswer) => resolve(answer));
        child.send(what);
      }),
    kill: () => ended(child, 'SIGKILL'),
  };
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  processes.delete(child);
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill(signal);
  });
}

async function instanceFile(): Promise<string> {
  return path.join(await tempDir(), 'instance.json');
}

const now = (): Date => new Date();
const leftBehind = (pid: number, localPort: number | null): string =>
  JSON.stringify({ pid, localPort, callbackPort: null, localKey: 'an-old-key', startedAt: '2026-01-01T00:00:00Z' });

it('two processes race 400 times for a lock that was left behind: one of them has it each time', async () => {
  const file = await instanceFile();
  const racers = [start(), start()];
  const dead = start();
  await dead.kill();
  const rounds = { none: 0, one: 0, both: 0 };
  for (let round = 0; round < 400; round += 1) {
    await writeFile(file, leftBehind(dead.pid, null));
    const answers = await Promise.all(racers.map((racer) => racer.order({ take: file })));
    const holders = answers.filter(({ refusal }) => refusal === null).length;
    rounds[holders === 0 ? 'none' : holders === 1 ? 'one' : 'both'] += 1;
    for (const [n, racer] of racers.entries()) if (answers[n]?.refusal === null) await racer.order({ letGo: true });
  }
  expect(rounds).toEqual({ none: 0, one: 400, both: 0 });
}, 120_000);

it('four processes race after the one that held it was killed', async () => {
  const file = await instanceFile();
  const racers = [start(), start(), start(), start()];
  for (let round = 0; round < 20; round += 1) {
    const first = start();
    expect(await first.order({ take: file })).toEqual({ refusal: null });
    await first.kill();
    const answers = await Promise.all(racers.map((racer) => racer.order({ take: file })));
    expect(answers.filter(({ refusal }) => refusal === null)).toHaveLength(1);
    for (const [n, racer] of racers.entries()) if (answers[n]?.refusal === null) await racer.order({ letGo: true });
  }
  // What the killed ones left is cleared away by those that come after them.
  expect((await readdir(path.join(path.dirname(file), 'lock'))).length).toBeLessThanOrEqual(1);
});

it('a second one is refused with the pid of the first, also after instance.json was removed, which comes back', async () => {
  const file = await instanceFile();
  const first = start();
  await first.order({ take: file });
  const second = start();
  const sentence = `A Video Inbox with pid ${first.pid} already uses this data folder.`;
  expect((await second.order({ take: file })).refusal).toContain(sentence);
  await rm(file);
  expect((await second.order({ take: file })).refusal).toContain(sentence);
  const again = await waitUntil(() => readInstance(file), 'instance.json');
  expect(again.pid).toBe(first.pid);
});

it.each([
  ['of another inbox', leftBehind(4242, 1)],
  ['with another port', leftBehind(process.pid, 1)],
  ['in which nothing stands', ''],
])('an instance.json %s that is put in the place of ours is written over', async (_, text) => {
  const file = await instanceFile();
  const lock = await lockInstance(file, now);
  onTestFinished(() => lock.release());
  await lock.publish({ localPort: 3, callbackPort: 4 });
  await writeFile(file, text);
  const ours = { pid: process.pid, localPort: 3, callbackPort: 4, localKey: lock.localKey };
  const again = await waitUntil(async () => {
    const running = await findRunning(file);
    return running?.localPort === 3 ? running : null;
  }, 'instance.json');
  expect(again).toMatchObject(ours);
});

it('a disk that is full keeps nobody out but the second one, and the command line is told why it finds nothing', async (context) => {
  const mount = await mountSmallDisk(await tempDir(), 1);
  if (mount === null) return skipHere(context, noMount);
  onTestFinished(() => mount.unmount());
  const file = path.join(mount.dir, 'instance.json');
  const filler = path.join(mount.dir, 'filler');
  await mkdir(path.join(mount.dir, 'lock'));
  await fillDisk(filler);
  const lock = await lockInstance(file, now);
  onTestFinished(() => lock.release());
  await lock.publish({ localPort: 1, callbackPort: 2 });
  const sentence = `A Video Inbox with pid ${process.pid} already uses this data folder.`;
  expect((await start().order({ take: file })).refusal).toContain(sentence);
  await expect(needLocal(mount.dir)).rejects.toThrow(/its disk is full/);
  await rm(filler);
  const running = await waitUntil(() => findRunning(file), 'instance.json');
  expect(running).toMatchObject({ pid: process.pid, localPort: 1, callbackPort: 2 });
});

it('a disk that is full leaves no key of one that is gone', async (context) => {
  const mount = await mountSmallDisk(await tempDir(), 1);
  if (mount === null) return skipHere(context, noMount);
  onTestFinished(() => mount.unmount());
  const file = path.join(mount.dir, 'instance.json');
  await mkdir(path.join(mount.dir, 'lock'));
  await writeFile(file, leftBehind(process.pid, null)); // in a container the pid is always the same
  await fillDisk(path.join(mount.dir, 'filler'));
  const lock = await lockInstance(file, now);
  onTestFinished(() => lock.release());
  expect(await readInstance(file)).toMatchObject({ localKey: lock.localKey });
});

it('the mark of another user, whom we may not ask and who is long gone, holds nothing', async () => {
  const file = await instanceFile();
  const dead = start();
  await dead.order({ take: file });
  await dead.kill();
  const lock = path.join(path.dirname(file), 'lock');
  for (const name of await readdir(lock)) await chmod(path.join(lock, name), 0);
  expect(await start().order({ take: file })).toEqual({ refusal: null });
});

it('marks that someone removes are shown again', async () => {
  const file = await instanceFile();
  const first = start();
  await first.order({ take: file });
  const folder = path.join(path.dirname(file), 'lock');
  await rm(folder, { recursive: true });
  await waitUntil(async () => (await readdir(folder).catch(() => [])).length > 0, 'the mark');
  expect((await start().order({ take: file })).refusal).toContain(`pid ${first.pid} `);
});

it('a process that was killed before its port was open does not hold it, whoever has its pid now', async () => {
  const file = await instanceFile();
  // Our parent runs and is no Video Inbox, as the first process of a container is none.
  await writeFile(file, leftBehind(process.ppid, null));
  expect(await findRunning(file)).toBeNull();
  const lock = await lockInstance(file, now);
  expect((await readInstance(file))?.pid).toBe(process.pid);
  await lock.release();
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('nor where its pid and its port were both taken by other programs', async () => {
  const file = await instanceFile();
  const port = await serve(() => '<h1>A web page</h1>');
  await writeFile(file, leftBehind(process.ppid, port));
  expect(await findRunning(file)).toBeNull();
  await (await lockInstance(file, now)).release();
});

it('an older version that shows no mark but takes its own key holds it', async () => {
  const file = await instanceFile();
  const port = await serve((key) => (key === 'Bearer an-old-key' ? '{"ok":true,"value":{}}' : null));
  await writeFile(file, leftBehind(process.ppid, port));
  await expect(lockInstance(file, now)).rejects.toMatchObject({ code: 'already-running' });
  expect((await findRunning(file))?.localPort).toBe(port);
  // Refused means that nothing is left behind.
  expect(await readdir(path.join(path.dirname(file), 'lock'))).toEqual([]);
});

it('holds in a folder whose path is longer than the address of a socket', async () => {
  const folder = path.join(await tempDir(), 'a-library-with-a-long-name'.repeat(5), 'and-deep'.repeat(8));
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'instance.json');
  const first = start();
  expect(await first.order({ take: file })).toEqual({ refusal: null });
  expect((await start().order({ take: file })).refusal).toContain(`pid ${first.pid} `);
  await first.kill();
  expect(await start().order({ take: file })).toEqual({ refusal: null });
});

it('a mark of another machine counts while its time moves', async () => {
  const file = await instanceFile();
  const folder = path.join(path.dirname(file), 'lock');
  await mkdir(folder);
  const mark = path.join(folder, '00000000.77.0123456789ab.beat');
  await writeFile(mark, JSON.stringify({ holding: true, space: null }));
  const beats = setInterval(() => void writeFile(mark, JSON.stringify({ holding: true, space: null })), 200);
  onTestFinished(() => clearInterval(beats));
  await expect(lockInstance(file, now)).rejects.toThrow('on another machine (pid 77 there)');
  clearInterval(beats);
  await (await lockInstance(file, now)).release();
  expect(await readdir(folder)).toEqual([]);
});

it('nor is one of a machine whose clock is a day behind taken for dead', async () => {
  const file = await instanceFile();
  const folder = path.join(path.dirname(file), 'lock');
  await mkdir(folder);
  const mark = path.join(folder, '00000000.77.0123456789ab.beat');
  const yesterday = new Date(Date.now() - 86_400_000);
  await writeFile(mark, JSON.stringify({ holding: true, space: null }));
  await utimes(mark, yesterday, yesterday);
  const beats = setInterval(() => {
    void utimes(mark, yesterday, new Date(yesterday.getTime() + performance.now()));
  }, 200);
  onTestFinished(() => clearInterval(beats));
  await expect(lockInstance(file, now)).rejects.toThrow('on another machine (pid 77 there)');
});

/** @param answer to a call with that Authorization; `null` = 401 */
async function serve(answer: (key: string) => string | null): Promise<number> {
  const server = createServer((request, response) => {
    const text = answer(request.headers.authorization ?? '');
    response.writeHead(text === null ? 401 : 200).end(text ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it('in a copy of a folder that is in use, its instance.json is none of an inbox there; in the folder itself it is', async () => {
  const [file, copied] = [await instanceFile(), await instanceFile()];
  // One that shows no mark.
  const server = createServer((_request, response) =>
    response.end(JSON.stringify({ ok: true, value: { dataDir: path.dirname(file) } })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const text = leftBehind(4242, (server.address() as AddressInfo).port);
  for (const each of [file, copied]) await writeFile(each, text);
  expect(await findRunning(file)).toMatchObject({ pid: 4242 });
  expect(await findRunning(copied)).toBeNull();
  const lock = await lockInstance(copied, now);
  onTestFinished(() => lock.release());
  await expect(lockInstance(file, now)).rejects.toThrow('pid 4242 already uses');
});

it('an inbox in a container, whose folder is called like another one here, is the one that runs on this folder', async () => {
  const file = await instanceFile();
  const answer = JSON.stringify({ ok: true, value: { dataDir: await tempDir() } });
  await writeFile(file, leftBehind(4242, await serve(() => answer)));
  expect(await findRunning(file)).toMatchObject({ pid: 4242 });
  await expect(lockInstance(file, now)).rejects.toThrow('pid 4242 already uses');
});
