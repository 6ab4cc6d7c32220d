import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '../../../src-main/node/log/log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { connectSessionBus, socketOf } from '../../../src-main/node/notifications/dbus/session-bus.ts';
import type { SessionBus } from '../../../src-main/node/notifications/dbus/session-bus.ts';
import { messageKinds } from '../../../src-main/node/notifications/dbus/wire.ts';
import type { DbusValue } from '../../../src-main/node/notifications/dbus/wire.ts';
import { createDbusNotifier } from '../../../src-main/node/notifications/dbus-notifier.ts';
import type { Notice } from '../../../src-main/node/notifications/notifier.ts';

const hasBus = spawnSync('dbus-daemon', ['--version']).status === 0;
if (!hasBus) {
  process.stderr.write('Skipped: notices on a session bus need dbus-daemon, which is not installed here.\n');
}

const userId = process.getuid?.() ?? 0;
const notice: Notice = {
  id: 'a',
  kind: 'saved',
  title: 'Video saved',
  body: 'A fox <b>& friends</b> 🦊',
  imagePath: '/library/posters/fox.jpg',
  deepLink: 'video-inbox://task/kie-luma%3Aa',
};

async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await delay(25);
  }
  throw new Error('waited in vain');
}

/** A notification server that only writes down; numbers count from 1. */
async function startRecorder(address: string) {
  const bus = await connectSessionBus(address, userId);
  const recorded: (readonly DbusValue[])[] = [];
  bus.onMessage((message) => {
    if (message.kind !== messageKinds.call || message.member !== 'Notify') return;
    recorded.push(message.body ?? []);
    bus.send({
      kind: messageKinds.reply,
      replySerial: message.serial,
      ...(message.sender === undefined ? {} : { destination: message.sender }),
      signature: 'u',
      body: [recorded.length],
    });
  });
  await bus.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'RequestName',
    signature: 'su',
    body: ['org.freedesktop.Notifications', 0],
  });
  return { bus, recorded };
}

describe.skipIf(!hasBus)('notices on a session bus', () => {
  let folder = '';
  let address = '';
  let daemon: ChildProcess;
  const buses: SessionBus[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'video-inbox-bus-'));
    daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address', `--address=unix:path=${folder}/bus`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    address = await new Promise<string>((resolve, reject) => {
      daemon.once('error', reject);
      daemon.stdout?.once('data', (text: Buffer) => resolve(String(text).trim()));
    });
  });
  afterAll(async () => {
    for (const bus of buses) bus.close();
    daemon.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('arrives with title, body, picture and a way to open it; another program on the bus reads the same', async () => {
    const monitor = spawn('dbus-monitor', ['--address', address, "interface='org.freedesktop.Notifications'"]);
    let seen = '';
    monitor.stdout.on('data', (text: Buffer) => (seen += String(text)));
    await until(() => seen.includes('NameAcquired'));
    const { bus, recorded } = await startRecorder(address);
    buses.push(bus);
    const opened: string[] = [];
    const notifier = createDbusNotifier({ address, userId, log: silentLog, onOpen: (link) => opened.push(link) });
    notifier.show(notice);
    const [name, replaces, icon, title, body, actions, hints] = await until(() => recorded[0]);
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
    await until(() => seen.includes('member=Notify') && seen.includes('string "Video saved"'));
    monitor.kill();

    // The person clicks: the server says so, and the notice's own link is opened.
    await until(() => {
      bus.send({
        kind: messageKinds.signal,
        path: '/org/freedesktop/Notifications',
        interface: 'org.freedesktop.Notifications',
        member: 'ActionInvoked',
        signature: 'us',
        body: [1, 'default'],
      });
      return opened.length > 0;
    });
    expect(opened[0]).toBe('video-inbox://task/kie-luma%3Aa');

    // The same id again replaces what is on the screen.
    notifier.show({ ...notice, title: 'Video saved again' });
    expect((await until(() => recorded[1])).slice(1, 4)).toEqual([1, 'video-inbox', 'Video saved again']);
    notifier.close();
    bus.close();
  });

  it('logs a notice that nobody takes and shows the next one', async () => {
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (_fields, message) => warnings.push(message) };
    const notifier = createDbusNotifier({ address, userId, log });
    notifier.show(notice);
    await until(() => warnings[0]);
    expect(warnings[0]).toContain('could not be shown');
    const { bus, recorded } = await startRecorder(address);
    buses.push(bus);
    notifier.show(notice);
    expect((await until(() => recorded[0]))[5]).toEqual([]);
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
