import { createHmac } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../src-main/common/journal-events.ts';
import { InboxError } from '../../../src-main/common/errors.ts';
import type { CallbackUrlEntry } from '../../../src-main/node/callbacks/callback-urls.ts';
import { createIntake, type IntakeAnswer } from '../../../src-main/node/callbacks/intake.ts';
import { verifySignature } from '../../../src-main/node/callbacks/signatures/verify.ts';
import { openLibrary, type Library } from '../../../src-main/node/library/library.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { tempDir } from '../../support/temp-dir.ts';

const secret = 'an-hmac-key-made-up-for-tests';
const token = 'tokentokentokentokentokentoken12';
const url: CallbackUrlEntry = {
  id: 'u1',
  token,
  label: 'Default',
  project: 'pitch-03',
  createdAt: '',
  lastUsedAt: null,
  count: 0,
  revokedAt: null,
};
const now = new Date('2026-11-21T12:00:00Z');

interface Setup {
  readonly library: Library;
  readonly dir: string;
  readonly post: (body: unknown, headers?: Record<string, string>) => Promise<IntakeAnswer>;
}

async function setUp(
  options: {
    require?: string;
    record?: (draft: EventDraft) => Promise<unknown>;
    secrets?: () => readonly string[];
  } = {},
): Promise<Setup> {
  const dir = await tempDir();
  const library = await openLibrary({
    journalDir: path.join(dir, 'journal'),
    indexDir: path.join(dir, 'index'),
    log: silentLog,
    now: () => now,
  });
  const intake = createIntake({
    record: options.record ?? ((draft) => library.record(draft)),
    headsByTaskId: (taskId) => library.headsByTaskId(taskId),
    signedBody: (key, replayKey) => library.signedBody(key, replayKey),
    verify: (input) => verifySignature({ ...input, secrets: (name) => (name === 'KIE_HMAC' ? secret : null), now }),
    requireSignature: () => options.require ?? 'none',
    secrets: options.secrets ?? (() => [token, secret]),
    now: () => now,
    log: silentLog,
  });
  return {
    library,
    dir,
    post: (body, headers = {}) =>
      intake({
        url,
        headers: { 'content-type': 'application/json', ...headers },
        rawBody: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
        remote: '127.0.0.1',
      }),
  };
}

function signed(taskId: string, at = now): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac('sha256', secret).update(`${taskId}.${timestamp}`).digest('base64');
  return { 'x-webhook-timestamp': timestamp, 'x-webhook-signature': signature };
}

const aleph = (taskId: string, video = 'https://media.example.test/a.mp4'): unknown => ({
  code: 200,
  msg: 'success',
  data: { result_video_url: video },
  taskId,
});

async function journalText(dir: string): Promise<string> {
  const names = await readdir(path.join(dir, 'journal'));
  const texts = await Promise.all(names.map((name) => readFile(path.join(dir, 'journal', name), 'utf8')));
  return texts.join('');
}

