import { expect, test } from 'vitest';
import type { Log } from '../../../src-main/node/log/log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import type { DownloadTrouble } from '../../../src-main/common/download-trouble.ts';
import { DownloadFault } from '../../../src-main/node/downloads/download-fault.ts';
import {
  countAttempts,
  decideRetry,
  defaultRetry,
  newAttempts,
  type Attempts,
  type LinkTimes,
} from '../../../src-main/node/downloads/retry-policy.ts';
import type { DownloadJob } from '../../../src-main/node/downloads/downloads.ts';
import { createLinkTries } from '../../../src-main/node/downloads/link-tries.ts';
import { createSettler } from '../../../src-main/node/downloads/settle-attempt.ts';
import { bigMp4 } from '../../support/big-mp4.ts';
import { answer, startVideoServer } from '../../support/video-server.ts';
import { startEngine, videoJob } from './harness.ts';

const video = bigMp4(200_000);
const hour = 3_600_000;

test.each([
  [404, 'gone', /no longer there \(404\)/],
  [410, 'gone', /no longer there \(410\)/],
  [401, 'forbidden', /does not let us fetch this file \(401\)/],
  [403, 'forbidden', /does not let us fetch this file \(403\)/],
  [400, 'forbidden', /\(400\)/],
])('%i is final after three attempts: %s', async (status, code, sentence) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const end = await engine.fetch({ url: server.status('/a.mp4', status) });
  expect(end).toMatchObject({ code, message: expect.stringMatching(sentence) as string });
  // A refusal is asked about twice each time: as we are, and as a browser.
  expect(server.exchanges).toHaveLength(code === 'forbidden' ? 6 : 3);
});

test('a file that is not there at first, as with a slow edge server, is fetched', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.sequence('/a.mp4', [answer(404), answer(410), { bytes: video }]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: video.length });
});

test('a server that recovers is waited for', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ retry: { giveUpAfterMs: hour } });
  const steps = [500, 502, 503, 504, 408, 500, 500].map((status) => answer(status));
  const url = server.sequence('/a.mp4', [...steps, { bytes: video }]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: video.length });
  expect(engine.waits.map(({ wait }) => wait.code)).toEqual(Array(7).fill('server'));
});

test('a server that stays broken is given up, and the person is told how often it was tried', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const end = await engine.fetch({ url: server.status('/a.mp4', 500) });
  expect(end).toMatchObject({ code: 'server', message: expect.stringContaining('After 4 attempts') as string });
});

test.each([
  ['in seconds', () => '1'],
  ['as a date', () => new Date(Date.now() + 1900).toUTCString()],
])('Retry-After %s holds all downloads from that host', async (_name, value) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  let askedAgainAt = 0;
  const url = server.sequence('/a.mp4', [
    (request, response, exchange) => answer(429, { 'retry-after': value() })(request, response, exchange),
    (_request, response) => {
      askedAgainAt = Date.now();
      response.writeHead(200).end(video);
    },
  ]);
  engine.downloads.enqueue(videoJob({ url }));
  await engine.until(() => engine.waits.length === 1);
  const retryAt = Date.parse(engine.waits[0]?.wait.retryAt ?? '');
  engine.downloads.enqueue(videoJob({ key: 'x:2', url: server.file('/b.mp4', video), target: 'videos/b' }));
  await engine.until(() => engine.saved.length === 2);
  expect(askedAgainAt).toBeGreaterThanOrEqual(retryAt - 2);
  expect(server.exchanges.map(({ path }) => path).indexOf('/b.mp4')).toBeGreaterThan(0);
  expect(engine.waits).toHaveLength(1);
});

test('a server that stops in the middle is noticed, and the rest is fetched', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ timeouts: { stallMs: 150 } });
  const file = { bytes: video, etag: '"v1"' };
  const url = server.sequence('/a.mp4', [{ ...file, stallAfter: 120_000 }, file]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: video.length });
  expect(server.exchanges[1]?.range).toBe('bytes=120000-');
  expect(engine.waits[0]?.wait).toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('stopped sending') as string,
  });
});

test('a server that falls silent behind the headers of a packed file is left as soon as any other', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ timeouts: { stallMs: 150 } });
  const url = server.handle('/a.mp4', (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '5000000' });
    response.flushHeaders();
  });
  expect(await engine.fetch({ url })).toMatchObject({ trouble: { reason: 'stalled' } });
});

