/** Notices of the headless inbox: the built program in a session with a real notification server, and without any. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { InboxEvents } from '../../src-main/common/contract.ts';
import { request } from '../support/http-request.ts';
import { createInboxes } from '../support/inbox-process.ts';
import { hasSession, startBus, startSession, type TestSession } from '../support/notification-bus.ts';
import { openEventStream } from '../support/server-events.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes();
afterEach(() => inboxes.close());

describe.skipIf(!hasSession)('in a session', () => {
  let session: TestSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session.close());

  it('tells of a saved video and of a failed task, and a click opens the task with a ticket', async () => {
    const tools = await inboxes.tempDir();
    const opened = path.join(tools, 'opened');
    await writeFile(path.join(tools, 'xdg-open'), `#!/bin/sh\necho "$1" >"${opened}"\n`);
    await chmod(path.join(tools, 'xdg-open'), 0o755);
    const inbox = await inboxes.start({
      env: { DBUS_SESSION_BUS_ADDRESS: session.address, PATH: `${tools}:${process.env['PATH'] ?? ''}` },
    });
    await inbox.call('callback:sendTest', { provider: 'kie-aleph', fail: true });
    await waitUntil(() => session.seen().includes('Runway Aleph could not make the video'), 'the failure');
    const { taskId } = await inbox.call('callback:sendTest', { provider: 'kie-luma', fail: false });
    await waitUntil(() => session.seen().includes('Video saved from Luma Modify'), 'the saved video');
    expect(session.seen()).toContain('string "Video Inbox"');
    const task = await inbox.call('tasks:get', taskId);
    expect(session.seen()).toContain(task?.prompt ?? taskId);

    const url = await waitUntil(async () => {
      session.click();
      const text = await readFile(opened, 'utf8').catch(() => '');
      return text.endsWith('\n') ? text.trim() : null;
    }, 'the browser');
    expect(url).not.toContain(inbox.key);
    const { searchParams, hash } = new URL(url);
    expect(decodeURIComponent(hash)).toMatch(/^#\/task\/kie-(luma|aleph):/);
    expect((await request(`${inbox.localUrl}/?ticket=${searchParams.get('ticket') ?? ''}`)).status).toBe(303);
  });

  it('does not let a prompt be read as markup', async () => {
    const inbox = await inboxes.start({ env: { DBUS_SESSION_BUS_ADDRESS: session.address } });
    const failed = { code: 501, msg: 'No <b>bold</b> & C:\\new', data: { task_id: 'markup-1', state: 'fail' } };
    expect((await inbox.postCallback(failed)).status).toBe(200);
    await waitUntil(() => session.seen().includes('&lt;b&gt;bold&lt;/b&gt; &amp; C:\\new'), 'the notice');
  });

  it('hands the notice to the open pages where the bus has no notification server', async () => {
    const bus = await startBus();
    try {
      await tellsPages({ DBUS_SESSION_BUS_ADDRESS: bus.address });
    } finally {
      await bus.close();
    }
  });
});

it('without a session the open pages are told, once, and not again after a lost connection', async () => {
  await tellsPages({ DBUS_SESSION_BUS_ADDRESS: '' });
});

async function tellsPages(env: Readonly<Record<string, string>>): Promise<void> {
  const inbox = await inboxes.start({ env });
  const bearer = { authorization: `Bearer ${inbox.key}` };
  const stream = await openEventStream(`${inbox.localUrl}/events`, bearer);
  const { key } = await inbox.call('callback:sendTest', { provider: 'kie-luma', fail: true });
  const told = await waitUntil(() => stream.events.find(({ name }) => name === 'notice:show'), 'the notice');
  const notice = told.data as InboxEvents['notice:show'];
  expect(notice).toMatchObject({ kind: 'failed', title: 'Luma Modify could not make the video', key });
  const first = stream.events[0]?.id ?? '';
  stream.close();
  const again = await openEventStream(`${inbox.localUrl}/events`, { ...bearer, 'last-event-id': first });
  await inbox.call('settings:update', { downloads: { atOnce: 3 } });
  await waitUntil(() => again.events.some(({ name }) => name === 'settings:changed'), 'a later event');
  expect(again.events.filter(({ name }) => name === 'notice:show')).toEqual([]);
  again.close();
}
