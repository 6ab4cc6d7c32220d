/** What arrived and how it was answered: the calls and the commands, on a running inbox. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  ReplayOptions,
  ReplayOutcome,
  RequestHead,
  RequestPage,
  RequestQuery,
} from '../../src-main/common/requests.ts';
import { createInboxes, type Inbox } from '../support/inbox-process.ts';
import { request } from '../support/http-request.ts';
import { kieSignature, lumaFailure, lumaSuccess } from '../support/kie-callbacks.ts';

const secret = 'a shared secret for replays';
const inboxes = createInboxes({ inTurn: true });
let inbox: Inbox;

beforeAll(async () => {
  inbox = await inboxes.start({ env: { VIDEO_INBOX_SECRET_KIE_HMAC: secret } });
  const now = Math.floor(Date.now() / 1000);
  expect((await inbox.postCallback(lumaFailure('seen-1'), kieSignature('seen-1', secret, now))).status).toBe(200);
  expect((await request(inbox.callbackUrl, { method: 'POST', body: 'hello' })).status).toBe(400);
  expect((await request(inbox.callbackUrl, { method: 'PUT', body: '{}' })).status).toBe(405);
});
afterAll(() => inboxes.close());

const everything = { show: 'all', provider: null, text: '', offset: 0, limit: 50 } as const;
const query = (options: Partial<RequestQuery> = {}): Promise<RequestPage> =>
  inbox.call('requests:query', { ...everything, ...options });

describe('the list', () => {
  it('has what was taken and what was refused, newest first', async () => {
    const { rows, counts } = await query();
    expect(rows).toMatchObject([
      { n: 3, status: 405, code: 'wrong-method', outcome: 'refused' },
      { n: 2, status: 400, code: 'not-readable', outcome: 'refused', bytes: 5 },
      {
        n: 1,
        status: 200,
        outcome: 'stored',
        provider: 'kie-luma',
        taskId: 'seen-1',
        trust: 'signed',
        state: 'failed',
      },
    ]);
    expect(counts).toMatchObject({ all: 3, refused: 2 });
    expect((await query({ show: 'refused' })).total).toBe(2);
  });

  it('is told by the command, whole and one by one', async () => {
    const listed = await inbox.runCli(['requests', '--refused', '--limit', '1', '--json']);
    expect(JSON.parse(listed.stdout) as RequestHead[]).toMatchObject([{ n: 3, status: 405 }]);
    const shown = await inbox.runCli(['requests', 'show', '1']);
    expect(shown.stdout).toContain('seen-1');
    expect(shown.stdout).toContain('x-webhook-signature: [hidden: 44 characters]');
    expect((await inbox.runCli(['requests', 'show', '2', '--raw'])).stdout).toBe('hello\n');
    const curl = (await inbox.runCli(['requests', 'show', '2', '--curl'])).stdout;
    expect(curl).toContain(`--data-binary 'hello'`);
    expect(curl).not.toContain(new URL(inbox.callbackUrl).pathname.slice(3));
    expect((await inbox.runCli(['requests', 'show', '99'])).code).toBe(1);
  });

  it('counts the refused ones in status and doctor', async () => {
    const status = await inbox.call('app:status');
    expect(status.requests).toMatchObject({ refusedToday: 2, lastRefused: { n: 3, status: 405 } });
    expect((await inbox.runCli(['status'])).stdout).toMatch(/Refused +2 callbacks today, the last with 405/);
    expect((await inbox.runCli(['doctor'])).stdout).toMatch(/Refused +2 callbacks today/);
  });
});

describe('again', () => {
  const replay = (n: number, options: Partial<ReplayOptions>): Promise<ReplayOutcome> =>
    inbox.call('requests:replay', n, { to: null, sign: true, take: false, ...options });

  it("through today's reader: nothing changes before it is taken over", async () => {
    expect(await replay(1, {})).toEqual({ problem: null, differences: [], taken: false, sent: null });
    expect((await inbox.runCli(['replay', '1'])).stdout).toBe("Today's reader says the same.\n");
    expect(await inbox.call('tasks:get', 'seen-1')).toMatchObject({ deliveries: 1 });
  });

  it('to another address, signed anew', async () => {
    const received: { headers: Record<string, unknown>; body: string }[] = [];
    const server = createServer((incoming, answer) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        received.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString() });
        answer.writeHead(received.length === 1 ? 202 : 500).end('taken');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const to = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hooks`;
    expect((await replay(1, { to })).sent).toMatchObject({ status: 202, text: 'taken', signed: true });
    const [first] = received;
    expect(JSON.parse(first?.body ?? '')).toEqual(lumaFailure('seen-1'));
    const timestamp = Number(first?.headers['x-webhook-timestamp']);
    expect(first?.headers).toMatchObject(kieSignature('seen-1', secret, timestamp));
    const command = await inbox.runCli(['replay', '1', '--to', to, '--unsigned']);
    expect(command.stdout).toMatch(/answered 500 in \d+ ms/);
    expect(command.code).toBe(1);
    expect(received[1]?.headers['x-webhook-signature']).toBeUndefined();
    server.close();
    expect((await replay(1, { to })).sent).toMatchObject({ status: null });
    await expect(replay(1, { to: 'file:///etc/passwd' })).rejects.toThrow(/address/);
  });

  it('of what was refused: the person may take it over', async () => {
    const strict = await inboxes.start({ args: ['--require-signature', 'kie-luma,kling'] });
    expect((await strict.postCallback(lumaFailure('unsigned-1'))).status).toBe(401);
    const said = await strict.runCli(['replay', '1']);
    expect(said.stdout).toBe("Today's reader says the same.\n");
    expect(await strict.call('tasks:get', 'unsigned-1')).toBeNull();
    expect((await strict.runCli(['replay', '1', '--take'])).code).toBe(0);
    expect(await strict.call('tasks:get', 'unsigned-1')).toMatchObject({ state: 'failed', trust: 'unsigned' });
    expect((await strict.runCli(['replay', '7'])).code).toBe(1);
    await strict.stop();
  });

  it('is there after a crash, and with the inbox stopped', async () => {
    const detail = await inbox.call('requests:get', 1);
    expect(detail?.body).toBe(JSON.stringify(lumaFailure('seen-1')));
    await inbox.stop();
    expect(JSON.parse((await inbox.runCli(['requests', '--json'])).stdout)).toHaveLength(3);
    inbox = await inbox.restart('SIGTERM');
    await inbox.postCallback(lumaSuccess('seen-2', []));
    expect((await query()).rows[0]).toMatchObject({ n: 4, taskId: 'seen-2' });
  });
});

describe('one about several tasks', () => {
  const ids = ['several-1', 'several-2', 'several-3'];

  it('is listed once, names them all, and is found by each', async () => {
    const results = ids.map((id) => ({ task_id: id, status: 'failed', error: 'It was flagged.' }));
    expect((await inbox.postCallback({ batch_id: 'x', results })).status).toBe(200);
    const keys = ids.map((id) => `unknown:${id}`);
    const others = [
      { taskId: 'several-2', key: keys[1] },
      { taskId: 'several-3', key: keys[2] },
    ];
    for (const id of ids) {
      await expect
        .poll(async () => (await query({ text: id })).rows)
        .toMatchObject([{ taskId: 'several-1', key: keys[0], tasks: 3, others, state: 'failed' }]);
    }
    const [head] = (await query({ text: 'several-3' })).rows;
    const n = String(head?.n);
    const listed = await inbox.runCli(['requests', '--limit', '1', '--json']);
    expect(JSON.parse(listed.stdout) as RequestHead[]).toMatchObject([{ tasks: 3, others }]);
    expect((await inbox.runCli(['requests', '--limit', '1'])).stdout).toContain('several-1 and 2 more tasks');
    expect((await inbox.runCli(['requests', 'show', n])).stdout).toMatch(/several-2\n +several-3\n/);
    const shown = await inbox.runCli(['requests', 'show', n, '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ allOthers: others });
  });
});
