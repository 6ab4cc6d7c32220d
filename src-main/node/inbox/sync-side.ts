/** The side for twins: one listener, off unless the person gives it a port. */
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { TunnelStatus } from '../../common/status.ts';
import { InboxError } from '../../common/errors.ts';
import type { ApiKeyScope } from '../../common/api-keys.ts';
import { syncTexts } from '../../common/texts/en-sync.ts';
import type { SyncConfig } from '../machines-config.ts';
import { diskReason } from '../data-dir.ts';
import type { Downloads } from '../downloads/downloads.ts';
import { createHttpListener } from '../http-listener.ts';
import { createSeenOrigins } from '../sync/seen-origins.ts';
import { followCertificate, type Certificate } from '../sync/renewed-certificate.ts';
import { createSyncApp } from '../sync/sync-app.ts';
import { openSyncIdentity } from '../sync/sync-identity.ts';
import { createTakeEvents } from './machines/take-events.ts';
import type { DownloadPlan } from './downloads/download-plan.ts';
import type { InboxBase } from './inbox-base.ts';
import type { LibrarySide } from './library-side.ts';
import type { Removals } from './acts/removals.ts';

export interface SyncSidePorts {
  readonly config: SyncConfig;
  readonly holdings: Pick<LibrarySide, 'events' | 'files' | 'library' | 'places' | 'shared' | 'twin'>;
  readonly plan: Pick<DownloadPlan, 'forget'>;
  readonly downloads: Pick<Downloads, 'retryNow'>;
  readonly removals: Pick<Removals, 'note' | 'remove'>;
  readonly scopeOf: (key: string) => ApiKeyScope | null;
  readonly tunnelStatus: () => TunnelStatus;
}

export interface SyncSide {
  /** Without a slash at its end. */
  readonly url: string;
}

const mediaGraceMs = 1000;
/** Who does not read its answer; longer than anyone waits for an event. */
const stillMs = 90_000;

/** Listens at once. @throws InboxError where the port is taken or the certificate cannot be used. */
export async function openSyncSide({ closers, dir, log }: InboxBase, ports: SyncSidePorts): Promise<SyncSide> {
  const { config, downloads, plan, removals } = ports;
  const { events, files, library, places, shared, twin } = ports.holdings;
  const tls = config.tls === null ? null : await readTls(config.tls);
  const identity = await openSyncIdentity(dir.syncFile);
  const closing = new AbortController();
  const seen = createSeenOrigins(events);
  const app = createSyncApp({
    identity,
    ...(shared !== null && { logId: shared.id }),
    events,
    scopeOf: ports.scopeOf,
    take: createTakeEvents({ removals, library, seen, places, plan, retryNow: (key) => void downloads.retryNow(key) }),
    tunnelStatus: ports.tunnelStatus,
    copyOf: () => twin?.copyOf() ?? [],
    async findMedia(sha256) {
      for await (const file of files.find(sha256)) return file;
      return null;
    },
    isAway: (error) => shared !== null && shared.foreseen(error) !== error,
    closing: closing.signal,
    nowMs: () => performance.now(),
    log,
  });
  const listening = await listen();
  const isLoopback = ['127.0.0.1', '::1', 'localhost'].includes(config.host);
  if (tls === null && !isLoopback) {
    log.warn({ host: config.host }, 'twins are answered without TLS: whoever sees this network sees their token');
  }
  const pem = config.tls;
  const stopRenewal =
    tls === null || pem === null
      ? () => undefined
      : followCertificate(tls, {
          read: () => readTls(pem),
          use: (renewed) => listening.renew(renewed),
          nowMs: () => Date.now(),
          log,
        });
  closers.add('sync', async () => {
    stopRenewal();
    closing.abort();
    await listening.close(mediaGraceMs);
    seen.close();
  });
  return { url: `${tls === null ? 'http' : 'https'}://${shownHost(config.host)}:${String(listening.port)}` };

  async function listen() {
    try {
      return await createHttpListener({
        name: 'sync',
        flag: 'sync-port',
        port: config.port,
        usualPort: config.port,
        host: config.host,
        ...(tls === null ? {} : { tls }),
        app: { fetch: (request, env) => app.fetch(request, env) },
        maxConnections: 256,
        stillMs,
      }).listen();
    } catch (error) {
      seen.close();
      throw error;
    }
  }
}

/** Every address of this machine is also reached by this one. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function readTls({ certFile, keyFile }: NonNullable<SyncConfig['tls']>): Promise<Certificate> {
  const read = async (file: string): Promise<Buffer> => {
    try {
      return await readFile(file);
    } catch (cause) {
      throw new InboxError('unavailable', syncTexts.noCertificate(file, diskReason(cause)), { cause });
    }
  };
  const tls = { cert: await read(certFile), key: await read(keyFile) };
  try {
    createSecureContext(tls);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InboxError('unavailable', syncTexts.noCertificate(certFile, reason), { cause });
  }
  return tls;
}
