/** What flags and variables say of other machines: who reads along, whom this one is a copy of, who shares its log. */
import { canParseUrl } from '../common/can-parse-url.ts';
import { InboxError } from '../common/errors.ts';
import { roles, type Role } from '../common/shared-status.ts';
import { configTexts } from '../common/texts/en-config.ts';
import { sharedTexts } from '../common/texts/en-shared.ts';
import { trimmedEnd } from '../common/trim.ts';
import { nonEmpty, readPort, type Environment } from './config-values.ts';

/** A listener of its own for twins: other machines that read along. */
export interface SyncConfig {
  /** 0 = any free port. */
  readonly port: number;
  readonly host: string;
  /** PEM files; `null` = plain HTTP, for loopback or behind the person's own proxy. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
}

/** The inbox elsewhere that this one is a copy of. */
export interface TwinConfig {
  /** Of its sync listener, without a trailing slash. */
  readonly url: string;
  /** Which videos are brought here before someone opens them. */
  readonly media: 'all' | 'starred' | 'opened';
  /** Larger ones are brought only when someone opens them; `null` = of any size. */
  readonly maxMib: number | null;
  /** The settings choose it, and may choose another while it runs; flags and the environment do not change. */
  readonly isChosen: boolean;
}

/** The log that several machines share. */
export interface SharedConfig {
  /** Of the database, with its password. */
  readonly url: string;
  /** What this machine is called among them; `null` = as the machine is. */
  readonly name: string | null;
  readonly answer: 'local' | 'shared' | 'both';
  /** So long a machine that has gone silent keeps its work. */
  readonly leaseMs: number;
}

const usualLeaseMs = 30_000;
const mostLeaseSeconds = 3600;

export function readSync(
  text: (name: 'sync-port' | 'sync-host' | 'sync-cert' | 'sync-key') => string | null,
): SyncConfig | null {
  const port = readPort('sync-port', text('sync-port'));
  const certFile = text('sync-cert');
  const keyFile = text('sync-key');
  if ((certFile === null) !== (keyFile === null)) {
    throw new InboxError('bad-request', configTexts.syncCert);
  }
  if (port === null) {
    const alone = (['sync-host', 'sync-cert'] as const).find((name) => text(name) !== null);
    if (alone !== undefined) throw new InboxError('bad-request', configTexts.syncAlone(alone));
    return null;
  }
  const host = (text('sync-host') ?? '127.0.0.1').replace(/^\[(.+)\]$/, '$1');
  if (!/^[\w.:-]+$/.test(host)) {
    throw new InboxError('bad-request', configTexts.syncHost(host));
  }
  return { port, host, tls: certFile === null || keyFile === null ? null : { certFile, keyFile } };
}

/**
 * Of the inbox elsewhere, without a slash at its end; `null` where it is none. It may lie below a path, behind a proxy, and
 * have been copied with the path of a request.
 */
export function twinAddress(text: string): string | null {
  const url = canParseUrl(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
  const path = url.pathname.replace(/\/v1\/(?:events|status|media\/\w*)$/, '');
  return trimmedEnd(`${url.origin}${path}`, '/');
}

export function readTwin(text: (name: 'twin' | 'twin-media' | 'twin-max-mib') => string | null): TwinConfig | null {
  const written = text('twin');
  const url = written === null ? null : twinAddress(written);
  if (written !== null && url === null) throw new InboxError('bad-request', configTexts.address('twin', written));
  const media = text('twin-media') ?? 'all';
  const max = text('twin-max-mib');
  if (media !== 'all' && media !== 'starred' && media !== 'opened') {
    throw new InboxError('bad-request', configTexts.twinMedia(media));
  }
  if (max !== null && !/^\d+$/.test(max)) {
    throw new InboxError('bad-request', configTexts.twinMaxMib(max));
  }
  return url === null ? null : { url, media, maxMib: max === null ? null : Number(max), isChosen: false };
}

export function readSharedConfig(
  text: (name: 'role' | 'node' | 'answer' | 'twin') => string | null,
  env: Environment,
): { readonly shared: SharedConfig | null; readonly roles: readonly Role[] } {
  const url = nonEmpty(env['VIDEO_INBOX_DATABASE_URL']);
  if (url === null) {
    const flag = (['role', 'node', 'answer'] as const).find((name) => text(name) !== null);
    if (flag !== undefined) throw new InboxError('bad-request', sharedTexts.needsDatabase(flag));
    return { shared: null, roles };
  }
  requireDatabaseUrl(url);
  if (text('twin') !== null) throw new InboxError('bad-request', sharedTexts.notWithTwin);
  const name = text('node');
  if (name !== null && !/^[\w.-]{1,40}$/.test(name)) throw new InboxError('bad-request', sharedTexts.badNode(name));
  const answer = text('answer') ?? 'local';
  if (answer !== 'local' && answer !== 'shared' && answer !== 'both') {
    throw new InboxError('bad-request', sharedTexts.badAnswer(answer));
  }
  const leaseMs = readLease(nonEmpty(env['VIDEO_INBOX_LEASE_SECONDS']));
  return { shared: { url, name, answer, leaseMs }, roles: readRoles(text('role')) };
}

const sslModes: ReadonlySet<string> = new Set([
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
  'no-verify',
]);

/** @throws InboxError `bad-request` where it is no address of a database; it says nothing of what is in it. */
export function requireDatabaseUrl(url: string): void {
  if (!isDatabaseUrl(url)) throw new InboxError('bad-request', sharedTexts.notAnAddress);
  const mode = new URL(url).searchParams.get('sslmode');
  if (mode !== null && !sslModes.has(mode)) throw new InboxError('bad-request', sharedTexts.badSslMode(mode));
}

/** A sign of the password that ends the host's part of an address leaves the "@" behind it. */
function isDatabaseUrl(url: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(url) || !canParseUrl(url)) return false;
  const { hostname, pathname, searchParams, hash } = new URL(url);
  // Of several hosts, as some programs take them, `pg` would look for one of that name.
  if (`${hostname}${searchParams.get('host') ?? ''}`.includes(',')) return false;
  return hash === '' && !pathname.includes('@') && ![...searchParams.keys()].some((name) => name.includes('@'));
}

/** A timer counts no further than 24 days, and nobody wants the work of a dead machine to wait for an hour. */
function readLease(text: string | null): number {
  if (text === null) return usualLeaseMs;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (seconds >= 1 && seconds <= mostLeaseSeconds) return seconds * 1000;
  throw new InboxError('bad-request', sharedTexts.badLease(text, String(mostLeaseSeconds)));
}

function readRoles(text: string | null): readonly Role[] {
  if (text === null) return roles;
  const words = text.split(',').map((word) => word.trim());
  const wrong = words.find((word) => !roles.some((role) => role === word));
  if (wrong !== undefined) throw new InboxError('bad-request', sharedTexts.badRole(wrong));
  return roles.filter((role) => words.includes(role));
}
