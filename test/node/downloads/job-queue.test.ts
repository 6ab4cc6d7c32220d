import { expect, onTestFinished, test, vi } from 'vitest';
import { eventFormat } from '../../../src-main/common/events.ts';
import { fold } from '../../../src-main/common/fold.ts';
import { createDownloadPlan, sourceTarget } from '../../../src-main/node/inbox/downloads/download-plan.ts';
import { delivery } from '../../support/deliveries.ts';
import { createJobQueue, type JobQueue, type RunResult } from '../../../src-main/node/downloads/job-queue.ts';
import { bigMp4 } from '../../support/big-mp4.ts';
import { inlineMedia } from '../../support/inline-media.ts';
import { startVideoServer } from '../../support/video-server.ts';
import { startEngine, videoJob } from './harness.ts';

interface Job {
  readonly id: string;
  readonly host: string;
  readonly deadline: number;
  readonly link?: string;
  readonly newest?: string;
  readonly owner?: string;
  readonly source?: string;
  readonly isVouched?: boolean;
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** A queue whose runs end when the test says so. */
function openQueue(limits: { concurrency: number; perHost: number }, isSlow = (_: Job): boolean => false) {
  const running = new Map<string, { end: (result: RunResult) => void; signal: AbortSignal }>();
  const begun: string[] = [];
  const queue: JobQueue<Job> = createJobQueue<Job>({
    ...limits,
    now: Date.now,
    idOf: (job) => job.id,
    taskOf: (job) => job.id.split('/')[0] ?? '',
    hostOf: (job) => job.host,
    linkOf: (job) => job.link ?? job.id,
    newestLinkOf: (job) => job.newest ?? job.link ?? job.id,
    ownerOf: (job) => job.owner ?? job.id,
    sourceOf: (job) => job.source ?? 'u',
    isVouched: (job) => job.isVouched ?? false,
    deadlineOf: (job) => job.deadline,
    run: (job, signal, place) =>
      new Promise((resolve) => {
        begun.push(job.id);
        if (isSlow(job)) setImmediate(() => place.setSlow(true));
        const end = (result: RunResult): void => {
          running.delete(job.id);
          resolve(result);
        };
        signal.addEventListener('abort', () => end({ retryInMs: 0, holdHostMs: 0 }));
        running.set(job.id, { end, signal });
      }),
  });
  const finish = async (id: string, result: RunResult = 'done'): Promise<void> => {
    running.get(id)?.end(result);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const add = (id: string, host = id, deadline = 0): void => queue.add({ id, host, deadline });
  return { queue, add, finish, begun, running: () => [...running.keys()] };
}

test('no more run at once than allowed, in all and per host', async () => {
  const { add, finish, running } = openQueue({ concurrency: 3, perHost: 2 });
  for (const id of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2']) add(id, id.slice(0, 1));
  await soon();
  expect(running()).toEqual(['a1', 'a2', 'b1']);
  await finish('b1');
  expect(running()).toEqual(['a1', 'a2', 'b2']);
  await finish('b2');
  expect(running()).toEqual(['a1', 'a2']);
  await finish('a1');
  expect(running()).toEqual(['a2', 'a3']);
});

test('a newer link to the file ends the wait for the next attempt, also where it came during the last one', async () => {
  const { queue, finish, begun } = openQueue({ concurrency: 1, perHost: 1 });
  const job = { id: 'a', host: 'x', deadline: 0 };
  const later = { retryInMs: 3_600_000, holdHostMs: 0 };
  queue.add(job);
  await finish('a', later);
  queue.add(job);
  expect(begun).toEqual(['a']);
  queue.add({ ...job, newest: 'signed anew' });
  expect(begun).toEqual(['a', 'a']);
  queue.add({ ...job, newest: 'and again' });
  await finish('a', later);
  expect(begun).toEqual(['a', 'a', 'a']);
  await finish('a', later);
  expect(begun).toHaveLength(3);
});

test('the most urgent goes first, equals in their order', async () => {
  const { add, finish, begun } = openQueue({ concurrency: 1, perHost: 1 });
  add('first');
  await soon();
  add('later', 'x', 50);
  add('later too', 'x', 50);
  add('urgent', 'x', 10);
  for (const id of ['first', 'urgent', 'later', 'later too']) await finish(id);
  expect(begun).toEqual(['first', 'urgent', 'later', 'later too']);
});

test('slow runs that are vouched for give no place up to what is not, of whichever host', async () => {
  const { queue, begun, running } = openQueue({ concurrency: 2, perHost: 20 }, () => true);
  const films = Array.from({ length: 11 }, (_, n) => `film${String(n)}`);
  for (const id of films) queue.add({ id, host: 'cdn', deadline: 0, isVouched: true });
  await expect.poll(() => running().length).toBe(11);
  await soon();
  queue.add({ id: 'forged', host: 'elsewhere', deadline: 0 });
  await soon();
  expect([begun, running()]).toEqual([films, films]);
  await queue.close();
});

test('of slow runs of equal standing one makes room for a host that keeps nobody waiting', async () => {
  const { queue, running } = openQueue({ concurrency: 2, perHost: 20 }, ({ host }) => host === 'silent');
  for (let n = 0; n < 12; n += 1) queue.add({ id: `forged${String(n)}`, host: 'silent', deadline: 0 });
  await expect.poll(() => running().length).toBe(10);
  await soon();
  queue.add({ id: 'film', host: 'cdn', deadline: 9 });
  await expect.poll(running).toContain('film');
  await queue.close();
});

test('a slow run gives its place up once it had its turn, and not for what another machine does just now', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { queue, add, finish, begun, running } = openQueue({ concurrency: 1, perHost: 20 }, ({ id }) => id !== 'b');
  for (let n = 1; n <= 8; n += 1) add(`slow${String(n)}`, 'x');
  await expect.poll(() => running().length).toBe(8);
  await soon();
  add('b', 'x');
  await finish('b', { retryInMs: 10, holdHostMs: 0, isElsewhere: true });
  add('slow9', 'x');
  await expect.poll(() => running().length).toBe(9);
  await soon();
  vi.setSystemTime(Date.now() + 60_000);
  queue.retryWhere(() => true);
  await soon();
  expect(begun.slice(8)).toEqual(['b', 'slow9']);
  add('c', 'x');
  await expect.poll(() => begun.slice(10)).toContain('c');
  await queue.close();
});

test('what another machine did and left is not put behind all that comes, if its link dies first', async () => {
  const { add, finish, begun } = openQueue({ concurrency: 1, perHost: 1 });
  add('dying', 'x', 1);
  for (const id of ['a', 'b', 'c']) add(id, 'x', 2);
  await finish('dying', { retryInMs: 10, holdHostMs: 0, isElsewhere: true });
  await soon();
  await finish('a');
  expect(begun).toEqual(['dying', 'a', 'dying']);
});

test('a job that is to be tried again makes room in the meantime', async () => {
  const { add, finish, begun } = openQueue({ concurrency: 1, perHost: 1 });
  add('a', 'x', 1);
  add('b', 'x', 2);
  await soon();
  await finish('a', { retryInMs: 60, holdHostMs: 0 });
  expect(begun).toEqual(['a', 'b']);
  await finish('b');
  await expect.poll(() => begun).toEqual(['a', 'b', 'a']);
});

test('a held host is left alone while others go on', async () => {
  const { add, finish, begun } = openQueue({ concurrency: 3, perHost: 2 });
  add('x1', 'x');
  await soon();
  await finish('x1', { retryInMs: 80, holdHostMs: 80 });
  add('x2', 'x');
  add('y1', 'y');
  await soon();
  expect(begun).toEqual(['x1', 'y1']);
  await expect.poll(() => begun).toHaveLength(4);
});

test('a link that asks for an hour holds up the others of its host for half a minute, and longer only with each that asks too', async () => {
  vi.useFakeTimers();
  try {
    const { add, finish, begun } = openQueue({ concurrency: 1, perHost: 1 });
    const end = async (id: string, result?: RunResult): Promise<void> => {
      const ended = finish(id, result);
      await vi.advanceTimersByTimeAsync(5);
      await ended;
    };
    const hour = { retryInMs: 3_600_000, holdHostMs: 3_600_000 };
    for (const id of ['asks', 'asks too', 'good', 'last']) add(id, 'x');
    await end('asks', hour);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(begun).toEqual(['asks']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun).toEqual(['asks', 'asks too']);
    await end('asks too', hour);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(begun).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun.at(-1)).toBe('good');
    await end('good');
    expect(begun).toEqual(['asks', 'asks too', 'good', 'last']);
    // What one link was told lasts for that one.
    await end('last');
    await vi.advanceTimersByTimeAsync(3_400_000);
    expect(begun).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(begun.slice(4)).toEqual(['asks']);
  } finally {
    vi.useRealTimers();
  }
});

test('links of a host that ran side by side and ask for an hour hold it up no longer than one of them', async () => {
  vi.useFakeTimers();
  try {
    const { add, begun, running, finish } = openQueue({ concurrency: 3, perHost: 3 });
    const hour = { retryInMs: 3_600_000, holdHostMs: 3_600_000 };
    for (const id of ['one', 'two', 'three', 'good']) add(id, 'x');
    for (const id of running()) void finish(id, hour);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(begun).toEqual(['one', 'two', 'three']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(begun).toEqual(['one', 'two', 'three', 'good']);
  } finally {
    vi.useRealTimers();
  }
});

test('a removed job stops, and one of its name waits until it has', async () => {
  const { queue, add, begun, running } = openQueue({ concurrency: 2, perHost: 2 });
  add('a');
  await soon();
  const removed = queue.remove('a');
  add('a');
  expect((await removed).map(({ id }) => id)).toEqual(['a']);
  await expect.poll(() => begun).toEqual(['a', 'a']);
  expect(running()).toEqual(['a']);
});

test('pause stops what runs, resume starts it again, close ends it', async () => {
  const { queue, add, begun, running } = openQueue({ concurrency: 2, perHost: 2 });
  add('a');
  await soon();
  queue.pause();
  add('b');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(running()).toEqual([]);
  expect(queue.paused).toBe(true);
  queue.resume();
  expect(begun).toEqual(['a', 'a', 'b']);
  await queue.close();
  expect(running()).toEqual([]);
  add('c');
  expect(begun).toHaveLength(3);
});

test('resuming does not wait for waits', async () => {
  const { queue, add, finish, begun } = openQueue({ concurrency: 2, perHost: 2 });
  add('a');
  await soon();
  await finish('a', { retryInMs: 3_600_000, holdHostMs: 0 });
  queue.pause();
  queue.resume();
  expect(begun).toEqual(['a', 'a']);
});

test('the waits of some end, and neither those of others nor the pause that a host asked for', async () => {
  const { queue, add, finish, begun } = openQueue({ concurrency: 3, perHost: 1 });
  for (const id of ['a', 'b', 'c']) add(id);
  await soon();
  for (const id of ['a', 'b']) await finish(id, { retryInMs: 3_600_000, holdHostMs: 0 });
  await finish('c', { retryInMs: 3_600_000, holdHostMs: 3_600_000 });
  queue.retryWhere(({ id }) => id !== 'b');
  expect(begun).toEqual(['a', 'b', 'c', 'a']);
  expect(queue.waitOf('c', 'c')).toBe('held');
});

test('of a hundred thousand jobs of one host two run, and none is looked at more often for the others', async () => {
  const { add, begun, finish } = openQueue({ concurrency: 4, perHost: 2 });
  for (let index = 0; index < 100_000; index += 1) add(`x${String(index)}`, 'x', index);
  await soon();
  expect(begun).toEqual(['x0', 'x1']);
  for (let index = 0; index < 50; index += 1) await finish(`x${String(index)}`);
  expect(begun).toHaveLength(52);
  expect(begun.at(-1)).toBe('x51');
});

test('a host is left alone no longer than it asked to, also where the job that it refused is gone', async () => {
  const { queue, add, finish, begun } = openQueue({ concurrency: 2, perHost: 1 });
  add('refused', 'x');
  await soon();
  await finish('refused', { retryInMs: 80, holdHostMs: 80 });
  await queue.remove('refused');
  add('next', 'x');
  await soon();
  expect(begun).toEqual(['refused']);
  await expect.poll(() => begun).toEqual(['refused', 'next']);
});

test('a job that failed keeps its place among equals', async () => {
  const { add, finish, begun } = openQueue({ concurrency: 1, perHost: 1 });
  for (const id of ['a', 'b', 'c']) add(id, 'x');
  await soon();
  await finish('a', { retryInMs: 0, holdHostMs: 0 });
  for (const id of ['a', 'b', 'c']) await finish(id);
  expect(begun).toEqual(['a', 'a', 'b', 'c']);
});

test('the engine keeps to two downloads per host and resumes after a pause', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(300_000);
  for (let n = 1; n <= 5; n += 1) {
    const url = server.file(`/${n}`, { bytes, etag: '"v1"', pieceBytes: 20_000, pauseMs: 50 });
    engine.downloads.enqueue(videoJob({ url, key: `x:${n}`, target: `videos/${n}` }));
  }
  // Two have bytes on disk: where a pause comes before the first byte there is nothing to resume.
  const withBytes = (): number =>
    new Set(engine.progress.filter(({ progress }) => progress.receivedBytes > 20_000).map(({ job }) => job.key)).size;
  await engine.until(() => withBytes() === 2);
  engine.downloads.pause();
  await engine.until(() => engine.progress.every(({ job }) => engine.downloads.progressOf(job.key, job.url) === null));
  // The server hears of it a moment later.
  await engine.until(() => server.exchanges.every(({ status }) => status !== 0));
  expect(engine.downloads.paused).toBe(true);
  expect(engine.saved).toEqual([]);
  engine.downloads.resume();
  await engine.until(() => engine.saved.length === 5);
  expect(server.mostAtOnce).toBe(2);
  expect(server.exchanges.filter(({ range }) => range !== null).length).toBeGreaterThan(0);
  expect(engine.failed).toEqual([]);
});

test('a cancelled task leaves its part for another time, or nothing, as asked', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const slow = { bytes: bigMp4(300_000), etag: '"v1"', pieceBytes: 10_000, pauseMs: 10 };
  const job = videoJob({ url: server.file('/a', slow) });
  const parts = async (): Promise<number> => (await engine.files()).filter((file) => file.includes('.part')).length;
  engine.downloads.enqueue(job);
  await engine.until(() => engine.progress.length > 0);
  await engine.downloads.cancel(job.key, { removeParts: false });
  await engine.until(() => engine.downloads.progressOf(job.key, job.url) === null);
  expect(await parts()).toBe(2);
  engine.downloads.enqueue(job);
  await engine.until(() => engine.started.length === 2);
  await engine.downloads.cancel(job.key, { removeParts: true });
  await expect.poll(parts).toBe(0);
  expect(engine.saved).toEqual([]);
  expect(engine.failed).toEqual([]);
});

