/** Diagnostics to paste into a report: what a maintainer needs is in them, and nothing of what is the person's. */
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createInboxes } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes({ inTurn: true });
afterAll(() => inboxes.close());

const theirs = {
  prompt: 'MARZIPAN dragons over Lisbon',
  taskId: 'MARZIPAN-task-0001',
  refusedId: 'MARZIPAN-refused-0002',
  link: 'http://127.0.0.1:1/MARZIPAN.mp4?signature=MARZIPANSIGNATURE',
  hook: 'https://hooks.marzipan.example/T000/MARZIPANHOOK',
  proxy: 'http://marzipan.localhost:1',
  secret: 'MARZIPANSECRETMARZIPANSECRET',
  apiKey: 'MARZIPANAPIKEYMARZIPANAPIKEY',
  address: '203.0.113.77',
  title: 'MARZIPAN title',
  label: 'MARZIPAN label',
  file: '/home/marzipan/secret project/MARZIPAN.mp4',
};

it('tell versions, counts, codes and settings, and no address, key, prompt, name or path', async () => {
  const dataDir = path.join(await inboxes.tempDir(), 'MARZIPAN library');
  const env = { VIDEO_INBOX_SECRET_FAL_API_KEY: theirs.apiKey };
  const inbox = await inboxes.start({ dataDir, env });
  await inbox.call('secrets:set', 'KIE_HMAC', theirs.secret);
  await inbox.call('callback:mint', { label: theirs.label, project: 'MARZIPAN project' });
  await inbox.call('settings:update', {
    hooks: { webhookUrl: theirs.hook },
    downloads: { proxy: theirs.proxy },
    callbacks: { allowAddresses: [theirs.address], bodyLimitMiB: 7 },
  });
  await inbox.postCallback(lumaSuccess(theirs.taskId, [theirs.link], theirs.prompt));
  const { key } = await inbox.waitForTask(theirs.taskId, ({ videos }) => videos[0]?.state === 'failed');
  await inbox.call('tasks:setTitle', key, theirs.title);
  await inbox.postCallback(`{"task_id": "${theirs.refusedId}", "prompt": "${theirs.prompt}`);
  const broken = {
    type: 'SyntaxError',
    message: `Unexpected token 'M', "${theirs.prompt}" is not valid JSON at ${theirs.link} in ${theirs.file}, ${theirs.address}, anna@marzipan.example`,
    stack: `SyntaxError: x\n    at read (${theirs.file}/ndjson-log.cjs:12:34)\n    at b (/home/marzipan/inbox.cjs:5:6)`,
    code: 'ERR_MADE_UP',
  };
  const line = {
    level: 'error',
    time: '2026-11-26T00:00:00.000Z',
    error: broken,
    msg: `A line of ${theirs.file} broke`,
  };
  await appendFile(path.join(dataDir, 'logs/video-inbox.log'), `${JSON.stringify(line)}\nno JSON\n`);

  await waitUntil(async () => (await inbox.call('app:status')).requests.refusedToday === 1, 'the refusal');
  const fromPage = await inbox.call('app:diagnostics');
  expect(fromPage).toContain('The library was not checked since the start.');
  const told = (await inbox.runCli(['doctor', '--diagnostics'])).stdout;
  await inbox.stop();
  const offline = (await inbox.runCli(['doctor', '--diagnostics'])).stdout;

  for (const text of [fromPage, told, offline]) {
    expect(text).toMatch(/^Video Inbox \d+\.\d+\.\d+ \(browser\), 20\d\d-/);
    expect(text).toContain(`Node ${process.versions.node}`);
    expect(text).toContain('[SyntaxError ERR_MADE_UP Unexpected token');
    expect(text).toContain('< ndjson-log.cjs:12:34 < inbox.cjs:5:6');
    expect(text).not.toMatch(/marzipan|lisbon|anna|203\.0\.113|127\.0\.0\.1|https?:/i);
    expect(text).not.toContain(inbox.callbackUrl.split('/c/')[1]);
    expect(text).not.toContain(inbox.key);
  }
  for (const text of [fromPage, told]) {
    expect(text).toContain('Tasks: total 1,');
    expect(text).toMatch(/1 × kie-luma failed \S+/);
    expect(text).toMatch(/Refused requests, 1 today; the last:\n {2}20\S+ 400 \S+/);
    expect(text).toContain('FAL_API_KEY (by the environment)');
    expect(text).toContain('KIE_HMAC');
    expect(text).toMatch(/callbacks: allowAddresses 1 entries, bodyLimitMiB 7,/);
    expect(text).toMatch(/downloads: .*proxy set/);
  }
  for (const text of [told, offline]) expect(text).toMatch(/Check of 20\S+: all is well, 1 tasks, 0 saved videos/);
  expect(told).toMatch(/Journal: \d+ events, 1 files, \d+ bytes, 0 repeats/);
});
