/** Takes a name on a session bus, as a tray host does: the few bytes of D-Bus that this needs, and no more. */
import { connect } from 'node:net';

const hello = message(1, 'Hello', '', Buffer.alloc(0));

/**
 * @param socketPath of the bus
 * @returns gives the name back
 * @see https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-messages
 */
export function ownBusName(socketPath: string, name: string): Promise<() => void> {
  const socket = connect(socketPath);
  const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  const flags = Buffer.alloc(4);
  const body = Buffer.concat([aligned(text(name), 4), flags]);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
    socket.once('data', () => {
      socket.write('BEGIN\r\n');
      socket.write(Buffer.concat([hello, message(2, 'RequestName', 'su', body)]));
      // NameAcquired carries the name once it is ours.
      socket.on('data', (data) => {
        if (data.includes(name)) resolve(() => void socket.destroy());
      });
    });
  });
}

/** A call to the bus itself. */
function message(serial: number, member: string, signature: string, body: Buffer): Buffer {
  const fields = [
    field(1, 'o', text('/org/freedesktop/DBus')),
    field(6, 's', text('org.freedesktop.DBus')),
    field(2, 's', text('org.freedesktop.DBus')),
    field(3, 's', text(member)),
    ...(signature === '' ? [] : [field(8, 'g', Buffer.from([signature.length, ...Buffer.from(signature), 0]))]),
  ];
  const array = fields.reduce((all, each) => Buffer.concat([aligned(all, 8), each]), Buffer.alloc(0));
  const head = Buffer.alloc(16);
  head.write('l', 0, 'latin1');
  head.set([1, 0, 1], 1);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(serial, 8);
  head.writeUInt32LE(array.length, 12);
  return Buffer.concat([aligned(Buffer.concat([head, array]), 8), body]);
}

function field(code: number, type: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([code, 1, type.charCodeAt(0), 0]), value]);
}

/** Length, bytes, NUL. */
function text(value: string): Buffer {
  const bytes = Buffer.from(`${value}\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length - 1);
  return Buffer.concat([length, bytes]);
}

function aligned(bytes: Buffer, to: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);
}
