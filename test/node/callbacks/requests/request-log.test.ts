import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../../src-main/common/redact.ts';
import { asCurl } from '../../../../src-main/common/requests.ts';
import type { RefusalCode } from '../../../../src-main/common/texts/en-requests.ts';
import { openRequestLog } from '../../../../src-main/node/callbacks/requests/request-log.ts';
import {
  createRequestRecorder,
  type AnsweredRequest,
} from '../../../../src-main/node/callbacks/requests/request-recorder.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const all = { show: 'all', provider: null, text: '', offset: 0, limit: 1000 } as const;

interface Kind {
  readonly body?: string;
  readonly sha?: string | null;
  readonly refused?: RefusalCode;
  readonly remote?: string;
  readonly others?: AnsweredRequest['note']['others'];
}

async function setUp(options: { dir?: string; headBytes?: number; contentBytes?: number } = {}) {
  const dir = options.dir ?? path.join(await tempDir(), 'requests');
  const clock = { date: new Date(2026, 10, 26, 12) };
  const log = await openRequestLog({ log: silentLog, now: () => clock.date, ...options, dir });
  const record = createRequestRecorder(
    log,
    () => createRedactor(['a-real-secret']),
    () => clock.date.getTime(),
  );
  const arrive = ({ body = '{"id":"t1"}', sha = body, refused, remote = '203.0.113.9', others }: Kind = {}): void => {
    const request: AnsweredRequest = {
      at: clock.date.toISOString(),
      method: 'POST',
      status: refused === undefined ? 200 : 400,
      ms: 2.345,
      bytes: body.length,
      urlId: 'u1',
      remote,
      headers: { 'content-type': 'application/json', 'x-webhook-signature': 'abcdef', 'x-note': 'a-real-secret' },
      note: {
        outcome: refused === undefined ? 'stored' : 'refused',
        code: refused ?? null,
        facts: {},
        provider: 'kling',
        taskId: 't1',
        key: 'kling:t1',
        trust: 'unsigned',
        odd: null,
        result: null,
        kept: { body, bodyEncoding: 'utf8' },
        bodySha256: sha,
        ...(others === undefined ? {} : { others }),
      },
    };
    record(request);
  };
  return { dir, log, clock, arrive };
}

