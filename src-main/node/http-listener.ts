/** Opens an app on a port, of loopback unless another address is asked for, with the limits that a listener needs against slow and greedy peers. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { InboxError } from '../common/errors.ts';
import { configTexts } from '../common/texts/en-config.ts';

/** A listener that takes nothing yet: what answers behind it may not be there. */
export interface IdleListener {
  /** @throws InboxError `port-in-use` where the demanded port is taken. */
  listen(): Promise<HttpListener>;
}

export interface HttpListener {
  readonly port: number;
  /** Where TLS is spoken, who connects from now on is shown this certificate. */
  renew(tls: NonNullable<HttpListenerOptions['tls']>): void;
  /** Takes no more connections, lets answers that are under way end for up to `graceMs`, then cuts the rest. */
  close(graceMs: number, patience?: Patience): Promise<void>;
}

/** Requests that somebody waits for the answer of, beside others that never end by themselves. */
export interface Patience {
  readonly graceMs: number;
  readonly isFor: (incoming: IncomingMessage) => boolean;
}

/** Fetch-style, or straight on Node where each request counts. */
export type HttpApp =
  | { readonly fetch: (request: Request, env: HttpBindings) => Response | Promise<Response> }
  | { readonly handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void };

export interface HttpListenerOptions {
  /** For the sentence when the port is taken, e.g. `callback`. */
  readonly name: string;
  readonly flag: string;
  /** `null` = `usualPort`, and any free one where that is taken. */
  readonly port: number | null;
  readonly usualPort: number;
  readonly app: HttpApp;
  readonly maxConnections: number;
  /** The address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** PEM; HTTPS is spoken then. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** An idle connection is closed after so long. Default 15 s. */
  readonly keepAliveMs?: number;
  /** A request must be whole after so long; 0 where the app has limits of its own. Default 30 s. */
  readonly wholeMs?: number;
  /** A connection over which nothing moves for so long, in neither direction, is cut. Default: none is. */
  readonly stillMs?: number;
}

const loopback = '127.0.0.1';
const minVersion = 'TLSv1.2';

export function createHttpListener(options: HttpListenerOptions): IdleListener {
  const answer = requestListener(options.app);
  const underWay = new Set<IncomingMessage>();
  let isClosing = false;
  let cut = (): void => undefined;
  const limits = {
    // Slow headers, slow bodies and idle connections each have an end.
    headersTimeout: 10_000,
    requestTimeout: options.wholeMs ?? 30_000,
    keepAliveTimeout: options.keepAliveMs ?? 15_000,
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: 16 * 1024,
  };
  const room = createRoom(options.maxConnections);
  const listener: RequestListener = (incoming, outgoing) => {
    room.asked(incoming);
    underWay.add(incoming);
    outgoing.on('close', () => {
      room.answered(incoming);
      underWay.delete(incoming);
      // Kept alive, it would hold up the end until it is cut.
      if (isClosing) incoming.socket.end();
      cut();
    });
    answer(incoming, outgoing);
  };
  const secure =
    options.tls === undefined
      ? null
      : createTlsServer({ ...limits, ...options.tls, handshakeTimeout: 10_000, minVersion }, listener);
  const server = secure ?? createServer(limits, listener);
  // One more, which either finds a place or is closed; what is over it is turned away by Node itself, unheard.
  server.maxConnections = options.maxConnections + 1;
  // From here on it holds a place, also where it never shakes hands.
  server.on('connection', (socket: Socket) => room.enter(socket));
  if (options.tls !== undefined) server.on('secureConnection', (socket: Socket) => room.encrypted(socket));
  // Their size is bounded. Beyond a number Node leaves them out without a word: whoever sends many would have hidden those that a
  // tunnel adds behind them, which tell who they are, or lost their own signature.
  server.maxHeadersCount = 0;
  // Some say that they have said all, and then wait (`ncat`): Node would hang up in place of an answer.
  if ('handle' in options.app) Object.assign(server, { httpAllowHalfOpen: true });
  server.timeout = options.stillMs ?? 0;
  return {
    listen: async () => ({
      port: await listen(server, options),
      renew: (tls) => secure?.setSecureContext({ ...tls, minVersion }),
      close,
    }),
  };

  async function close(graceMs: number, patience?: Patience): Promise<void> {
    isClosing = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const isPatient = (incoming: IncomingMessage): boolean => patience?.isFor(incoming) ?? false;
    const cutAll = (): void => server.closeAllConnections();
    const first = setTimeout(() => {
      // And whenever one of those that are waited for was the last.
      cut = () => {
        const others = [...underWay].filter((incoming) => !isPatient(incoming));
        if (others.length === underWay.size) cutAll();
        else for (const { socket } of others) socket.destroy();
      };
      cut();
    }, graceMs);
    const last = setTimeout(cutAll, Math.max(graceMs, patience?.graceMs ?? 0));
    await closed;
    clearTimeout(first);
    clearTimeout(last);
  }
}

