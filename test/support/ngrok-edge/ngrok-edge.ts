/**
 * A stand-in for ngrok's edge on loopback, for the real SDK: it takes agents in over TLS and muxado, and turns plain
 * HTTP requests at loopback addresses into proxy streams to them.
 *
 * Point the SDK at `serverAddress` with `caPem` as its CA. Everything that goes wrong in life can be made to go wrong
 * here: see `NgrokEdge`. What it says of the real edge are guesses where ngrok's own documents are silent: how long a
 * dead session is kept, the wording of errors, that a rebind takes an endpoint over.
 */
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { makeCertificates } from './certificates.ts';
import { createMuxSession } from './muxado.ts';
import type { MuxSession } from './muxado.ts';
import { openPublicFront } from './public-front.ts';
import type { PublicFront } from './public-front.ts';
import {
  answer,
  echoHeartbeats,
  errorText,
  proxyHead,
  readRequest,
  readStreamType,
  stopTunnelHead,
  streamType,
} from './rpc.ts';

export interface EdgeOptions {
  /** Authtokens that are let in. */
  readonly authtokens: readonly string[];
  /** Domains of the account; others are refused with 320. Default: any. */
  readonly domains?: readonly string[];
  /** Agents at once before 108. Default 3, as on the free plan. */
  readonly sessionLimit?: number;
  /** A second bind of a domain that is online is refused with 334 in place of taking it over. Default false. */
  readonly refuseTakeover?: boolean;
}

export interface EdgeCounts {
  /** Agents that are connected and were let in. */
  readonly sessions: number;
  readonly sessionsTotal: number;
  readonly openStreams: number;
  /** At the public addresses, neither answered nor refused yet. */
  readonly requests: number;
  readonly endpoints: number;
  readonly authAttempts: number;
  readonly binds: number;
  readonly unbinds: number;
  readonly heartbeats: number;
  /** TCP connections to the agent's side, let in or not. */
  readonly connections: number;
}

export interface NgrokEdge {
  /** `localhost:PORT`, for the SDK's `serverAddr`. */
  readonly serverAddress: string;
  readonly caPem: string;
  counts(): EdgeCounts;
  /** The public address that was given out last, `null` before the first bind. */
  publicUrl(): string | null;
  /** `Extra` of the last Auth request. */
  lastAuth(): Readonly<Record<string, unknown>> | null;
  /** Ends all sessions: TCP FIN, TCP RST, or muxado GOAWAY. */
  drop(how: 'fin' | 'reset' | 'go-away'): void;
  /** Sessions stop answering anything, heartbeats included; their connections stay up. New ones are taken in. */
  freeze(): void;
  /** All that comes new is accepted on TCP and never answered, while true. */
  hang(on: boolean): void;
  /** Refuses each Auth (or Bind) with this code, e.g. `108`; `null` ends that. */
  refuse(stage: 'auth' | 'bind', code: string | null): void;
  /** Takes the authtoken back: its sessions are dropped, and Auth is refused with 107. */
  revoke(authtoken: string): void;
  /** Closes the listening socket and all sessions, public addresses answer 404 meanwhile. */
  down(): Promise<void>;
  /** Listens on the same port again. */
  up(): Promise<void>;
  /** Each public request waits so long before it is passed on. */
  delay(ms: number): void;
  /** The next bind without a domain gets another public address. */
  changeUrl(): void;
  /** Public requests no longer reach the agent (404 ERR_NGROK_3200) although its session is fine. */
  detach(on: boolean): void;
  /** Tells the agent that its endpoint was stopped from above. */
  stopEndpoint(code: string, message: string): void;
  close(): Promise<void>;
}