test('what was begun of a task that is forgotten goes with it, also where it was stopped before or by an earlier run', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const slow = { bytes: bigMp4(300_000), etag: '"v1"', pieceBytes: 10_000, pauseMs: 10 };
  const key = 'kie-luma:began';
  const videoUrls = [server.file('/a', slow)];
  const sourceUrl = server.file('/input', slow);
  const told = delivery('began', { videoUrls, sourceUrl });
  const record = fold(undefined, { v: eventFormat, seq: 1, at: '2026-11-20T12:00:00.000Z', ...told }, key);
  if (record === undefined) throw new Error('a callback made no task');
  const { task } = record;
  const parts = async (): Promise<number> => (await engine.files()).filter((file) => file.includes('.part')).length;
  const plan = createDownloadPlan(engine.downloads);
  plan.consider(task);
  engine.downloads.enqueue(videoJob({ kind: 'source', key, url: sourceUrl, target: sourceTarget(task, 1) }));
  await engine.until(() => engine.downloads.progressOf(key, task.videos[0]?.url ?? '') !== null);
  await expect.poll(parts).toBe(4);
  plan.consider({ ...task, trashedAt: '2026-11-20T12:01:00.000Z' });
  await engine.until(() => engine.downloads.progressOf(key, task.videos[0]?.url ?? '') === null);
  expect(await parts()).toBe(4);
  await createDownloadPlan(engine.downloads).forget(task);
  await expect.poll(parts).toBe(0);
  expect(engine.saved).toEqual([]);
});

