/** Everything around a tunnel under test: the stand-in edge, a callback listener, the worker's processes. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../../src-main/node/log/log.ts';
import { createNgrokTunnel } from '../../../src-main/node/tunnel/ngrok-tunnel.ts';
import type { NgrokTunnelOptions } from '../../../src-main/node/tunnel/ngrok-tunnel.ts';
import { createProbe } from '../../../src-main/node/tunnel/reachability.ts';
import type { Probe } from '../../../src-main/node/tunnel/reachability.ts';
import type { DetailedTunnel, TunnelSnapshot } from '../../../src-main/node/tunnel/tunnel.ts';
import { createForkSpawn } from '../../../src-main/node/tunnel/worker-handle.ts';
import { openNgrokEdge } from './ngrok-edge.ts';
import type { EdgeOptions, NgrokEdge } from './ngrok-edge.ts';

export const goodAuthtoken = '2abcDEFghiJKLmnoPQRstuVWXyz_4fGhJkLmNpQrStUvWxYz1';

/** What the callback listener does, as far as a tunnel can see it. */
export interface Listener {
  readonly port: number;
  /** How often each body arrived. */
  readonly seen: ReadonlyMap<string, number>;
  /** Lines `METHOD path` of everything that is neither a probe nor a callback. */
  readonly strange: readonly string[];
  close(): Promise<void>;
}

export async function openListener(probe: Probe): Promise<Listener> {
  const seen = new Map<string, number>();
  const strange: string[] = [];
  const server = http.createServer((request, response) => {
    const token = request.url?.replace('/c/', '') ?? '';
    if (request.method === 'GET' && probe.claim(token)) {
      response.writeHead(204).end();
      return;
    }
    if (request.method !== 'POST' || token !== 'token') {
      strange.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.writeHead(404).end();
      return;
    }
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      seen.set(body, (seen.get(body) ?? 0) + 1);
      response.end('{"code":200}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    strange,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface Rig {
  readonly edge: NgrokEdge;
  readonly listener: Listener;
  readonly tunnel: DetailedTunnel;
  readonly probe: Probe;
  /** Process ids of all workers so far, in the order of their start. */
  readonly pids: readonly number[];
  /** The most workers that ran at one moment. */
  readonly mostAtOnce: () => number;
  /** All states in the order in which they were announced. */
  readonly states: readonly string[];
  /** All that was logged, as one text. */
  readonly logged: () => string;
  /** Resolves with the first snapshot, from now on, that `wanted` accepts. */
  readonly until: (
    wanted: TunnelSnapshot['state'] | ((snapshot: TunnelSnapshot) => boolean),
  ) => Promise<TunnelSnapshot>;
  /** Posts a callback at the public address. @returns the status, or 0 where no answer came within `limitMs`. */
  readonly post: (body: string, limitMs?: number) => Promise<number>;
  close(): Promise<void>;
}

/** A tunnel at a stand-in edge; not started yet. `timeScale` is 0.1 unless told. */
export async function openRig(
  workerFile: string,
  options: Partial<EdgeOptions> & { readonly tunnel?: Partial<NgrokTunnelOptions> } = {},
): Promise<Rig> {
  const edge = await openNgrokEdge({ authtokens: [goodAuthtoken], ...options });
  const probe = createProbe();
  const listener = await openListener(probe);
  const pids: number[] = [];
  const states: string[] = [];
  const lines: string[] = [];
  let mostAtOnce = 0;
  const write =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const fork = createForkSpawn(workerFile);
  const tunnel = createNgrokTunnel({
    authtoken: goodAuthtoken,
    domain: null,
    serverAddr: edge.serverAddress,
    caPem: edge.caPem,
    spawn: () => {
      const worker = fork();
      if (worker.pid !== undefined) pids.push(worker.pid);
      mostAtOnce = Math.max(mostAtOnce, pids.filter(isRunning).length);
      return worker;
    },
    probe,
    log,
    timeScale: 0.1,
    ...options.tunnel,
  });
  tunnel.onChange(({ state }) => {
    if (states.at(-1) !== state) states.push(state);
  });

  return {
    edge,
    listener,
    tunnel,
    probe,
    pids,
    mostAtOnce: () => mostAtOnce,
    states,
    logged: () => lines.join('\n'),
    until(wanted) {
      const accepts = typeof wanted === 'string' ? (snapshot: TunnelSnapshot) => snapshot.state === wanted : wanted;
      return new Promise((resolve) => {
        const undo = tunnel.onChange((snapshot) => {
          if (!accepts(snapshot)) return;
          undo();
          resolve(snapshot);
        });
        const now = tunnel.snapshot();
        if (accepts(now)) {
          undo();
          resolve(now);
        }
      });
    },
    async post(body, limitMs = 10_000) {
      try {
        const response = await fetch(`${edge.publicUrl() ?? ''}/c/token`, {
          method: 'POST',
          body,
          signal: AbortSignal.timeout(limitMs),
        });
        await response.arrayBuffer();
        return response.status;
      } catch {
        return 0;
      }
    },
    async close() {
      await tunnel.stop();
      await listener.close();
      await edge.close();
    },
  };
}
