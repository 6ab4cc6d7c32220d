/**
 * Proof that a callback sent now would arrive: a one-use signed nonce goes out to our own public address and must be
 * seen at our own callback listener.
 *
 * The nonce takes the place of a callback token, `GET <publicUrl>/c/<nonce>`, because that is the only route that the
 * public side knows; a stranger who tries one gets the same 404 as for any unknown token.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ProbeTrouble } from '../../common/tunnel-trouble.ts';
import { withoutProxy, type Outgoing } from '../outgoing/outgoing.ts';

export type ProofResult =
  | { readonly ok: true; readonly latencyMs: number }
  | {
      readonly ok: false;
      readonly reason: ProbeTrouble;
      /** For the log: an HTTP status, an error code. */
      readonly detail: string;
    };

export interface ProbeAnswer {
  readonly status: number;
  /** `3200` of the header `Ngrok-Error-Code: ERR_NGROK_3200`, where the edge itself answered. */
  readonly ngrokCode: string | null;
}

/** Makes one GET over a connection of its own and does not follow redirects. Rejects where no answer came. */
export type ProbeFetch = (url: string, signal: AbortSignal) => Promise<ProbeAnswer>;

export interface ProbeUsage {
  /** Since the program started. */
  readonly sent: number;
  /** At the pace of the last 24 hours; the free plan has 20,000 requests a month. */
  readonly perMonth: number;
}

export interface Probe {
  /**
   * For the callback listener: call it for a GET or HEAD at `/c/<token>` whose token is unknown, before that request
   * counts towards a rate limit. `true` once for each nonce that is on its way; answer 204 then, else as ever.
   */
  claim(token: string): boolean;
  /** @param limitMs real milliseconds until the answer; default 10 s. Never rejects. */
  prove(publicUrl: string, limitMs?: number): Promise<ProofResult>;
  usage(): ProbeUsage;
}

export interface ProbePorts {
  readonly fetch: ProbeFetch;
  /** Whole milliseconds of a clock that nobody sets. */
  readonly now: () => number;
  readonly random: (bytes: number) => Buffer;
}

const nonceBytes = 16;
const expiryBytes = 6;
const macBytes = 32;
const tokenBytes = nonceBytes + expiryBytes + macBytes;
const lifetimeMs = 60_000;
const hour = 3_600_000;
/** Probes that one hour of a quiet connection costs: one in five minutes. */
const quietPerHour = 12;

/** The key for the signatures is made here and dies with the process. */
export function createProbe(ports: Partial<ProbePorts> = {}): Probe {
  const { fetch = createProbeFetch(), now = () => Math.floor(performance.now()), random = randomBytes } = ports;
  const key = random(32);
  const onTheirWay = new Set<string>();
  const startedAt = now();
  let sentAt: number[] = [];
  let sent = 0;

  const sign = (body: Buffer): Buffer => createHmac('sha256', key).update(body).digest();

  function issue(): string {
    const body = Buffer.alloc(nonceBytes + expiryBytes);
    random(nonceBytes).copy(body);
    body.writeUIntBE(now() + lifetimeMs, nonceBytes, expiryBytes);
    const token = Buffer.concat([body, sign(body)]).toString('base64url');
    onTheirWay.add(token);
    return token;
  }

  function claim(token: string): boolean {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== tokenBytes || bytes.toString('base64url') !== token) return false;
    const body = bytes.subarray(0, nonceBytes + expiryBytes);
    if (!timingSafeEqual(bytes.subarray(nonceBytes + expiryBytes), sign(body))) return false;
    if (body.readUIntBE(nonceBytes, expiryBytes) < now()) return false;
    return onTheirWay.delete(token);
  }

  async function prove(publicUrl: string, limitMs = 10_000): Promise<ProofResult> {
    const token = issue();
    const began = performance.now();
    count();
    try {
      const answer = await fetch(`${publicUrl}/c/${token}`, AbortSignal.timeout(limitMs));
      // Seen at the listener, and its answer came back: a status alone could be anyone's.
      if (!onTheirWay.has(token) && answer.status < 500) {
        return { ok: true, latencyMs: Math.round(performance.now() - began) };
      }
      return { ok: false, ...readAnswer(answer) };
    } catch (error) {
      return { ok: false, ...readError(error) };
    } finally {
      onTheirWay.delete(token);
    }
  }

  function count(): void {
    sent += 1;
    sentAt.push(now());
    sentAt = sentAt.filter((at) => at > now() - 24 * hour);
  }

  function usage(): ProbeUsage {
    const recent = sentAt.filter((at) => at > now() - 24 * hour).length;
    const hours = Math.min(24, (now() - startedAt) / hour);
    // In the first hours the rest of the day is taken as quiet, or the first minute would look like a flood.
    return { sent, perMonth: Math.round((recent + Math.max(0, 24 - hours) * quietPerHour) * 30) };
  }

  return { claim, prove, usage };
}

function readAnswer({ status, ngrokCode }: ProbeAnswer): { reason: ProbeTrouble; detail: string } {
  const detail = ngrokCode === null ? `status ${status}` : `status ${status}, ERR_NGROK_${ngrokCode}`;
  if (ngrokCode === '3200') return { reason: 'offline-endpoint', detail };
  if (ngrokCode === '3004' || ngrokCode === '8012' || status === 502) return { reason: 'upstream', detail };
  if (status === 429 || ngrokCode === '727' || ngrokCode === '4027') return { reason: 'limit', detail };
  return { reason: 'elsewhere', detail };
}

function readError(error: unknown): { reason: ProbeTrouble; detail: string } {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const detail = `${code} ${error instanceof Error ? error.message : String(error)}`.trim();
  if (error instanceof Error && error.name === 'TimeoutError') return { reason: 'timeout', detail };
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code)) return { reason: 'certificate', detail };
  return { reason: 'unreachable', detail };
}

/**
 * Fetches without the guard that downloads have: the address is our own, and on a home network it may well be a
 * private one. Each probe opens a new connection, since one that is kept would prove the past.
 */
export function createProbeFetch(outgoing: Pick<Outgoing, 'connections'> = withoutProxy): ProbeFetch {
  return async (url, signal) => {
    const connection = outgoing.connections({ pipelining: 0, connections: 1 });
    try {
      const { origin, pathname, search } = new URL(url);
      const response = await connection.request({
        origin,
        path: pathname + search,
        method: 'GET',
        signal,
        headers: {
          // Either of the two keeps ngrok's warning page for browsers away.
          'ngrok-skip-browser-warning': '1',
          'user-agent': 'VideoInbox-Reachability/1',
          accept: '*/*',
        },
      });
      const code = response.headers['ngrok-error-code'];
      await response.body.dump({ limit: 64 * 1024, signal }).catch(() => undefined); // only the head matters
      return {
        status: response.statusCode,
        ngrokCode: /ERR_NGROK_(\d+)/.exec(String(code ?? ''))?.[1] ?? null,
      };
    } finally {
      await connection.destroy();
    }
  };
}