test('what was begun goes also where it was stopped just before, and its end is still being written', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const slow = { bytes: bigMp4(300_000), etag: '"v1"', pieceBytes: 10_000, pauseMs: 10 };
  const job = videoJob({ url: server.file('/a', slow) });
  engine.downloads.enqueue(job);
  await engine.until(() => engine.progress.length > 0);
  const stopping = engine.downloads.cancel(job.key, { removeParts: false });
  await engine.downloads.cancel(job.key, { removeParts: true, stopped: [job] });
  await stopping;
  expect(await engine.files()).toEqual([]);
});

test('a cancelled task is told to be gone only when nothing of it is being written any more', async () => {
  const server = await startVideoServer();
  let isSaving = false;
  const engine = await startEngine({
    media: {
      async read(file) {
        isSaving = true;
        const facts = await inlineMedia.read(file);
        await soon(); // what comes after the last check is not stopped by a signal
        isSaving = false;
        return facts;
      },
      close: () => Promise.resolve(),
    },
  });
  engine.downloads.enqueue(videoJob({ url: server.file('/a', bigMp4(60_000)) }));
  await engine.until(() => isSaving);
  await engine.downloads.cancel('kie-luma:task-1', { removeParts: true });
  expect(isSaving).toBe(false);
  expect(await engine.files()).toEqual([]);
});