test('a server that only trickles gives its place to others, and is asked again', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ timeouts: { trickleMs: 300, stallMs: 5000 } });
  const file = { bytes: video, etag: '"v1"' };
  const url = server.sequence('/a.mp4', [{ ...file, pieceBytes: 10, pauseMs: 30 }, file]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: video.length });
  expect(engine.waits[0]?.wait.code).toBe('timeout');
  expect(server.exchanges).toHaveLength(2);
});

test('an attempt that takes too long in all ends, and the next one goes on', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ timeouts: { totalMs: 400, stallMs: 5000 } });
  const file = { bytes: video, etag: '"v1"' };
  const url = server.sequence('/a.mp4', [{ ...file, pieceBytes: 2000, pauseMs: 20 }, file]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: video.length });
  expect(engine.waits[0]?.wait.code).toBe('timeout');
  expect(server.exchanges[1]?.range).toMatch(/^bytes=[1-9]/);
});

test('a server that never answers is left', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ timeouts: { headersMs: 200 } });
  const url = server.sequence('/a.mp4', [() => undefined, { bytes: video }]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: video.length });
  expect(engine.waits[0]?.wait).toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('did not answer') as string,
  });
});

test('a server that is away for a while is waited for', async () => {
  const server = await startVideoServer();
  const url = server.file('/a.mp4', video);
  await server.close();
  const engine = await startEngine({ retry: { giveUpAfterMs: hour } });
  engine.downloads.enqueue(videoJob({ url }));
  await engine.until(() => engine.waits.length >= 3);
  expect(engine.waits[0]?.wait).toMatchObject({
    code: 'network',
    message: expect.stringContaining('takes no connections') as string,
  });
  expect(engine.failed).toEqual([]);
});

test('a name that does not exist is trouble with the network, not the end', async () => {
  const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  const engine = await startEngine({ resolveHost: (_host, callback) => callback(notFound, []) });
  expect(await engine.fetch({ url: 'http://no-such-host.example/a.mp4' })).toMatchObject({
    code: 'network',
    message: expect.stringContaining('could not be found') as string,
  });
});

const noEnd: LinkTimes = { toldAt: 0, endsAt: null, steadyAgeMs: null };
const network: DownloadTrouble = { reason: 'connection-cut', host: 'x' };
const full: DownloadTrouble = { reason: 'disk-full', neededBytes: null };

function decideOften(trouble: DownloadTrouble, times: number, attempts: Attempts, now: number) {
  const fault = new DownloadFault(trouble);
  return Array.from({ length: times }, () => decideRetry(fault, attempts, defaultRetry, noEnd, now, 1));
}

test('waits double up to five minutes and vary downwards by up to half', () => {
  const delays = decideOften(network, 11, newAttempts(0), 0).map((one) => (one === 'give-up' ? -1 : one.retryInMs));
  expect(delays.slice(0, 5)).toEqual([2000, 4000, 8000, 16_000, 32_000]);
  expect(delays.at(-1)).toBe(300_000);
  expect(decideRetry(new DownloadFault(network), newAttempts(0), defaultRetry, noEnd, 0, 0)).toEqual({
    retryInMs: 1000,
    holdHostMs: 0,
    isLate: false,
  });
});

test('trouble ends after a day, or with the link, but never after a few attempts only', () => {
  const late = newAttempts(0);
  decideOften(network, 30, late, 23 * hour);
  expect(decideOften(network, 1, late, 23 * hour)).not.toEqual(['give-up']);
  expect(decideOften(network, 1, late, 25 * hour)).toEqual(['give-up']);
  const fault = new DownloadFault(network);
  expect(decideRetry(fault, late, defaultRetry, { ...noEnd, endsAt: 2 * hour }, 3 * hour, 1)).toBe('give-up');
  // A machine that slept for three days after its first attempt.
  expect(decideOften(network, 1, newAttempts(0), 72 * hour)).not.toEqual(['give-up']);
});

test('a machine that wakes after days tries as often as at first before it gives up', async () => {
  const server = await startVideoServer();
  const url = server.url('/a.mp4');
  await server.close();
  let aheadMs = 0;
  const engine = await startEngine({
    now: () => Date.now() + aheadMs,
    retry: { giveUpAfterMs: 24 * hour, firstDelayMs: 1 },
  });
  engine.downloads.enqueue(videoJob({ url }));
  await engine.until(() => engine.waits.length >= 6);
  // As a wake does: the clock is ahead, and what waits is tried at once.
  aheadMs = 72 * hour;
  const before = engine.waits.length;
  engine.downloads.resume();
  await engine.until(() => engine.failed.length > 0 || engine.waits.length >= before + 3);
  expect(engine.failed).toEqual([]);
  await engine.until(() => engine.failed.length > 0);
});