describe('intake', () => {
  it('stores, then answers; a repeat counts', async () => {
    const { post, library } = await setUp();
    expect(await post(aleph('t1'))).toEqual({ status: 200, body: { code: 200, msg: 'success' } });
    expect(await post(aleph('t1'))).toMatchObject({ status: 200 });
    expect(library.get('kie-aleph:t1')).toMatchObject({ deliveries: 2, tags: ['pitch-03'], trust: 'unsigned' });
  });

  it.each([
    ['not JSON', '{"taskId":', 'not JSON'],
    ['nothing', '', 'empty'],
    ['a list', '[1]', 'JSON object'],
    ['text', '"hello"', 'JSON object'],
    ['no task id', '{"code":200,"msg":"success"}', 'no task id'],
  ])('answers 400 and keeps %s as rejected', async (_name, body, sentence) => {
    const { post, library, dir } = await setUp();
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(sentence);
    await library.close();
    const [event] = (await journalText(dir)).trim().split('\n');
    expect(JSON.parse(event ?? '')).toMatchObject({ type: 'rejected', status: 400, bodyBytes: body.length });
  });

  it('keeps only so many rejected bodies', async () => {
    const { post, library, dir } = await setUp();
    for (let n = 0; n < 260; n += 1) await post('nonsense');
    await library.close();
    expect((await journalText(dir)).trim().split('\n')).toHaveLength(200);
  });

  it('answers a challenge without storing anything', async () => {
    const { post, library, dir } = await setUp();
    expect(await post({ challenge: 'abc' })).toEqual({ status: 200, body: { challenge: 'abc' } });
    await library.close();
    expect(await journalText(dir)).toBe('');
  });

  it('keeps the raw body, without the token that providers echo', async () => {
    const { post, library, dir } = await setUp();
    const promptJson = JSON.stringify({ prompt: 'x', callBackUrl: `https://inbox.example.test/c/${token}` });
    await post(
      { code: 200, msg: 'ok', data: { taskId: 't1', promptJson, resultUrls: [] } },
      { authorization: `Bearer ${secret}` },
    );
    await library.close();
    const text = await journalText(dir);
    expect(text).toContain('promptJson');
    expect(text).not.toContain(token);
    expect(text).not.toContain(secret);
  });

  it('takes out a secret from the moment it is known', async () => {
    const secrets = [token];
    const { post, library, dir } = await setUp({ secrets: () => secrets });
    await post(aleph('before-key'), { 'x-note': 'new-secret-key' });
    secrets.push('new-secret-key');
    await post(aleph('after-key'), { 'x-note': 'new-secret-key' });
    await library.close();
    const [before, after] = (await journalText(dir)).trim().split('\n');
    expect(before).toContain('"x-note":"new-secret-key"');
    expect(after).toContain('"x-note":"[redacted]"');
  });

  it('keeps text as text, also where a program before us put the sign for a broken letter in', async () => {
    const { post, library, dir } = await setUp();
    const body = JSON.stringify({ taskId: 't1', msg: 'caf\uFFFD ä 视频' });
    await post(body);
    await library.close();
    expect(JSON.parse(await journalText(dir))).toMatchObject({ body, bodyEncoding: 'utf8' });
  });

  it('keeps bytes that are not UTF-8 as they are', async () => {
    const { post, library, dir } = await setUp();
    const body = Buffer.concat([Buffer.from('{"taskId":"t1","msg":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect((await post(body)).status).toBe(200);
    await library.close();
    const event = JSON.parse((await journalText(dir)).trim()) as { body: string; bodyEncoding: string };
    expect(event.bodyEncoding).toBe('base64');
    expect(Buffer.from(event.body, 'base64')).toEqual(body);
  });

  it('joins bodies of one family that do not say which provider they are of', async () => {
    const { post, library } = await setUp();
    await post({
      code: 200,
      msg: 'ok',
      data: {
        taskId: 't1',
        promptJson: '{"videoUrl":"https://media.example.test/in.mp4","waterMark":""}',
        resultUrls: ['https://media.example.test/l.mp4'],
      },
    });
    await post({ code: 500, msg: 'failed', data: { taskId: 't1' } });
    expect(library.findByTaskId('t1')).toHaveLength(1);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ state: 'succeeded', deliveries: 2 });
  });

  it('makes one task of two first deliveries that race', async () => {
    const { post, library } = await setUp();
    await Promise.all([
      post({ code: 400, msg: 'failed', data: null, taskId: 't1' }),
      post({
        code: 200,
        msg: 'ok',
        data: { task_id: 't1', video_id: 'v', video_url: 'https://media.example.test/r.mp4' },
      }),
    ]);
    expect(library.findByTaskId('t1')).toHaveLength(1);
  });

  describe('where signatures are demanded', () => {
    it('takes a right one, and refuses one that is missing, wrong or stale', async () => {
      const { post, library } = await setUp({ require: 'all' });
      expect((await post(aleph('t1'), signed('t1'))).status).toBe(200);
      expect(library.get('kie-aleph:t1')?.trust).toBe('signed');
      expect((await post(aleph('t2'))).status).toBe(401);
      expect((await post(aleph('t2'), signed('t3'))).status).toBe(401);
      expect((await post(aleph('t2'), signed('t2', new Date(now.getTime() - 400_000)))).status).toBe(401);
      expect(library.findByTaskId('t2')).toEqual([]);
    });

    it('takes the same signed body again as a repeat, and refuses another body under its signature', async () => {
      const { post, library } = await setUp({ require: 'kie-aleph' });
      expect((await post(aleph('t1'), signed('t1'))).status).toBe(200);
      expect((await post(aleph('t1'), signed('t1'))).status).toBe(200);
      expect((await post(aleph('t1', 'https://evil.example.test/x.mp4'), signed('t1'))).status).toBe(401);
      expect(library.get('kie-aleph:t1')).toMatchObject({ deliveries: 2 });
      expect(library.get('kie-aleph:t1')?.videos).toHaveLength(1);
    });

    it('refuses the second of two bodies that arrive at once under one signature', async () => {
      const { post, library } = await setUp({ require: 'all' });
      const answers = await Promise.all([
        post(aleph('t1'), signed('t1')),
        post(aleph('t1', 'https://evil.example.test/x.mp4'), signed('t1')),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
      expect(library.get('kie-aleph:t1')?.videos).toHaveLength(1);
    });

    it('is not got round by a body of no provider that names a task of one', async () => {
      const { post, library } = await setUp({ require: 'kie-aleph' });
      await post(aleph('t1'), signed('t1'));
      await post({ id: 't1', status: 'done', url: 'https://evil.example.test/x.mp4' });
      expect(library.get('kie-aleph:t1')?.videos).toHaveLength(1);
    });
  });

  it('answers 503 where the disk refuses, and 429 where too much waits', async () => {
    const full = await setUp({ record: () => Promise.reject(new InboxError('storage-failed', 'The disk is full.')) });
    expect(await full.post(aleph('t1'))).toMatchObject({ status: 503, retryAfterSeconds: 30 });
    const busy = await setUp({ record: () => Promise.reject(new InboxError('too-many', 'Too many.')) });
    expect(await busy.post(aleph('t1'))).toMatchObject({ status: 429, retryAfterSeconds: 2 });
  });
});