interface Session {
  readonly mux: MuxSession;
  readonly socket: net.Socket;
  authtoken: string | null;
  readonly bound: Map<string, PublicFront>;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const newId = (): string => randomBytes(12).toString('hex');

export async function openNgrokEdge(options: EdgeOptions): Promise<NgrokEdge> {
  const certificates = makeCertificates();
  const allowed = new Set(options.authtokens);
  const sessions = new Set<Session>();
  const sockets = new Set<net.Socket>();
  /** By domain; the address without a domain is under the empty string. */
  const fronts = new Map<string, PublicFront>();
  const allFronts: PublicFront[] = [];
  const totals = { sessions: 0, auths: 0, binds: 0, unbinds: 0, heartbeats: 0, connections: 0 };
  const refusals: { auth: string | null; bind: string | null } = { auth: null, bind: null };
  let lastAuth: Record<string, unknown> | null = null;
  let lastUrl: string | null = null;
  let hanging = false;
  let detached = false;
  let delayMs = 0;

  const letIn = (): Session[] => [...sessions].filter((session) => session.authtoken !== null);

  function authRefusal(authtoken: string): string | null {
    if (refusals.auth !== null) return refusals.auth;
    if (authtoken === '') return '4018';
    if (!allowed.has(authtoken)) return authtoken.includes('_') ? '107' : '105';
    return letIn().length >= (options.sessionLimit ?? 3) ? '108' : null;
  }

  function onAuth(session: Session, request: Record<string, unknown>): object {
    totals.auths += 1;
    lastAuth = record(request['Extra']);
    const authtoken = text(lastAuth['AuthToken']);
    const code = authRefusal(authtoken);
    if (code !== null) {
      // The real edge repeats the authtoken in its sentence, so ours does too: nobody may log it.
      return { Error: errorText(code, `The session was refused. Your authtoken: ${authtoken}`) };
    }
    session.authtoken = authtoken;
    totals.sessions += 1;
    return {
      Version: '3',
      ClientId: text(request['ClientId']) || newId(),
      Extra: { Version: 'stand-in', Region: 'loopback', Cookie: newId(), AccountName: 'Test', PlanName: 'Free' },
    };
  }

  async function frontFor(domain: string): Promise<PublicFront> {
    const known = fronts.get(domain);
    if (known) return known;
    const front = await openPublicFront();
    fronts.set(domain, front);
    allFronts.push(front);
    return front;
  }

  async function onBind(session: Session, request: Record<string, unknown>): Promise<object> {
    totals.binds += 1;
    const opts = record(request['Opts']);
    const domain = text(opts['Domain']) || text(opts['Hostname']);
    if (refusals.bind !== null) return { Error: errorText(refusals.bind, 'The endpoint was refused.') };
    if (session.authtoken === null) return { Error: errorText('4018', 'This session is not logged in.') };
    if (domain !== '' && options.domains && !options.domains.includes(domain)) {
      return { Error: errorText('320', `The domain '${domain}' is reserved for another account.`) };
    }
    const front = await frontFor(domain);
    const holder = [...sessions].find((other) => other !== session && [...other.bound.values()].includes(front));
    if (holder && options.refuseTakeover === true) {
      return { Error: errorText('334', `The endpoint '${front.url}' is already online.`) };
    }
    const tunnelId = text(request['Id']) || newId();
    session.bound.set(tunnelId, front);
    front.delayMs = delayMs;
    front.endpoint = {
      tunnelId,
      openProxy(clientAddress) {
        const stream = session.mux.open();
        stream.write(proxyHead(tunnelId, clientAddress, 'https'));
        return stream;
      },
    };
    if (detached) front.endpoint = null;
    lastUrl = front.url;
    return {
      Id: tunnelId,
      URL: front.url,
      Proto: text(request['Proto']) || 'https',
      Opts: opts,
      Extra: { Token: newId() },
    };
  }

  function onUnbind(session: Session, request: Record<string, unknown>): object {
    totals.unbinds += 1;
    release(session, text(request['Id']));
    return { Extra: {} };
  }

  function release(session: Session, tunnelId: string): void {
    const front = session.bound.get(tunnelId);
    session.bound.delete(tunnelId);
    if (front?.endpoint?.tunnelId === tunnelId) front.endpoint = null;
  }

  function takeIn(secure: tls.TLSSocket, socket: net.Socket): void {
    const mux = createMuxSession(secure, (stream) => {
      readStreamType(stream, (type) => {
        switch (type) {
          case streamType.auth:
            readRequest(stream, (request) => answer(stream, onAuth(session, request)));
            return;
          case streamType.bind:
            readRequest(stream, (request) => void onBind(session, request).then((body) => answer(stream, body)));
            return;
          case streamType.unbind:
            readRequest(stream, (request) => answer(stream, onUnbind(session, request)));
            return;
          case streamType.serverInfo:
            readRequest(stream, () => answer(stream, { Region: 'loopback' }));
            return;
          case streamType.heartbeat:
            echoHeartbeats(stream, () => (totals.heartbeats += 1));
            return;
          default:
            stream.destroy(new Error(`unknown stream type ${type}`));
        }
      });
    });
    const session: Session = { mux, socket, authtoken: null, bound: new Map() };
    sessions.add(session);
    secure.on('close', () => {
      sessions.delete(session);
      for (const tunnelId of [...session.bound.keys()]) release(session, tunnelId);
    });
  }

  const tlsServer = tls.createServer({ key: certificates.keyPem, cert: certificates.certPem });
  tlsServer.on('tlsClientError', () => undefined); // pokes and hung attempts that go away
  const server = net.createServer({ noDelay: true }, (socket) => {
    totals.connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (!hanging) tlsServer.emit('connection', socket);
  });
  tlsServer.on('secureConnection', (secure) => {
    const { remotePort } = secure;
    const socket = [...sockets].find((candidate) => candidate.remotePort === remotePort);
    if (socket) takeIn(secure, socket);
    else secure.destroy();
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(0);
  const { port } = server.address() as net.AddressInfo;

  const stopListening = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of [...sockets]) socket.destroy();
    await closed;
  };

  return {
    serverAddress: `localhost:${port}`,
    caPem: certificates.caPem,
    publicUrl: () => lastUrl,
    lastAuth: () => lastAuth,
    counts: () => ({
      sessions: letIn().length,
      sessionsTotal: totals.sessions,
      openStreams: [...sessions].reduce((sum, session) => sum + session.mux.openStreams(), 0),
      requests: allFronts.reduce((sum, front) => sum + front.requestsUnderWay(), 0),
      endpoints: allFronts.filter((front) => front.endpoint !== null).length,
      authAttempts: totals.auths,
      binds: totals.binds,
      unbinds: totals.unbinds,
      heartbeats: totals.heartbeats,
      connections: totals.connections,
    }),
    drop(how) {
      for (const session of [...sessions]) {
        if (how === 'fin') session.socket.end();
        else if (how === 'reset') session.socket.resetAndDestroy();
        else session.mux.goAway();
      }
    },
    freeze() {
      for (const session of sessions) session.mux.freeze();
    },
    hang(on) {
      hanging = on;
    },
    refuse(stage, code) {
      refusals[stage] = code;
    },
    revoke(authtoken) {
      allowed.delete(authtoken);
      for (const session of letIn()) if (session.authtoken === authtoken) session.socket.destroy();
    },
    down: stopListening,
    up: () => listen(port),
    delay(ms) {
      delayMs = ms;
      for (const front of allFronts) front.delayMs = ms;
    },
    changeUrl() {
      fronts.delete('');
    },
    detach(on) {
      detached = on;
      if (on) for (const front of allFronts) front.endpoint = null;
    },
    stopEndpoint(code, message) {
      for (const session of letIn()) {
        for (const tunnelId of [...session.bound.keys()]) {
          const stream = session.mux.open();
          stream.end(stopTunnelHead(tunnelId, code, message));
          stream.resume();
          release(session, tunnelId);
        }
      }
    },
    async close() {
      await stopListening();
      await Promise.all(allFronts.map((front) => front.close()));
    },
  };
}
