/** One ngrok session with one endpoint, from connect to close, on the real SDK. Runs in the worker only. */
import type { Listener, Session } from '@ngrok/ngrok';
import type * as Ngrok from '@ngrok/ngrok';
import type { FromWorker, ConnectMessage } from './worker-protocol.ts';
import { workerProtocolVersion } from './worker-protocol.ts';
import { inTime } from '../time-limit.ts';

type Report = FromWorker extends infer M ? (M extends { v: number } ? Omit<M, 'v'> : never) : never;

export interface NgrokSessionPorts {
  /** Loads `@ngrok/ngrok`. Rejects where its native part is missing for this platform. */
  readonly load: () => Promise<typeof Ngrok>;
  readonly send: (message: FromWorker) => void;
  /** Milliseconds that unbinding may take. */
  readonly closeLimitMs: number;
}

export interface NgrokSession {
  /** Connects and binds; reports the outcome, never rejects. */
  connect(options: ConnectMessage): Promise<void>;
  /** Unbinds, because the edge would keep requests waiting for a session that merely vanished. Never rejects. */
  close(): Promise<void>;
}

const codePattern = /ERR_NGROK_(\d+)/;

/** `listenAndForward` fills no `errorCode`, so the message is read as well. */
function codeOf(error: unknown): string | null {
  const errorCode = typeof error === 'object' && error !== null && 'errorCode' in error ? String(error.errorCode) : '';
  return (codePattern.exec(errorCode) ?? codePattern.exec(String(error)))?.[1] ?? null;
}

export function createNgrokSession({ load, send, closeLimitMs }: NgrokSessionPorts): NgrokSession {
  let secret = '';
  let listener: Listener | null = null;
  let session: Session | null = null;
  let over = false;

  const report = (message: Report): void => {
    if (!over) send({ v: workerProtocolVersion, ...message });
  };
  /** ngrok repeats the authtoken in the sentences of 105, 106 and 107. */
  const failure = (error: unknown): { code: string | null; detail: string } => {
    const words = error instanceof Error ? error.message : String(error);
    const detail = secret === '' ? words : words.replaceAll(secret, '[authtoken]');
    return { code: codeOf(error), detail: detail.slice(0, 2000) };
  };
  const lost = (error: unknown): void => {
    report({ type: 'lost', ...failure(error) });
    over = true;
  };

  async function connect(options: ConnectMessage): Promise<void> {
    secret = options.authtoken;
    let stage: 'load' | 'connect' | 'bind' = 'load';
    try {
      const ngrok = await load();
      stage = 'connect';
      const builder = new ngrok.SessionBuilder()
        .authtoken(options.authtoken)
        .clientInfo('video-inbox', '1')
        .heartbeatInterval(options.heartbeatIntervalSeconds)
        .heartbeatTolerance(options.heartbeatToleranceSeconds)
        // Typed as a number, called with null when the tolerance has passed.
        .handleHeartbeat((latencyMs: number | null) => report({ type: 'heartbeat', latencyMs }))
        // `false`: the SDK must not reconnect, since its own pauses grow to hours. The supervisor does.
        .handleDisconnection((_address, error) => {
          lost(error);
          return false;
        });
      if (options.serverAddr !== null) builder.serverAddr(options.serverAddr);
      if (options.caPem !== null) builder.caCert(Buffer.from(options.caPem, 'utf8'));
      session = await builder.connect();
      stage = 'bind';
      const endpoint = session.httpEndpoint();
      if (options.domain !== null) endpoint.domain(options.domain);
      listener = await endpoint.listenAndForward(`http://127.0.0.1:${options.upstreamPort}`);
      const publicUrl = listener.url();
      if (publicUrl === null) throw new Error('the endpoint has no URL');
      report({ type: 'connected', publicUrl });
      // Rejects when the edge stops the endpoint; its message then holds the code.
      listener.join().then(() => lost(new Error('the endpoint ended')), lost);
    } catch (error) {
      report({ type: 'failed', stage, ...failure(error) });
      over = true;
    }
  }

  async function close(): Promise<void> {
    over = true; // what ends from here on ends because we want it
    const bound = listener;
    const open = session;
    listener = null;
    session = null;
    // Both calls hang when the link is dead.
    const unbind = async (): Promise<void> => {
      await bound?.close().catch(() => undefined); // already unbound, or the link is gone: nothing is left to undo
      await open?.close().catch(() => undefined);
    };
    await inTime(unbind(), closeLimitMs);
    send({ v: workerProtocolVersion, type: 'closed' });
  }

  return { connect, close };
}
