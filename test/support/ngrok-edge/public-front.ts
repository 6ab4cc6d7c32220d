/** One public address of the stand-in edge: plain HTTP on loopback, each request carried through its own stream. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** Where the requests of a front go at this moment. */
export interface Endpoint {
  readonly tunnelId: string;
  /** A stream to the agent with the proxy head written. */
  openProxy(clientAddress: string): Duplex;
}

export interface PublicFront {
  /** Origin without a trailing slash. */
  readonly url: string;
  endpoint: Endpoint | null;
  /** Waits before each request is passed on. */
  delayMs: number;
  /** Requests neither answered nor refused yet. */
  requestsUnderWay(): number;
  requestsTotal(): number;
  close(): Promise<void>;
}

function refuse(response: http.ServerResponse, status: number, code: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain', 'ngrok-error-code': code });
  response.end(`${code}\n`);
}

export async function openPublicFront(): Promise<PublicFront> {
  const underWay = new Set<http.ServerResponse>();
  let total = 0;

  function pass(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { endpoint } = front;
    if (!endpoint) {
      refuse(response, 404, 'ERR_NGROK_3200');
      return;
    }
    const client = `${request.socket.remoteAddress ?? '127.0.0.1'}:${request.socket.remotePort ?? 0}`;
    const stream = endpoint.openProxy(client);
    const forwardedFor = request.headers['x-forwarded-for'];
    const upstream = http.request({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      // The real edge appends, so only the last value is its own.
      headers: {
        ...request.headers,
        connection: 'close',
        'x-forwarded-for': [forwardedFor, '198.51.100.7'].flat().filter(Boolean).join(', '),
        'x-forwarded-proto': 'https',
      },
      createConnection: () => stream,
    });
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    upstream.on('error', () => refuse(response, 502, 'ERR_NGROK_3210'));
    upstream.on('close', () => stream.destroy());
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  const server = http.createServer((request, response) => {
    total += 1;
    underWay.add(response);
    response.on('close', () => underWay.delete(response));
    if (front.delayMs > 0) setTimeout(() => pass(request, response), front.delayMs);
    else pass(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const front: PublicFront = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    endpoint: null,
    delayMs: 0,
    requestsUnderWay: () => underWay.size,
    requestsTotal: () => total,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return front;
}