/** Who holds a place. */
interface Holder {
  /** As it came from the network. */
  readonly socket: Socket;
  /** What is being answered. */
  request: IncomingMessage | null;
  hasAsked: boolean;
}

/**
 * Where all places are taken, whoever only holds one makes room for who comes: else a few thousand connections without a
 * word, which anybody can open, would turn every callback away. Who is being answered stays.
 */
function createRoom(places: number): {
  /** As it comes from the network. */
  enter(socket: Socket): void;
  /** What runs on one that has entered: its requests come on this one. */
  encrypted(socket: Socket): void;
  asked(incoming: IncomingMessage): void;
  answered(incoming: IncomingMessage): void;
} {
  const open = new Set<Holder>();
  /** By who speaks: Node does not tell what an encrypted socket runs on. */
  const byPeer = new Map<string, Holder>();
  /** By what requests come on. */
  const bySocket = new WeakMap<Socket, Holder>();

  /** The first that came: a sender with something to say needs no time. Those that were answered before come last. */
  function whoLeavesFor(comer: Holder): Holder {
    let idle: Holder | null = null;
    for (const holder of open) {
      if (holder === comer || holder.request?.complete === true) continue;
      if (!holder.hasAsked) return holder;
      idle ??= holder;
    }
    return idle ?? comer;
  }

  return {
    enter(socket) {
      const holder: Holder = { socket, request: null, hasAsked: false };
      const peer = peerOf(socket);
      open.add(holder);
      byPeer.set(peer, holder);
      bySocket.set(socket, holder);
      socket.once('close', () => {
        open.delete(holder);
        if (byPeer.get(peer) === holder) byPeer.delete(peer);
      });
      if (open.size <= places) return;
      const leaving = whoLeavesFor(holder);
      open.delete(leaving);
      leaving.socket.destroy();
    },
    encrypted(socket) {
      const entered = byPeer.get(peerOf(socket));
      if (entered !== undefined) bySocket.set(socket, entered);
    },
    asked(incoming) {
      const holder = bySocket.get(incoming.socket);
      if (holder !== undefined) holder.request = incoming;
    },
    answered(incoming) {
      const holder = bySocket.get(incoming.socket);
      if (holder?.request !== incoming) return;
      holder.request = null;
      if (incoming.complete) holder.hasAsked = true;
    },
  };
}

function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return [remoteAddress, remotePort, localAddress].join(' ');
}

function requestListener(app: HttpApp): RequestListener {
  if ('handle' in app) return app.handle;
  // Only HTTP/1.1 is served here, so the bindings are always those of `node:http`.
  const answer = getRequestListener((request, env) => app.fetch(request, env as HttpBindings), {
    overrideGlobalObjects: false,
    // HTTP/1.0 may come without one.
    hostname: loopback,
  });
  return (incoming, outgoing) => void answer(incoming, outgoing);
}

async function listen(
  server: Server,
  { name, flag, port, usualPort, host = loopback }: HttpListenerOptions,
): Promise<number> {
  try {
    return await listenOn(server, port ?? usualPort, host);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    if (port === null) return listenOn(server, 0, host);
    throw new InboxError('port-in-use', configTexts.portTaken(port, name, code === 'EACCES', flag), { cause: error });
  }
}

function listenOn(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