test('the link that dies first is fetched first', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ concurrency: 1 });
  const bytes = bigMp4(100_000);
  const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
  const expiries = [null, inHours(300), inHours(1), inHours(20), null];
  engine.downloads.pause();
  for (const [index, expiresAt] of expiries.entries()) {
    const url = server.file(`/${index}`, bytes);
    engine.downloads.enqueue(videoJob({ url, key: `x:${index}`, target: `videos/${index}`, expiresAt }));
  }
  engine.downloads.resume();
  await engine.until(() => engine.saved.length === 5);
  expect(server.exchanges.map(({ path }) => path)).toEqual(['/2', '/3', '/0', '/4', '/1']);
});

test('the jobs of a task are removed together or by their names, and those of others stay', async () => {
  const { queue, add, begun } = openQueue({ concurrency: 1, perHost: 1 });
  for (const id of ['first', 'a/1', 'a/2', 'b/1', 'a/3']) add(id);
  await soon();
  expect((await queue.remove('a', 'a/2')).map(({ id }) => id)).toEqual(['a/2']);
  expect(await queue.remove('a', 'b/1')).toEqual([]);
  expect((await queue.remove('a')).map(({ id }) => id)).toEqual(['a/1', 'a/3']);
  expect(await queue.remove('a')).toEqual([]);
  await queue.remove('first');
  await expect.poll(() => begun).toEqual(['first', 'b/1']);
  await queue.close();
});

