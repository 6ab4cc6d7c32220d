import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '../../../src-main/node/log/log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { socketOf } from '../../../src-main/node/notifications/dbus/session-bus.ts';
import type { SessionBus } from '../../../src-main/node/notifications/dbus/session-bus.ts';
import { messageKinds } from '../../../src-main/node/notifications/dbus/wire.ts';
import type { DbusValue } from '../../../src-main/node/notifications/dbus/wire.ts';
import { createDbusNotifier } from '../../../src-main/node/notifications/dbus-notifier.ts';
import type { Notice } from '../../../src-main/node/notifications/notifier.ts';
import { hasBus, startBus, startRecorder, userId, type TestBus } from '../../support/notification-bus.ts';
import { waitUntil } from '../../support/wait-until.ts';

const notice: Notice = {
  id: 'a',
  kind: 'saved',
  title: 'Video saved',
  body: 'A fox <b>& friends</b> 🦊',
  imagePath: '/library/posters/fox.jpg',
  deepLink: 'video-inbox://task/kie-luma%3Aa',
};

describe.skipIf(!hasBus)('notices on a session bus', () => {
  let bus: TestBus;
  const buses: SessionBus[] = [];

  beforeAll(async () => {
    bus = await startBus();
  });
  afterAll(async () => {
    for (const each of buses) each.close();
    await bus.close();
  });

  it('arrives with title, body, picture and a way to open it; another program on the bus reads the same', async () => {
    const monitor = spawn('dbus-monitor', ['--address', bus.address, "interface='org.freedesktop.Notifications'"]);
    let seen = '';
    monitor.stdout.on('data', (text: Buffer) => (seen += String(text)));
    await waitUntil(() => seen.includes('NameAcquired'), 'the monitor');
    const recorder = await startRecorder(bus.address);
    const { recorded } = recorder;
    buses.push(recorder.bus);
    const opened: string[] = [];
    const notifier = createDbusNotifier({
      address: bus.address,
      userId,
      log: silentLog,
      onOpen: (link) => opened.push(link),
    });
    notifier.show(notice);
    const [name, replaces, icon, title, body, actions, hints] = await waitUntil(() => recorded[0], 'the notice');
    expect({ name, replaces, icon, title, body, actions }).toEqual({
      name: 'Video Inbox',
      replaces: 0,
      icon: 'video-inbox',
      title: 'Video saved',
      body: 'A fox &lt;b&gt;&amp; friends&lt;/b&gt; 🦊',
      actions: ['default', 'Open'],
    });
    expect((hints as ReadonlyMap<string, DbusValue>).get('image-path')).toEqual({
      type: 's',
      value: '/library/posters/fox.jpg',
    });
    await waitUntil(
      () => seen.includes('member=Notify') && seen.includes('string "Video saved"'),
      'the monitor to see it',
    );
    monitor.kill();

    // The person clicks: the server says so, and the notice's own link is opened.
    await waitUntil(() => {
      recorder.bus.send({
        kind: messageKinds.signal,
        path: '/org/freedesktop/Notifications',
        interface: 'org.freedesktop.Notifications',
        member: 'ActionInvoked',
        signature: 'us',
        body: [1, 'default'],
      });
      return opened.length > 0;
    }, 'the link to be opened');
    expect(opened[0]).toBe('video-inbox://task/kie-luma%3Aa');

    // The same id again replaces what is on the screen.
    notifier.show({ ...notice, title: 'Video saved again' });
    expect((await waitUntil(() => recorded[1], 'the second notice')).slice(1, 4)).toEqual([
      1,
      'video-inbox',
      'Video saved again',
    ]);
    notifier.close();
    recorder.bus.close();
  });

  it('logs a notice that nobody takes and shows the next one', async () => {
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (_fields, message) => warnings.push(message) };
    const notifier = createDbusNotifier({ address: bus.address, userId, log });
    notifier.show(notice);
    await waitUntil(() => warnings[0], 'the warning');
    expect(warnings[0]).toContain('could not be shown');
    const recorder = await startRecorder(bus.address);
    const { recorded } = recorder;
    buses.push(recorder.bus);
    notifier.show(notice);
    expect((await waitUntil(() => recorded[0], 'the notice'))[5]).toEqual([]);
    notifier.close();
  });
});

describe('session bus addresses', () => {
  it.each([
    ['unix:path=/run/user/1000/bus,guid=1f', '/run/user/1000/bus'],
    ['unix:abstract=/tmp/dbus-1,guid=1f', '\0/tmp/dbus-1'],
    ['tcp:host=localhost,port=1;unix:path=/tmp/a%20b', '/tmp/a b'],
    ['tcp:host=localhost,port=1', null],
    ['', null],
  ])('%s', (text, socket) => {
    expect(socketOf(text)).toBe(socket);
  });
});
