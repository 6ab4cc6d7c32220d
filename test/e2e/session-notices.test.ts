/** Desktop notices of the headless inbox: the built program on a session bus, and a notification server that records. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createInboxes } from '../support/inbox-process.ts';
import { hasBus, startBus, startRecorder, type Recorder, type TestBus } from '../support/notification-bus.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes();

describe.skipIf(!hasBus)('the headless inbox in a session', () => {
  let bus: TestBus;
  let recorder: Recorder;
  beforeAll(async () => {
    bus = await startBus();
    recorder = await startRecorder(bus.address);
  });
  afterEach(() => inboxes.close());
  afterAll(async () => {
    recorder.bus.close();
    await bus.close();
  });

  it('tells of a saved video and of a failed task', async () => {
    const inbox = await inboxes.start({ env: { DBUS_SESSION_BUS_ADDRESS: bus.address } });
    const { taskId } = await inbox.call('callback:sendTest', { provider: 'kie-luma', fail: false });
    await inbox.call('callback:sendTest', { provider: 'kie-aleph', fail: true });
    const titled = (title: string) =>
      waitUntil(() => recorder.recorded.find((notice) => notice[3] === title), `the notice "${title}"`);
    const saved = await titled('Video saved from Luma Modify');
    expect(saved.slice(0, 1)).toEqual(['Video Inbox']);
    const task = await inbox.call('tasks:get', taskId);
    expect(saved[4]).toContain(task?.prompt ?? taskId);
    await titled('Runway Aleph could not make the video');
  });
});
