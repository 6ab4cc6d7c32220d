/** A connection to the session bus: calls out, signals in. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { decodeMessages, encodeMessage, messageKinds } from './wire.ts';
import type { DbusMessage, DbusValue } from './wire.ts';

export interface MethodCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly DbusValue[];
}

export interface SessionBus {
  /** @throws Error with the bus's own words, or after five seconds without an answer. */
  call(call: MethodCall): Promise<readonly DbusValue[]>;
  /** Everything that arrives and is no answer to a call of ours. */
  onMessage(listener: (message: DbusMessage) => void): void;
  send(message: Omit<DbusMessage, 'serial'>): void;
  onClose(listener: () => void): void;
  close(): void;
}

const answerLimitMs = 5000;
const bus = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };

/**
 * The first socket in an address such as `unix:path=/run/user/1000/bus,guid=…;tcp:…`; `null` where there is none.
 * @see https://dbus.freedesktop.org/doc/dbus-specification.html#addresses
 */
export function socketOf(address: string): string | null {
  for (const part of address.split(';')) {
    const pairs = part.startsWith('unix:') ? part.slice(5).split(',') : [];
    for (const pair of pairs) {
      const [key, value = ''] = pair.split('=', 2);
      if (key === 'path') return decodeURIComponent(value);
      // Linux's abstract sockets: Node takes them by a name that starts with NUL.
      if (key === 'abstract') return `\0${decodeURIComponent(value)}`;
    }
  }
  return null;
}

/** @throws Error where nothing answers at the address or the bus turns us away. */
export async function connectSessionBus(address: string, userId: number): Promise<SessionBus> {
  const path = socketOf(address);
  if (path === null) throw new Error(`no socket in the session bus address ${address}`);
  const socket = connect({ path });
  socket.unref();
  await authenticate(socket, userId);
  const client = createClient(socket);
  await client.call({ ...bus, member: 'Hello' });
  return client;
}

/** SASL EXTERNAL: the kernel tells the bus who we are, we only name ourselves. */
function authenticate(socket: Socket, userId: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      if (error === undefined) {
        resolve();
        return;
      }
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => end(new Error('the session bus does not answer')), answerLimitMs);
    let answer = '';
    socket.once('error', end);
    socket.once('close', () => end(new Error('the session bus closed the connection')));
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (!answer.endsWith('\r\n')) return;
      if (!answer.startsWith('OK ')) {
        end(new Error(`the session bus refused us: ${answer.trim()}`));
        return;
      }
      socket.write('BEGIN\r\n');
      end();
    });
    socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(userId)).toString('hex')}\r\n`);
  });
}

function createClient(socket: Socket): SessionBus {
  const waiting = new Map<number, (message: DbusMessage | Error) => void>();
  const listeners: ((message: DbusMessage) => void)[] = [];
  const closeListeners: (() => void)[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let serial = 0;

  function hear(message: DbusMessage): void {
    const settle = message.replySerial === undefined ? undefined : waiting.get(message.replySerial);
    if (settle !== undefined) settle(message);
    else for (const listener of listeners) listener(message);
  }

  socket.on('data', (chunk: Buffer) => {
    try {
      const decoded = decodeMessages(Buffer.concat([rest, chunk]));
      rest = decoded.rest;
      decoded.messages.forEach(hear);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  socket.on('error', () => undefined);
  socket.once('close', () => {
    for (const settle of waiting.values()) settle(new Error('the session bus closed the connection'));
    for (const listener of closeListeners) listener();
  });

  function send(message: Omit<DbusMessage, 'serial'>): number {
    serial += 1;
    socket.write(encodeMessage({ ...message, serial }));
    return serial;
  }

  return {
    send,
    call: (call) =>
      new Promise((resolve, reject) => {
        const id = send({ ...call, kind: messageKinds.call });
        const settle = (answer: DbusMessage | Error): void => {
          clearTimeout(timer);
          waiting.delete(id);
          if (answer instanceof Error) reject(answer);
          else if (answer.kind === messageKinds.error) {
            const [words] = answer.body ?? [];
            reject(new Error(`${answer.errorName ?? 'error'}: ${typeof words === 'string' ? words : ''}`));
          } else resolve(answer.body ?? []);
        };
        const timer = setTimeout(() => settle(new Error(`no answer to ${call.member}`)), answerLimitMs);
        timer.unref();
        waiting.set(id, settle);
      }),
    onMessage: (listener) => {
      listeners.push(listener);
    },
    onClose: (listener) => {
      closeListeners.push(listener);
    },
    close: () => socket.destroy(),
  };
}
