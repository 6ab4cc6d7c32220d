/** A session bus of the test's own, and a notification server on it that only writes down. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { connectSessionBus, type SessionBus } from '../../src-main/node/notifications/dbus/session-bus.ts';
import { messageKinds, type DbusValue } from '../../src-main/node/notifications/dbus/wire.ts';

export const userId = process.getuid?.() ?? 0;
export const hasBus = spawnSync('dbus-daemon', ['--version']).status === 0;
if (!hasBus) {
  process.stderr.write('Skipped: notices on a session bus need dbus-daemon, which is not installed here.\n');
}

export interface TestBus {
  /** For `DBUS_SESSION_BUS_ADDRESS`. */
  readonly address: string;
  close(): Promise<void>;
}

export async function startBus(): Promise<TestBus> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-bus-'));
  const args = ['--session', '--nofork', '--print-address', `--address=unix:path=${folder}/bus`];
  const daemon = spawn('dbus-daemon', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const address = await new Promise<string>((resolve, reject) => {
    daemon.once('error', reject);
    daemon.stdout.once('data', (text: Buffer) => resolve(String(text).trim()));
  });
  return {
    address,
    async close() {
      daemon.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Recorder {
  readonly bus: SessionBus;
  /** The arguments of each Notify, oldest first. */
  readonly recorded: readonly (readonly DbusValue[])[];
}

/** A notification server that only writes down; numbers count from 1. */
export async function startRecorder(address: string): Promise<Recorder> {
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
