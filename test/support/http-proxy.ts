/** An HTTP proxy that finds one server of a test under any name. */
import { createServer, request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

export interface TestProxy {
  readonly url: string;
  /** `GET http://cdn.example.test/a.mp4`, `CONNECT cdn.example.test:443`. */
  readonly asked: string[];
  close(): void;
}

/**
 * @param toHost with its port.
 * @param login `user:password`, where it wants to know.
 */
export async function openHttpProxy(toHost: string, login: string | null = null): Promise<TestProxy> {
  const asked: string[] = [];
  const [host = '', port = ''] = toHost.split(':');
  const wanted = login === null ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  const proxy = createServer((incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    asked.push(`${method} ${url}`);
    if (headers['proxy-authorization'] !== wanted) {
      response.writeHead(407).end();
      return;
    }
    const { pathname, search } = new URL(url);
    const outgoing = request({ host, port, method, path: pathname + search, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  proxy.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url ?? ''}`);
    if (incoming.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const inner = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      inner.pipe(socket).pipe(inner);
    });
    inner.on('error', () => socket.destroy());
    socket.on('error', () => inner.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    asked,
    close() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