test('a job that waits for its next attempt runs at once when someone asks for it', async () => {
  const { queue, add, finish, begun } = openQueue({ concurrency: 2, perHost: 1 });
  add('a', 'x');
  add('b', 'y');
  await soon();
  await finish('a', { retryInMs: 60_000, holdHostMs: 60_000 });
  await finish('b', { retryInMs: 60_000, holdHostMs: 0 });
  expect(queue.retryNow('a')).toBe(1);
  expect(begun).toEqual(['a', 'b', 'a']);
  expect(queue.retryNow('a')).toBe(0);
  await queue.close();
});

test('another number of jobs at once counts from now on and stops nothing', async () => {
  const { queue, add, finish, running } = openQueue({ concurrency: 1, perHost: 1 });
  for (const id of ['a', 'b', 'c', 'd']) add(id);
  await soon();
  queue.setConcurrency(3);
  expect(running()).toEqual(['a', 'b', 'c']);
  queue.setConcurrency(1);
  expect(running()).toEqual(['a', 'b', 'c']);
  await finish('a');
  expect(running()).toEqual(['b', 'c']);
  await queue.close();
});

test('a job that names another link is tried with it at once, and again after a run with the old one', async () => {
  const { queue, add, finish, begun } = openQueue({ concurrency: 1, perHost: 1 });
  add('a', 'x');
  await soon();
  await finish('a', { retryInMs: 3_600_000, holdHostMs: 0 });
  add('a', 'x');
  await soon();
  expect(begun).toEqual(['a']);
  queue.add({ id: 'a', host: 'x', deadline: 0, link: 'new' });
  await soon();
  expect(begun).toEqual(['a', 'a']);
  queue.add({ id: 'a', host: 'y', deadline: 0, link: 'newer' });
  await finish('a');
  expect(begun).toEqual(['a', 'a', 'a']);
  await finish('a');
  await soon();
  expect(begun).toEqual(['a', 'a', 'a']);
});

test('why a job does not run can be told', async () => {
  const { queue, add, finish } = openQueue({ concurrency: 2, perHost: 1 });
  for (const [id, host] of [
    ['a', 'x'],
    ['b', 'x'],
    ['c', 'y'],
    ['d', 'z'],
  ] as const)
    add(id, host);
  await soon();
  expect(['a', 'b', 'c', 'd', 'e'].map((id) => queue.waitOf(id, id))).toEqual([null, 'host', null, 'places', null]);
  await finish('c', { retryInMs: 60_000, holdHostMs: 60_000 });
  add('f', 'y');
  expect(['c', 'f'].map((id) => queue.waitOf(id, id))).toEqual(['later', 'held']);
  queue.pause();
  expect(queue.waitOf('b', 'b')).toBe('paused');
  await queue.close();
});
