/** A SOCKS 5 proxy that finds one server of a test under any name. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SocksProxy {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** The names that were asked for. */
  readonly asked: string[];
  close(): void;
}

/**
 * @param toHost with its port.
 * @param login `user:password`, where it wants to know.
 * @see https://www.rfc-editor.org/rfc/rfc1928 and https://www.rfc-editor.org/rfc/rfc1929
 */
export async function openSocksProxy(toHost: string, login: string | null = null): Promise<SocksProxy> {
  const asked: string[] = [];
  const [toName, toPort] = toHost.split(':');
  const passOn = (socket: Socket): void => {
    socket.once('data', (wish) => {
      asked.push(sized(wish, 4));
      const inner = connect(Number(toPort), toName, () => {
        socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 80]));
        inner.pipe(socket).pipe(inner);
      });
      inner.on('error', () => socket.destroy());
      socket.on('close', () => inner.destroy());
    });
  };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (hello) => {
      if (login === null) {
        socket.write(Buffer.from([5, 0]));
        passOn(socket);
        return;
      }
      if (!hello.subarray(2).includes(2)) {
        socket.end(Buffer.from([5, 255]));
        return;
      }
      socket.write(Buffer.from([5, 2]));
      socket.once('data', (told) => {
        const user = sized(told, 1);
        const isRight = `${user}:${sized(told, 2 + user.length)}` === login;
        socket.write(Buffer.from([1, isRight ? 0 : 1]));
        if (isRight) passOn(socket);
        else socket.end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    close: () => void server.close(),
  };
}

/** A text behind its length. */
const sized = (bytes: Buffer, at: number): string => bytes.toString('latin1', at + 1, at + 1 + (bytes[at] ?? 0));