test('new bytes start the waits again', () => {
  const attempts = newAttempts(0);
  decideOften(network, 6, attempts, 0);
  const fault = new DownloadFault(network, { endedAt: 1000 });
  expect(decideRetry(fault, attempts, defaultRetry, noEnd, 0, 1)).toEqual({
    retryInMs: 2000,
    holdHostMs: 0,
    isLate: false,
  });
});

test('a full disk is looked at once a minute for ever', () => {
  const attempts = newAttempts(0);
  const decisions = decideOften(full, 5000, attempts, 400 * hour);
  expect(new Set(decisions.map((one) => (one === 'give-up' ? 0 : one.retryInMs)))).toEqual(new Set([60_000]));
  expect(attempts.total).toBe(0);
});

test('a Retry-After of a year is cut to an hour', () => {
  const fault = new DownloadFault({ reason: 'too-many-requests', host: 'x' }, { retryAfterMs: 365 * 24 * hour });
  expect(decideRetry(fault, newAttempts(0), defaultRetry, noEnd, 0, 1)).toEqual({
    retryInMs: hour,
    holdHostMs: 600_000,
    isLate: false,
  });
});

test('a host that says "too many" and no time is left alone for half a minute at most; one that says "now" is not', () => {
  const crowded: DownloadTrouble = { reason: 'too-many-requests', host: 'x' };
  const holds = decideOften(crowded, 6, newAttempts(0), 0).map((one) => (one === 'give-up' ? -1 : one.holdHostMs));
  expect(holds).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000]);
  const now = new DownloadFault(crowded, { retryAfterMs: 0 });
  expect(decideRetry(now, newAttempts(0), defaultRetry, noEnd, 0, 1)).toMatchObject({ holdHostMs: 0 });
});

test('a link that dies within its Retry-After is asked for while it lives', () => {
  const fault = new DownloadFault({ reason: 'server-error', host: 'x', status: 503 }, { retryAfterMs: hour });
  const link = { ...noEnd, endsAt: 40 * 60_000 };
  expect(decideRetry(fault, newAttempts(0), defaultRetry, link, 0, 1)).toMatchObject({ retryInMs: 20 * 60_000 });
  expect(decideRetry(fault, newAttempts(0), defaultRetry, { ...noEnd, endsAt: 3 * hour }, 0, 1)).toMatchObject({
    retryInMs: hour,
  });
});

test('a clock that is set back by a day does not make a pause that a host asked for a day longer', async () => {
  const server = await startVideoServer();
  let back = 0;
  const engine = await startEngine({ now: () => Date.now() - back });
  const url = server.sequence('/a.mp4', [answer(429, { 'retry-after': '1' }), { bytes: video }]);
  engine.downloads.enqueue(videoJob({ url }));
  await engine.until(() => engine.waits.length > 0);
  back = 24 * hour;
  engine.downloads.resume();
  await engine.until(() => engine.saved.length === 1);
});

test('a clock that is set back by a day makes no link of a film wait a day for the others', () => {
  let back = 0;
  const tries = createLinkTries(
    ({ key }) => key,
    () => Date.now() - back,
  );
  const job = videoJob({ url: 'https://cdn.example/a.mp4', spareUrls: ['https://cdn.example/b.mp4'] });
  tries.next(job).after({ retryInMs: 1000, holdHostMs: 0, isLate: false });
  back = 24 * hour;
  const other = tries.next(job);
  expect(other.url).toBe('https://cdn.example/b.mp4');
  expect(other.after('give-up')).toBeLessThanOrEqual(1000);
});

test('a fault of our own is logged whole once, told as what it is, and not tried for a day', async () => {
  const logged: object[] = [];
  const log: Log = { ...silentLog, error: (fields) => void logged.push(fields) };
  const bug = new TypeError("Cannot read properties of undefined (reading 'length')");
  const engine = await startEngine({
    log,
    resolveHost() {
      throw bug;
    },
  });
  expect(await engine.fetch({ url: 'http://video.example/a.mp4' })).toMatchObject({
    code: 'internal',
    message: expect.stringContaining('Something in Video Inbox broke') as string,
  });
  expect(logged).toMatchObject([{ error: bug, key: 'kie-luma:task-1' }]);
  expect(engine.waits).toEqual([]);
});

