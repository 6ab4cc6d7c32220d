/** A desktop session of the test's own: a display, a session bus, and a real notification server with a listener beside it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ownBusName } from './bus-name.ts';
import { waitUntil } from './wait-until.ts';

const needed = ['dbus-daemon', 'dbus-monitor', 'dunst', 'dunstctl', 'notify-send', 'Xvfb'];
const missing = needed.filter((name) => spawnSync('which', [name], { stdio: 'ignore' }).status !== 0);
export const hasSession = missing.length === 0;
if (!hasSession) {
  process.stderr.write(`Skipped: notices in a session need ${missing.join(', ')}, which this machine lacks.\n`);
}

export const hasBus = !missing.some((name) => name.startsWith('dbus-'));

export interface TestSession {
  /** For `DBUS_SESSION_BUS_ADDRESS`. */
  readonly address: string;
  /** The texts of all notices so far, as they crossed the bus. */
  seen(): string;
  /** Clicks on the newest notice. */
  click(): void;
  close(): Promise<void>;
}

export interface TestBus {
  readonly address: string;
  /** Puts someone on the bus who has that name. @returns makes them leave. */
  own(name: string): Promise<() => void>;
  close(): Promise<void>;
}

/** A bus with nobody on it. */
export async function startBus(): Promise<TestBus> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-bus-'));
  const args = ['--session', '--nofork', '--print-address', `--address=unix:path=${folder}/bus`];
  const daemon = spawn('dbus-daemon', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const address = await firstLine(daemon, daemon.stdout);
  return {
    address,
    own: (name) => ownBusName(path.join(folder, 'bus'), name),
    async close() {
      daemon.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function startSession(): Promise<TestSession> {
  const xvfb = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const display = `:${await firstLine(xvfb, xvfb.stdio[3] as NodeJS.ReadableStream)}`;
  const bus = await startBus();
  const env = { ...process.env, DISPLAY: display, DBUS_SESSION_BUS_ADDRESS: bus.address };
  const monitor = spawn('dbus-monitor', ["interface='org.freedesktop.Notifications',member='Notify'"], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let seen = '';
  monitor.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
  const dunst = spawn('dunst', [], { env, stdio: 'ignore' });
  await waitUntil(() => spawnSync('dunstctl', ['count'], { env }).status === 0, 'the notification server');
  return {
    address: bus.address,
    seen: () => seen,
    click: () => void spawnSync('dunstctl', ['action', '0'], { env }),
    async close() {
      for (const child of [dunst, monitor, xvfb]) child.kill();
      await bus.close();
    },
  };
}

function firstLine(child: ChildProcess, stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += String(chunk);
      if (text.includes('\n')) resolve(text.trim());
    });
  });
}