describe('the request log', () => {
  it('opens where a later version refused for a reason of its own', async () => {
    const { dir, log, arrive } = await setUp();
    arrive({ body: '{"id":"t1"}' });
    arrive({ body: 'hello', refused: 'not-readable' });
    await log.close();
    const file = path.join(dir, 'heads-1.ndjson');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"not-readable"', '"of-a-later-version"'));
    const again = await setUp({ dir });
    expect((await again.log.query(all)).rows.map(({ n }) => n)).toEqual([1]);
  });

  it('finds those of one task by its key, and of no other whose key only looks like it', async () => {
    const { log, arrive } = await setUp();
    arrive();
    expect((await log.query({ ...all, key: 'kling:t1' })).rows).toMatchObject([{ n: 1, taskId: 't1' }]);
    expect((await log.query({ ...all, key: 'kling:t' })).rows).toEqual([]);
    await log.close();
  });

  it('tells what arrived, newest first, with all that it came with and without secrets', async () => {
    const { log, arrive } = await setUp();
    arrive({ body: '{"id":"t1"}' });
    arrive({ body: 'hello', refused: 'not-readable' });
    const page = await log.query(all);
    expect(page.rows.map(({ n, status, code }) => [n, status, code])).toEqual([
      [2, 400, 'not-readable'],
      [1, 200, null],
    ]);
    expect(page.counts).toMatchObject({ all: 2, refused: 1, odd: 0, providers: ['kling'] });
    const detail = await log.get(1);
    expect(detail).toMatchObject({ body: '{"id":"t1"}', ms: 2.3, nth: 1, provider: 'kling' });
    expect(detail?.headers).toEqual({
      'content-type': 'application/json',
      'x-webhook-signature': '[hidden: 6 characters]',
      'x-note': '[redacted]',
    });
    expect(await log.get(7)).toBeNull();
  });

  it('is there after a restart, and goes on counting', async () => {
    const { dir, log, arrive } = await setUp();
    arrive({ body: 'first' });
    arrive({ body: 'second', refused: 'not-readable' });
    await log.close();
    const next = await setUp({ dir });
    expect(next.log.summary()).toMatchObject({ refusedToday: 1, lastRefused: { n: 2, status: 400 } });
    next.arrive({ body: 'third' });
    expect((await next.log.query(all)).rows.map(({ n }) => n)).toEqual([3, 2, 1]);
    expect((await next.log.get(2))?.body).toBe('second');
    await next.log.close();
  });

  it('folds what is the same after the third time', async () => {
    const { log, arrive, clock, dir } = await setUp();
    for (let times = 0; times < 44; times += 1) {
      clock.date = new Date(clock.date.getTime() + 1000);
      arrive();
    }
    const expectFolded = async (from: typeof log): Promise<void> => {
      const { rows, counts } = await from.query(all);
      expect(rows.map(({ n, nth, again }) => [n, nth, again])).toEqual([
        [3, 3, 41],
        [2, 2, 0],
        [1, 1, 0],
      ]);
      expect(counts.all).toBe(44);
      expect(rows[0]?.lastAt).toBe(clock.date.toISOString());
    };
    await expectFolded(log);
    await log.close();
    await expectFolded((await setUp({ dir })).log);
  });

  it('lists again what is the same as one that left the list', async () => {
    const { log, clock } = await setUp();
    const add = (taskId: string): void => {
      const at = clock.date.toISOString();
      const told = { at, method: 'POST', status: 200, ms: 1, bytes: 2, urlId: 'u1', remote: null, message: null };
      const found = { outcome: 'stored', code: null, facts: {}, provider: 'kling', taskId, key: null } as const;
      log.add({
        head: { ...told, ...found, trust: null, state: null, videos: 0, odd: null },
        content: null,
        sameAs: taskId,
      });
    };
    // Met so often that it stays known, while ten thousand others drive its row out.
    for (let n = 0; n < 10_100; n += 1) {
      if (n % 1000 === 0) add('again and again');
      add(`t${n}`);
    }
    add('again and again');
    const { rows } = await log.query({ ...all, text: 'again and again' });
    expect(rows.map(({ taskId, nth, again }) => [taskId, nth, again])).toEqual([['again and again', 1, 1]]);
    await log.close();
  });

  it('counts the refused ones of a day, and begins again on the next', async () => {
    const { log, arrive, clock } = await setUp();
    for (let times = 0; times < 10; times += 1) arrive({ refused: 'empty' });
    expect(log.summary()).toMatchObject({
      refusedToday: 10,
      lastRefused: { message: expect.stringMatching(/empty/) as string },
    });
    clock.date = new Date(2026, 10, 27, 0, 1);
    expect(log.summary()).toMatchObject({ refusedToday: 0, lastRefused: { status: 400 } });
    arrive({ refused: 'empty' });
    expect(log.summary().refusedToday).toBe(1);
  });

  it('tells of what lasts for a minute, also where the clock is set back by a day meanwhile', async () => {
    const { log, arrive, clock } = await setUp();
    arrive({ refused: 'too-many-requests' });
    expect(log.summary().trouble).toMatchObject({ code: 'too-many-requests' });
    clock.date = new Date(2026, 10, 25, 12, 2);
    expect(log.summary().trouble).toBeNull();
    arrive({ refused: 'too-many-requests' });
    expect(log.summary().trouble).toMatchObject({ since: clock.date.toISOString() });
    await log.close();
  });

  it('counts those of the day after a restart, too, which so many others have driven out of the list', async () => {
    const { dir, log, arrive, clock } = await setUp({ headBytes: 64 * 1024 * 1024 });
    arrive({ refused: 'empty' });
    await log.close(); // what was to be written is
    for (let n = 0; n < 10_000; n += 1) arrive({ body: String(n) });
    expect((await log.query(all)).counts.refused).toBe(0);
    expect(log.summary().refusedToday).toBe(1);
    await log.close();
    const next = await setUp({ dir });
    expect(next.log.summary()).toMatchObject({ refusedToday: 1, lastRefused: { n: 1 } });
    next.clock.date = clock.date;
    next.arrive({ body: 'one more' });
    expect((await next.log.query(all)).rows[0]?.n).toBe(10_002);
    expect((await next.log.query(all)).counts.all).toBe(10_000);
    await next.log.close();
  });

  it('finds by task, header and body', async () => {
    const { log, arrive } = await setUp();
    arrive({ body: '{"note":"needle"}' });
    arrive({ body: '{"note":"hay"}' });
    expect((await log.query({ ...all, text: 'NEEDLE' })).rows.map(({ n }) => n)).toEqual([1]);
    expect((await log.query({ ...all, text: 'kling:t1' })).total).toBe(2);
    expect((await log.query({ ...all, show: 'refused' })).total).toBe(0);
    expect((await log.query({ ...all, offset: 1, limit: 1 })).rows.map(({ n }) => n)).toEqual([1]);
  });

  it('stays small under a flood of refused ones, which are counted and do not drive out the others', async () => {
    const { log, arrive, dir } = await setUp();
    arrive({ body: 'the real one' });
    for (let n = 0; n < 20_000; n += 1) arrive({ body: `${'x'.repeat(2000)} ${String(n)}`, refused: 'not-readable' });
    expect((await log.get(1))?.body).toBe('the real one');
    expect(log.summary().refusedToday).toBe(20_000);
    await log.close();
    expect(await sizeOf(dir)).toBeLessThan(2 * 1024 * 1024);
    expect((await setUp({ dir })).log.summary().refusedToday).toBe(20_000);
  });

  it('keeps two generations, and heads whose body is gone', async () => {
    const { log, arrive, dir } = await setUp({ contentBytes: 20_000 });
    for (let n = 0; n < 60; n += 1) {
      arrive({ body: `${'x'.repeat(2000)} ${String(n)}` });
      if (n % 5 === 4) await log.query({ ...all, text: 'x' });
      if (n % 10 === 9) await log.close();
    }
    expect((await readdir(dir)).filter((name) => name.startsWith('contents-'))).toHaveLength(2);
    expect(await log.get(1)).toMatchObject({ n: 1, body: null });
    expect((await log.get(60))?.body).toMatch(/ 59$/);
  });

  it('goes on in memory where the disk refuses', async () => {
    const { log, arrive, dir } = await setUp();
    arrive({ body: 'first' });
    await log.close();
    await rm(dir, { recursive: true });
    arrive({ body: 'second' });
    expect((await log.query(all)).total).toBe(2);
    expect((await log.get(2))?.body).toBe('second');
  });

  it('keeps no more in memory than it should where the disk refuses for long', async () => {
    const { log, arrive, dir } = await setUp();
    await rm(dir, { recursive: true, force: true });
    await writeFile(dir, 'a file where the folder should be');
    const body = 'x'.repeat(1_000_000);
    for (let n = 0; n < 60; n += 1) arrive({ body, sha: String(n) });
    const kept = [];
    for (let n = 1; n <= 60; n += 1) kept.push((await log.get(n))?.body !== null);
    expect(kept.filter(Boolean)).toHaveLength(33);
    expect((await log.query(all)).total).toBe(60);
  });

  it('counts the tasks of one body as long as their names are', async () => {
    const { log, arrive, dir } = await setUp();
    await rm(dir, { recursive: true, force: true });
    await writeFile(dir, 'a file where the folder should be');
    const taskId = 't'.repeat(500);
    const others = Array.from({ length: 1000 }, () => ({ taskId, key: `kling:${taskId}`, videos: 0 }));
    for (let n = 0; n < 60; n += 1) arrive({ sha: String(n), others });
    const kept = [];
    for (let n = 1; n <= 60; n += 1) kept.push((await log.get(n))?.body !== null);
    // 32 MiB hold 31 times some 1,070 characters of 1,000 tasks; the others are told without their content.
    expect(kept.filter(Boolean).length).toBeLessThan(33);
    expect(kept.filter(Boolean).length).toBeGreaterThan(28);
  });

  it('does not keep the inbox from starting where what is there cannot be read', async () => {
    const dir = path.join(await tempDir(), 'requests');
    // Read, it gives an error that is neither "not there" nor "not allowed".
    await mkdir(path.join(dir, 'heads-1.ndjson'), { recursive: true });
    const { log, arrive } = await setUp({ dir });
    arrive();
    expect((await log.query(all)).total).toBe(1);
    await log.close();
  });

  it('is told as a command that a shell takes as it is', async () => {
    const { log, arrive } = await setUp();
    arrive({ body: `{"note":"it's"}` });
    const detail = await log.get(1);
    if (detail === null) throw new Error('the request is not there');
    expect(asCurl(detail, 'http://127.0.0.1:1/c/[hidden]')).toBe(
      [
        `curl -X POST 'http://127.0.0.1:1/c/[hidden]' \\`,
        `  -H 'content-type: application/json' \\`,
        `  -H 'x-webhook-signature: [hidden: 6 characters]' \\`,
        `  -H 'x-note: [redacted]' \\`,
        `  --data-binary '{"note":"it'\\''s"}'`,
      ].join('\n'),
    );
    // Of this one curl would read a file of whoever pastes the command.
    arrive({ body: '@/etc/passwd' });
    const named = await log.get(2);
    expect(named === null ? '' : asCurl(named, '').split('\n').at(-1)).toBe(`  --data-raw '@/etc/passwd'`);
  });
});

async function sizeOf(dir: string): Promise<number> {
  const sizes = await Promise.all((await readdir(dir)).map(async (name) => (await stat(path.join(dir, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
