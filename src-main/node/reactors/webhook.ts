/** A signed webhook (Standard Webhooks) to an address of the person's choice: sent, and again until it arrives. */
import { randomUUID } from 'node:crypto';
import { Webhook as Signer } from 'standardwebhooks';
import type { Log } from '../log/log.ts';
import type { Fetch } from '../outgoing/outgoing.ts';
import { createSlots } from '../slots.ts';
import { orAfter } from '../time-limit.ts';
import type { Clock } from '../clock.ts';

export interface WebhookPorts {
  readonly url: () => string | null;
  /** `whsec_…` or base64; without one nothing is sent, since whoever gets it could not tell it from a forged one. */
  readonly secret: () => string | null;
  /** The inbox is closing. */
  readonly stop: AbortSignal;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly log: Log;
}

export interface WebhookAnswer {
  readonly ok: boolean;
  /** `no-url`, `no-secret`, `answered`, `refused`, `unreachable`. */
  readonly code: string;
  readonly status: number | null;
}

export interface Webhook {
  /** Once, now. */
  post(text: string): Promise<WebhookAnswer>;
  /** @param id the same for what is told again. @returns why it was given up; `null` where it arrived, where nobody wants to hear of it, or where the inbox closes. */
  deliver(text: string, id: string): Promise<WebhookAnswer | null>;
}

/** After the first attempt; what takes longer than that to come back is told of by the library itself. */
const retryMs = [1000, 5000, 30_000, 120_000, 600_000];
const timeoutMs = 15_000;
const mostWaiting = 1000;
/** A burst opens no more connections than that. */
const atOnce = 8;

export function createWebhook({ url, secret, stop, clock, fetch, log }: WebhookPorts): Webhook {
  const slots = createSlots(atOnce);
  let waiting = 0;
  const isStopped = (): boolean => stop.aborted;

  async function post(text: string, id = newId()): Promise<WebhookAnswer> {
    const written = url();
    if (written === null) return { ok: false, code: 'no-url', status: null };
    const key = secret();
    if (key === null) return { ok: false, code: 'no-secret', status: null };
    const at = clock.date();
    try {
      const { address, authorization } = withoutUser(written);
      const response = await fetch(new URL(address), {
        method: 'POST',
        // What is signed for one address is sent to no other; whoever leads elsewhere has not taken it.
        redirect: 'manual',
        signal: orAfter(stop, timeoutMs),
        headers: {
          'content-type': 'application/json',
          ...(authorization === null ? {} : { authorization }),
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': new Signer(key).sign(id, at, text),
        },
        body: text,
      });
      await response.body?.cancel();
      return { ok: response.ok, code: response.ok ? 'answered' : 'refused', status: response.status };
    } catch (error) {
      log.info({ error }, 'a webhook did not arrive');
      return { ok: false, code: 'unreachable', status: null };
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        stop.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.after(ms, end);
      stop.addEventListener('abort', end);
      if (stop.aborted) end();
    });
  }

  async function send(text: string, id: string): Promise<WebhookAnswer | null> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await slots(() => post(text, id));
      const { code, status } = answer;
      if (code === 'answered' || isStopped()) return null;
      const pauseMs = retryMs[attempt];
      // 410: whoever listened there does not want to hear any more.
      if (pauseMs === undefined || status === 410 || code === 'no-url' || code === 'no-secret') {
        log.warn({ code, status, attempts: attempt + 1 }, 'a webhook could not be delivered');
        // Where no address is set any more, nobody wants to hear of it.
        return code === 'no-url' ? null : answer;
      }
      await pause(pauseMs);
      if (isStopped()) return null;
    }
  }

  return {
    post,
    async deliver(text, id) {
      if (waiting >= mostWaiting) {
        log.warn({}, 'too many webhooks wait for their address; one is left out');
        return { ok: false, code: 'unreachable', status: null };
      }
      waiting += 1;
      return send(text, id).finally(() => (waiting -= 1));
    },
  };
}

const newId = (): string => `msg_${randomUUID()}`;

/** `fetch` takes no address with a user in it, as n8n and others hand out. */
function withoutUser(url: string): { readonly address: URL; readonly authorization: string | null } {
  const address = new URL(url);
  const { username, password } = address;
  if (username === '' && password === '') return { address, authorization: null };
  address.username = '';
  address.password = '';
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { address, authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}
