/** What bounds the closed loop, through the built program: a budget, what is known before paying, and hooks that tell others. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import type { Order } from '../../src-main/common/submit-form.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { openJsonServer } from '../support/providers/json-server.ts';
import { openKieStandIn, type KieStandIn } from '../support/providers/kie-stand-in.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes({ inTurn: true });
const sample = path.join(repoDir, 'src-main/node/samples/sample.mp4');
let kie: KieStandIn;

beforeEach(async () => {
  kie = await openKieStandIn({ film: await readFile(sample) });
});
afterEach(async () => {
  await inboxes.kill();
  await kie.close();
});
afterAll(() => inboxes.close());

const start = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Inbox> =>
  inboxes.start({
    args: ['--api-base', `kie=${kie.origin}`, '--allow-host', kie.host, '--ask-every', '0.2', ...args],
    env: { VIDEO_INBOX_SECRET_KIE_API_KEY: kie.key, ...env },
  });
const order = (prompt: string): Order => ({
  provider: 'kie-market',
  model: 'wan/2-7-videoedit',
  prompt,
  videos: ['https://films.example/a.mp4'],
  images: [],
  params: {},
  project: null,
});
const prompts = ['one', 'two', 'three', 'four', 'five', 'six'];
const creations = (): number => kie.calls.filter(({ path: at }) => at.endsWith('/createTask')).length;

test('a batch stops at its budget, whether the provider charges at once or later', async () => {
  kie.script({ ends: 'never' });
  const inbox = await start(['--ask-after', '3600']);
  const report = await inbox.call('submissions:sendMany', prompts.map(order), { budgetCredits: 3 });
  expect(report).toMatchObject({ made: 3, notSent: 3, refused: 0, unknown: 0, creditsBefore: 1000, creditsAfter: 997 });
  expect(report.results.slice(3)).toMatchObject([
    { outcome: 'not-sent' },
    { outcome: 'not-sent' },
    { outcome: 'not-sent' },
  ]);
  expect(creations()).toBe(3);
  const submit = (budget: string, ...more: readonly string[]) =>
    inbox.runCli([
      'submit',
      'kie-market',
      '--model',
      'wan/2-7-videoedit',
      '--prompt',
      'x',
      '--video',
      'https://films.example/a.mp4',
      '--budget',
      budget,
      ...more,
    ]);
  expect(await submit('5')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/not known here.*nothing was ordered/) as string,
  });
  expect(await submit('five')).toMatchObject({
    code: 1,
    stderr: '--budget must be a number of credits, not "five".\n',
  });
  // One has come and told what it cost: 160 credits, of which the balance shows one.
  kie.script({ doneAfterMs: 0 });
  const done = await inbox.call('submissions:send', order('done'));
  if (done.outcome !== 'made') throw new Error('not made');
  await inbox.call('tasks:ask', done.taskId);
  expect(await inbox.call('submissions:outlook', 'kie-market', 'wan/2-7-videoedit')).toMatchObject({
    successPercent: 98,
    usualCredits: 160,
  });
  kie.script({ ends: 'never' });
  expect(await submit('159.5')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/costs 160 credits, more than the 159\.5 .*nothing was ordered/) as string,
  });
  expect(creations()).toBe(4);
  const first = await submit('160', '--order-id', 'pitch-042-take-3');
  expect(first).toMatchObject({ code: 0 });
  // Dearer since, by what is kept to: asking again what came of it costs nothing.
  expect(await submit('1', '--order-id', 'pitch-042-take-3')).toMatchObject({ code: 0, stdout: first.stdout });
  expect(await submit('1', '--order-id', 'pitch-042-take-4')).toMatchObject({ code: 1, stdout: '' });
  const next = await inbox.call('submissions:sendMany', prompts.map(order), { budgetCredits: 500 });
  expect(next).toMatchObject({ made: 3, notSent: 3 });
  expect(creations()).toBe(8);
});

test('without a budget all are sent; without credits the first refusal stops the rest', async () => {
  kie.script({ ends: 'never' });
  const inbox = await start(['--ask-after', '3600']);
  kie.setBalance(2);
  const report = await inbox.call('submissions:sendMany', prompts.map(order), { budgetCredits: null });
  expect(report).toMatchObject({ made: 2, refused: 1, notSent: 3 });
  expect(creations()).toBe(3);
});

test('saved and failed run the command with the event on its standard input, and send a signed webhook', async () => {
  const secret = `whsec_${Buffer.from('a secret of this very test').toString('base64')}`;
  const heard: unknown[] = [];
  const listener = await openJsonServer((call) => {
    const headers = Object.fromEntries(Object.entries(call.headers).map(([name, value]) => [name, String(value)]));
    heard.push(new Webhook(secret).verify(call.rawBody.toString('utf8'), headers));
    return { json: {} };
  });
  const dir = await inboxes.tempDir();
  const file = path.join(dir, 'told.ndjson');
  const inbox = await start(['--ask-after', '0.2'], {
    // A line for each: the event ends with none.
    VIDEO_INBOX_HOOK_COMMAND: `node -e "process.stdin.setEncoding('utf8').reduce((a,b)=>a+b,'').then(t=>require('fs').appendFileSync(process.env.TOLD,t+'\\n'))"`,
    TOLD: file,
    VIDEO_INBOX_SECRET_HOOK: secret,
  });
  await inbox.call('settings:update', { hooks: { webhookUrl: `${listener.origin}/hook` } });
  expect(await inbox.call('hooks:test')).toMatchObject({ ok: true });
  kie.add('luma', 'good-1', { doneAfterMs: 0 });
  kie.add('luma', 'bad-1', { doneAfterMs: 0, ends: 'fail' });
  for (const id of ['good-1', 'bad-1']) {
    await inbox.call('watch:add', 'kie-luma', id, { model: null, project: null });
  }
  const told = async (): Promise<readonly { type: string; data: { taskId: string } }[]> =>
    (await readFile(file, 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { type: string; data: { taskId: string } });
  await waitUntil(async () => (await told()).length === 2, 'both events at the command');
  expect((await told()).map(({ type, data }) => `${type} ${data.taskId}`).sort()).toEqual([
    'task.failed bad-1',
    'task.saved good-1',
  ]);
  await waitUntil(() => heard.length === 3, 'the test and both events at the webhook');
  expect(heard).toMatchObject([
    { type: 'test' },
    { data: expect.anything() as unknown },
    { data: expect.anything() as unknown },
  ]);
  await listener.close();
});

test('a webhook that nobody took before the program was killed is sent after the next start, once', async () => {
  const secret = `whsec_${Buffer.from('a secret of this very test').toString('base64')}`;
  let status = 503;
  const listener = await openJsonServer(() => ({ status, json: {} }));
  const first = await start(['--ask-after', '0.2'], { VIDEO_INBOX_SECRET_HOOK: secret });
  await first.call('settings:update', { hooks: { webhookUrl: `${listener.origin}/hook` } });
  const inbox = await first.restart();
  kie.add('luma', 'good-1', { doneAfterMs: 0 });
  await inbox.call('watch:add', 'kie-luma', 'good-1', { model: null, project: null });
  await waitUntil(() => listener.calls.length > 0, 'a first try');
  const again = await inbox.restart('SIGKILL');
  status = 200;
  const before = listener.calls.length;
  await waitUntil(() => listener.calls.length > before, 'another try');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const third = await again.restart('SIGKILL');
  await third.call('hooks:test');
  const tasks = listener.calls.slice(before).map(({ body }) => (body as { type: string }).type);
  expect(tasks).toEqual(['task.saved', 'test']);
  expect(new Set(listener.calls.slice(0, -1).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  await listener.close();
});

test('a file whose upload breaks off half-way is not ordered with, and the next try uploads it anew', async () => {
  let isBroken = true;
  const host = createServer((asked, answer) => {
    asked.on('error', () => undefined);
    asked.once('data', () => {
      if (isBroken) asked.socket.destroy();
    });
    asked.on('end', () => {
      answer.writeHead(200, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ success: true, code: 200, data: { downloadUrl: `${kie.origin}/files/up/1.mp4` } }));
    });
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const { port } = host.address() as AddressInfo;
  const inbox = await start(['--ask-after', '3600', '--api-base', `kie-upload=http://127.0.0.1:${String(port)}`]);
  const submit = () => inbox.runCli(['submit', 'kie-aleph', '--prompt', 'rain', '--video', sample]);
  const refused = await submit();
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('could not be uploaded, so nothing was ordered');
  expect(kie.tasks.size).toBe(0);
  isBroken = false;
  expect((await submit()).code).toBe(0);
  expect([...kie.tasks.values()].map(({ order: sent }) => sent['videoUrl'])).toEqual([`${kie.origin}/files/up/1.mp4`]);
  host.close();
});

test('a callback of success is not fetched where the record says failed, or still being made', async () => {
  const strange = await openJsonServer(() => ({ bytes: Buffer.from('not asked for') }));
  const inbox = await start(['--ask-after', '3600', '--allow-host', strange.host]);
  kie.add('luma', 'says-failed', { ends: 'fail', doneAfterMs: 0 });
  kie.add('luma', 'says-running', { ends: 'never' });
  for (const taskId of ['says-failed', 'says-running']) {
    await inbox.postCallback({
      code: 200,
      msg: 'done',
      data: { taskId, promptJson: '{"prompt":"snow"}', resultUrls: [`${strange.origin}/${taskId}.mp4`] },
    });
    const task = await inbox.waitForTask(taskId, ({ trust }) => trust === 'conflicting');
    expect(task).toMatchObject({ state: taskId === 'says-failed' ? 'failed' : 'succeeded', videos: [] });
    expect(task.dispute?.urls).toEqual([`${strange.origin}/${taskId}.mp4`]);
  }
  expect(strange.calls).toEqual([]);
  await strange.close();
});

test('an order in doubt stands in the status, until its callback comes', async () => {
  kie.script({ create: 'lost', doneAfterMs: 0 });
  const inbox = await start(['--ask-after', '3600']);
  const submitted = await inbox.runCli([
    'submit',
    'kie-aleph',
    '--prompt',
    'rain',
    '--video',
    'https://films.example/a.mp4',
  ]);
  expect(submitted.code).toBe(4);
  const status = await inbox.runCli(['status', '--json']);
  expect(JSON.parse(status.stdout)).toMatchObject({ orders: { inDoubt: 1, since: expect.any(String) as string } });
  expect(status.stdout).not.toContain('"text"');
  expect((await inbox.runCli(['status'])).stdout).toContain('Of one order of the last seven days it is not known');
  const [task] = kie.tasks.values();
  await fetch(task?.callbackUrl ?? '', {
    method: 'POST',
    body: JSON.stringify({ code: 200, msg: 'success', data: { task_id: task?.id, video_url: `${kie.origin}/a.mp4` } }),
  });
  await waitUntil(async () => !('orders' in (await inbox.call('app:status'))), 'the order to be settled');
});