const refusal = (status: number): DownloadFault =>
  new DownloadFault(
    status === 404 || status === 410
      ? { reason: 'gone', host: 'x', status }
      : { reason: 'forbidden', host: 'x', status },
  );

/** When a failure that stays the same is met, in seconds after the callback, until it is given up. */
function schedule(fault: DownloadFault, link: Partial<LinkTimes> = {}, startsAt = 0): number[] {
  const attempts = newAttempts(startsAt);
  const times: number[] = [];
  for (let at = startsAt; ;) {
    times.push(Math.round(at / 1000));
    const decision = decideRetry(fault, attempts, defaultRetry, { ...noEnd, ...link }, at, 1);
    if (decision === 'give-up') return times;
    at += decision.retryInMs;
  }
}

test.each([404, 403])('a %i soon after the callback means that the file is not there yet, for hours', (status) => {
  const times = schedule(refusal(status));
  expect(times.slice(0, 8)).toEqual([0, 2, 6, 14, 30, 62, 122, 182]);
  expect(times.at(-1)).toBeGreaterThanOrEqual(2 * 3600);
  // Ten times in ten minutes, then twelve an hour.
  expect(times.length).toBeLessThan(45);
});

test('a file that is short or empty is asked for again for more than half an hour', () => {
  for (const trouble of [{ reason: 'empty', host: 'x' }, { reason: 'cut-short' }, { reason: 'no-index' }] as const) {
    const times = schedule(new DownloadFault(trouble));
    expect(times.at(-1)).toBeGreaterThan(30 * 60);
  }
});

test.each([
  ['{"status":"processing"}', true],
  ['{"error":"The file is still processing"}', true],
  ['<Error><Code>NoSuchKey</Code></Error>', true],
  ['Your export failed to start, it is queued again', true],
  ['Error processing video', false],
  ['{"message":"An error occurred while processing your request"}', false],
  ['{"error":"Video processing failed"}', false],
  ['Processing was cancelled', false],
  ['Unable to finish processing', false],
])('a message in place of the file, %s: not yet there is %s', (excerpt, isAwaited) => {
  const times = schedule(new DownloadFault({ reason: 'text-answer', host: 'x', format: 'text', excerpt }));
  expect((times.at(-1) ?? 0) >= 2 * 3600).toBe(isAwaited);
});

test.each([
  ['This file is not ready yet', true],
  ['503 Service Temporarily Unavailable', true],
  ['Link expired', false],
  ['Sign in', false],
  ['', false],
])('a page in place of the file, called %j: not yet there is %s', (title, isAwaited) => {
  const times = schedule(new DownloadFault({ reason: 'web-page', host: 'x', title }));
  expect((times.at(-1) ?? 0) >= 2 * 3600).toBe(isAwaited);
});

test('what is known to be dead is not waited for: 410, a link past its end, an old callback', () => {
  expect(schedule(refusal(410))).toHaveLength(3);
  expect(schedule(refusal(401))).toHaveLength(3);
  const ended = schedule(refusal(403), { endsAt: 300_000 });
  expect(ended.at(-1)).toBeGreaterThanOrEqual(300);
  expect(ended.at(-1)).toBeLessThan(400);
  expect(schedule(refusal(404), {}, 5 * hour)).toHaveLength(3);
});

test('a clock that jumps ahead by a day does not make a file old that was told of a minute ago', () => {
  const attempts = newAttempts(0);
  for (let minutes = 1; minutes < 10; minutes += 1) {
    const link = { ...noEnd, steadyAgeMs: minutes * 60_000 };
    expect(decideRetry(refusal(404), attempts, defaultRetry, link, 24 * hour, 1)).toMatchObject({ isLate: true });
  }
  const old = { ...noEnd, steadyAgeMs: 11 * 60_000 };
  expect(decideRetry(refusal(404), attempts, defaultRetry, old, 24 * hour, 1)).toBe('give-up');
  expect(decideRetry(refusal(410), attempts, defaultRetry, { ...noEnd, steadyAgeMs: 0 }, 0, 1)).toBe('give-up');
});

test('a file that gave bytes before is not told of as not being there yet, and is tried as long', () => {
  const attempts = newAttempts(0);
  attempts.mostBytes = 1000;
  const decision = decideRetry(refusal(403), attempts, defaultRetry, noEnd, 0, 0.5);
  expect(decision).toMatchObject({ isLate: false });
  expect(decision).toHaveProperty('retryInMs');
});

