/** What people reported of receivers like this one, on the wire: `test/fixtures/field`, the files about how a body arrives. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { request, type Reply } from '../support/http-request.ts';
import { listenVideoServer } from '../support/video-server.ts';

const inboxes = createInboxes({ inTurn: true });
let inbox: Inbox;

beforeAll(async () => {
  inbox = await inboxes.start();
});
afterAll(() => inboxes.close());

interface FieldCase {
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly suffixes?: readonly string[];
  readonly expect: { readonly taskId?: string; readonly status?: string; readonly videoUrls?: readonly string[] };
}

async function field(name: string): Promise<FieldCase> {
  const file = path.join(repoDir, 'test/fixtures/field', `${name}.json`);
  return JSON.parse(await readFile(file, 'utf8')) as FieldCase;
}

const json = { 'Content-Type': 'application/json' };
const post = (body: string | Buffer, headers: Readonly<Record<string, string>> = json, suffix = ''): Promise<Reply> =>
  request(inbox.callbackUrl + suffix, { method: 'POST', headers, body });

async function expectRead({ expect: { taskId = '', status, videoUrls = [] } }: FieldCase): Promise<void> {
  const task = await inbox.call('tasks:get', taskId);
  expect(task?.state).toBe(status);
  expect(task?.videos.map(({ url }) => url)).toEqual(videoUrls);
}

describe('a callback', () => {
  it('that is packed', async () => {
    const sample = await field('gzip-body');
    const body = JSON.stringify(sample.body);
    expect((await post(gzipSync(body), { ...json, 'Content-Encoding': 'gzip' })).status).toBe(200);
    await expectRead(sample);
    const other = body.replace('tr-gzip-1', 'tr-gzip-2');
    expect((await post(other, { ...json, 'Content-Encoding': 'gzip' })).status).toBe(200);
    expect(await inbox.call('tasks:get', 'tr-gzip-2')).toMatchObject({ state: 'succeeded' });
  });

  it('that is a form, with plain fields or with JSON in one', async () => {
    const sample = await field('form-encoded-body');
    expect((await post(sample.rawBody ?? '', sample.headers)).status).toBe(200);
    await expectRead(sample);
    const payload = new URLSearchParams({ payload: '{"id":"form-json-1","status":"failed","error":"no luck"}' });
    expect((await post(payload.toString(), sample.headers)).status).toBe(200);
    expect(await inbox.call('tasks:get', 'form-json-1')).toMatchObject({ state: 'failed', message: 'no luck' });
  });

  it('with NaN and Infinity in it', async () => {
    const sample = await field('nan-in-json');
    expect((await post(sample.rawBody ?? '')).status).toBe(200);
    await expectRead(sample);
  });

  it('that is large: logs, and a picture as a data URI', async () => {
    const sample = await field('large-body');
    const body = (id: string, more: object): string =>
      JSON.stringify({
        id,
        version: 'v',
        status: 'succeeded',
        input: { prompt: 'a' },
        output: 'https://media.example.test/k/big.mp4',
        urls: { get: `https://api.replicate.com/v1/predictions/${id}` },
        ...more,
      });
    expect((await post(body('tr-big-1', { logs: 'step\n'.repeat(61_000) }))).status).toBe(200);
    await expectRead(sample);
    const image = `data:image/png;base64,${'iVBORw0K'.repeat(50_000)}`;
    expect((await post(body('tr-big-2', { input: { prompt: 'a', image } }))).status).toBe(200);
    expect(await inbox.call('tasks:get', 'tr-big-2')).toMatchObject({ provider: 'replicate', state: 'succeeded' });
    expect((await post(body('tr-big-3', { logs: 'step\n'.repeat(600_000) }))).status).toBe(200);
  });

  it('at the callback URL with a little more', async () => {
    const { suffixes = [] } = await field('callback-path-variants');
    expect(suffixes.length).toBeGreaterThan(0);
    for (const [n, suffix] of suffixes.entries()) {
      const id = `variant-${String(n)}`;
      expect((await post(JSON.stringify({ id, status: 'failed' }), json, suffix)).status).toBe(200);
      expect(await inbox.call('tasks:get', id)).toMatchObject({ state: 'failed' });
      expect((await request(inbox.callbackUrl.replace(/\/c\/.*/, '/c/unknown') + suffix)).status).toBe(404);
    }
  });

  it('that is a test ping makes no card, and is in the list of requests', async () => {
    const sample = await field('ping-event');
    const before = (await inbox.call('app:status')).tasks.total;
    expect((await post(JSON.stringify(sample.body))).status).toBe(200);
    expect((await inbox.call('app:status')).tasks.total).toBe(before);
    const query = { show: 'all', provider: null, text: '', offset: 0, limit: 1 } as const;
    expect((await inbox.call('requests:query', query)).rows).toMatchObject([{ status: 200, outcome: 'ping' }]);
  });

  it('that was refused is told of: in status, in doctor, and by wait for the id that it names', async () => {
    // The body of `rejected-is-invisible.json` itself is read by now; cut off it cannot be.
    expect((await post('{"data":[{"taskUUID":"rw-lost","videoURL":"https://media.exam')).status).toBe(400);
    expect((await inbox.call('app:status')).requests).toMatchObject({ refusedToday: 1, lastRefused: { status: 400 } });
    expect((await inbox.runCli(['doctor'])).stdout).toMatch(/Refused +1 callback today/);
    const waited = await inbox.runCli(['wait', 'rw-lost', '--timeout', '0']);
    expect(waited.code).toBe(3);
    expect(waited.stderr).toMatch(/was refused with 400: .*ends in the middle.*requests show \d+/s);
  });

  it('that says by its address alone what came of the task (GET)', async () => {
    const query = new URLSearchParams({ task_id: 'get-1', status: 'failed', error: 'no luck' });
    const reply = await request(`${inbox.callbackUrl}?${query.toString()}`);
    expect([reply.status, reply.body.toString()]).toEqual([200, expect.stringMatching(/is listening/)]);
    expect(await inbox.call('tasks:get', 'get-1')).toMatchObject({ state: 'failed', message: 'no luck' });
    const sent = await inbox.runCli(['requests', 'show', '--curl', String(await newest())]);
    expect(sent.stdout).toContain(`?${query.toString()}'`);
  });

  it('that is XML', async () => {
    const body = '<?xml version="1.0"?><job id="xml-1" status="failed"><error>no luck</error></job>';
    expect((await post(body, { 'Content-Type': 'application/xml' })).status).toBe(200);
    expect(await inbox.call('tasks:get', 'xml-1')).toMatchObject({ state: 'failed', message: 'no luck' });
  });

  it('that comes again with a link signed anew: one video, and the new link is taken where the first is dead', async () => {
    const film = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
    const media = await listenVideoServer();
    const own = await inboxes.start({ args: ['--allow-host', media.host] });
    const link = media.handle('/k.mp4', ({ url = '' }, response) => {
      const isNew = url.includes('X-Amz-Signature=bbbb');
      response.writeHead(isNew ? 200 : 410).end(isNew ? film : '');
    });
    const body = (sign: string) => ({
      code: 200,
      msg: 'success',
      data: { result_video_url: `${link}?X-Amz-Date=${sign.charAt(0)}&X-Amz-Signature=${sign}` },
      taskId: 'signed-anew',
    });
    await own.postCallback(body('aaaa'));
    await own.waitForTask('signed-anew', ({ videos }) => videos[0]?.state === 'expired');
    await own.postCallback(body('bbbb'));
    const task = await own.waitForTask('signed-anew', ({ videos }) => videos[0]?.state === 'saved');
    expect([task.deliveries, task.videos.length]).toEqual([2, 1]);
    await own.stop();
    await media.close();
  });

  it('that succeeded without a film: wait says so, and not that all is saved', async () => {
    await post('{"task_id":"w-1","status":"COMPLETED","generated":[]}');
    const waited = await inbox.runCli(['wait', 'w-1', '--timeout', '3']);
    expect([waited.code, waited.stdout]).toEqual([2, '']);
    expect(waited.stderr).not.toBe('');
  });
});

async function newest(): Promise<number> {
  const query = { show: 'all', provider: null, text: '', offset: 0, limit: 1 } as const;
  return (await inbox.call('requests:query', query)).rows[0]?.n ?? 0;
}
