/**
 * Notices on a Linux desktop without Electron, through the session bus.
 * @see https://specifications.freedesktop.org/notification-spec/latest/protocol.html
 */
import type { Log } from '../log/log.ts';
import { connectSessionBus } from './dbus/session-bus.ts';
import type { SessionBus } from './dbus/session-bus.ts';
import type { DbusValue, Variant } from './dbus/wire.ts';
import type { Notice, Notifier } from './notifier.ts';

export interface DbusNotifierPorts {
  /** `DBUS_SESSION_BUS_ADDRESS`. */
  readonly address: string;
  readonly userId: number;
  readonly log: Log;
  /** A person clicked on a notice that has a deep link. */
  readonly onOpen?: (deepLink: string) => void;
}

const server = {
  destination: 'org.freedesktop.Notifications',
  path: '/org/freedesktop/Notifications',
  interface: 'org.freedesktop.Notifications',
};
const rememberedNotices = 100;

/** Connects at the first notice, and again at the next one after the bus went away. */
export function createDbusNotifier(ports: DbusNotifierPorts): Notifier {
  const { address, userId, log, onOpen } = ports;
  let connection: Promise<SessionBus> | null = null;
  let closed = false;
  let queue: Promise<void> = Promise.resolve();
  /** The server's number for our id, so that a later notice replaces the earlier one. */
  const numbers = new Map<string, number>();
  const links = new Map<number, string>();

  async function connectBus(): Promise<SessionBus> {
    const bus = await connectSessionBus(address, userId);
    bus.onClose(() => {
      connection = null;
    });
    if (onOpen !== undefined) {
      await listen(bus, (number) => {
        const link = links.get(number);
        if (link !== undefined) onOpen(link);
      });
    }
    return bus;
  }

  async function show(notice: Notice): Promise<void> {
    if (closed) return;
    connection ??= connectBus();
    const bus = await connection;
    const [number] = await bus.call({
      ...server,
      member: 'Notify',
      signature: 'susssasa{sv}i',
      body: notifyArguments(notice, numbers.get(notice.id) ?? 0, onOpen !== undefined),
    });
    if (typeof number !== 'number') return;
    remember(numbers, notice.id, number);
    if (notice.deepLink !== null) remember(links, number, notice.deepLink);
  }

  return {
    show: (notice) => {
      queue = queue
        .then(() => show(notice))
        .catch((error: unknown) => {
          connection = null;
          log.warn({ error }, 'A desktop notification could not be shown. The library is complete; nothing is lost.');
        });
    },
    close: () => {
      closed = true;
      void connection?.then((bus) => bus.close()).catch(() => undefined);
    },
  };
}

async function listen(bus: SessionBus, opened: (number: number) => void): Promise<void> {
  bus.onMessage((message) => {
    const [number, action] = message.body ?? [];
    if (message.member === 'ActionInvoked' && typeof number === 'number' && action === 'default') opened(number);
  });
  await bus.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'AddMatch',
    signature: 's',
    body: [`type='signal',interface='${server.interface}',member='ActionInvoked'`],
  });
}

function notifyArguments(notice: Notice, replaces: number, clickable: boolean): readonly DbusValue[] {
  const hints = new Map<string, Variant>([
    ['desktop-entry', { type: 's', value: 'video-inbox' }],
    ['category', { type: 's', value: notice.kind === 'saved' ? 'transfer.complete' : 'transfer.error' }],
  ]);
  if (notice.imagePath !== null) hints.set('image-path', { type: 's', value: notice.imagePath });
  const actions = clickable && notice.deepLink !== null ? ['default', 'Open'] : [];
  return ['Video Inbox', replaces, 'video-inbox', notice.title, escapeMarkup(notice.body), actions, hints, -1];
}

/** Servers may read the body as markup, and the body holds strangers' words. */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= rememberedNotices) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