test('the number of attempts to come is told', () => {
  const attempts = newAttempts(0);
  const decision = decideRetry(refusal(404), attempts, defaultRetry, noEnd, 0, 0.5);
  expect(decision).toMatchObject({ isLate: true });
  const of = countAttempts(refusal(404), attempts, defaultRetry, noEnd, 2000) ?? 0;
  expect(attempts.total).toBe(1);
  expect(of).toBeGreaterThan(30);
  expect(countAttempts(new DownloadFault(full), attempts, defaultRetry, noEnd, 2000)).toBeNull();
});

test('a file that comes minutes after its callback is told as not there yet, and saved', async () => {
  const server = await startVideoServer();
  // A scaled clock: one millisecond is a second. More often than a refusal is met otherwise.
  const engine = await startEngine({
    retry: { lateMs: hour, soonMs: hour, lateDelayMs: 60, firstDelayMs: 2, maxDelayMs: 300, refusedAttempts: 3 },
  });
  const url = server.sequence('/a.mp4', [...Array.from({ length: 6 }, () => answer(404)), { bytes: video }]);
  const end = await engine.fetch({ url, toldAt: new Date().toISOString() });
  expect(end).toMatchObject({ sizeBytes: video.length });
  expect(engine.waits).toHaveLength(6);
  expect(engine.waits[0]?.wait).toMatchObject({
    code: 'gone',
    trouble: { reason: 'not-there-yet', status: 404 },
    message: expect.stringContaining('not there yet') as string,
    n: 1,
  });
  expect(engine.failed).toEqual([]);
});

test('a store that copies it, writes it or says in words that it is not ready is asked again', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({
    retry: { lateMs: hour, soonMs: hour, lateDelayMs: 60, firstDelayMs: 2, maxDelayMs: 300, refusedAttempts: 3 },
  });
  const words = [
    '{"status":"processing"}',
    '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>',
    '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>Please try again.</Message></Error>',
    'not ready yet',
  ];
  const url = server.sequence('/a.mp4', [
    ...[409, 423, 409, 423].map((status) => answer(status)),
    ...words.map((body) => answer(200, {}, body)),
    { bytes: video },
  ]);
  const end = await engine.fetch({ url, toldAt: new Date().toISOString() });
  expect(end).toMatchObject({ sizeBytes: video.length });
  expect(engine.waits.at(-1)?.wait).toMatchObject({
    trouble: { reason: 'text-answer', excerpt: 'not ready yet' },
    message: expect.stringContaining('not ready yet') as string,
  });
});

test('the right to a job is given back where the run of it breaks off, and the job comes again', async () => {
  const server = await startVideoServer();
  const rights = { held: 0, asked: 0 };
  const engine = await startEngine({
    rights: {
      againMs: 5,
      othersHaveRoom: () => false,
      isWanted() {
        rights.asked += 1;
        if (rights.asked === 2) throw new Error('the library cannot be read');
        return true;
      },
      take() {
        rights.held += 1;
        return Promise.resolve({
          lost: new AbortController().signal,
          end: () => Promise.resolve(void (rights.held -= 1)),
        });
      },
    },
  });
  await engine.fetch({ url: server.sequence('/a.mp4', [{ bytes: video }]) });
  await engine.until(() => rights.held === 0);
  expect(engine.saved).toHaveLength(1);
});

test('an input of a host that cannot be reached makes its next ones wait; a video does not', async () => {
  const nobody = () => Promise.resolve();
  const settle = createSettler({
    reports: {
      saved: nobody,
      posterSaved: nobody,
      sourceSaved: nobody,
      sourceFailed: nobody,
      failed: nobody,
      started: () => undefined,
      progress: () => undefined,
    },
    retry: defaultRetry,
    now: () => 0,
    random: () => 0.5,
    log: silentLog,
    discard: nobody,
  });
  const { signal } = new AbortController();
  const holdAfter = async (kind: DownloadJob['kind'], trouble: DownloadTrouble) => {
    const job = videoJob({ kind, url: 'https://away.test/a.mp4' });
    const link = createLinkTries(
      ({ key }) => key,
      () => 0,
    ).next(job);
    const result = await settle(job, new DownloadFault(trouble), link, signal);
    return result === 'done' ? null : result.holdHostMs;
  };
  expect(await holdAfter('source', { reason: 'no-such-host', host: 'away.test' })).toBe(5000);
  expect(await holdAfter('source', { reason: 'server-error', host: 'away.test', status: 503 })).toBe(0);
  expect(await holdAfter('video', { reason: 'no-such-host', host: 'away.test' })).toBe(0);
});
