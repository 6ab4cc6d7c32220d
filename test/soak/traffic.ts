/** Callbacks as a bad day brings them: real ones, repeats, failures, forged ones, and films that come badly. */
import { hash, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { kieSignature, lumaFailure, lumaSuccess } from '../support/kie-callbacks.ts';
import { request } from '../support/http-request.ts';
import { answer, type VideoServer } from '../support/video-server.ts';
import type { Oracle } from './oracle.ts';

export const hmacSecret = 'soak-secret-0123456789abcdef';

export interface Traffic {
  /** How the answers were spread: status (`cut` where none came) to count. */
  readonly answers: ReadonlyMap<string, number>;
  /** Resolves when the last sender has had its answer. */
  stop(): Promise<void>;
}

interface TrafficOptions {
  /** Where the inbox is now; it changes with a restart. */
  readonly callbackUrl: () => string;
  readonly media: VideoServer;
  /** A film that plays; each task gets bytes of its own. */
  readonly film: Buffer;
  readonly oracle: Oracle;
  readonly perSecond: number;
  readonly senders?: number;
}

export function startTraffic({ callbackUrl, media, film, oracle, perSecond, senders = 8 }: TrafficOptions): Traffic {
  const answers = new Map<string, number>();
  const sent: { readonly taskId: string; readonly body: object }[] = [];
  let made = 0;
  let running = true;

  const signed = (taskId: string) => kieSignature(taskId, hmacSecret, Math.floor(Date.now() / 1000));

  async function post(taskId: string | null, body: object | string, headers: Record<string, string>, url: string) {
    const reply = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }).catch(() => null);
    const status = reply?.status ?? null;
    answers.set(String(status ?? 'cut'), (answers.get(String(status ?? 'cut')) ?? 0) + 1);
    if (taskId !== null) oracle.answered(taskId, status);
    return status;
  }

  /** As a provider does: again until it is taken. A cut connection may have been stored, so it is a repeat then. */
  async function deliver(taskId: string, body: object): Promise<void> {
    for (let turn = 0; turn < 200 && running; turn += 1) {
      const status = await post(taskId, body, signed(taskId), callbackUrl());
      if (status !== null && status < 500) return;
      await sleep(100);
    }
  }

  /** @returns the link; how the film comes over it is the luck of the draw, but in the end it comes. */
  function filmLink(taskId: string, bytes: Buffer): string {
    const place = `/films/${taskId}.mp4`;
    const whole = { bytes, etag: `"${taskId}"` };
    switch (randomInt(10)) {
      case 0:
        return media.sequence(place, [{ ...whole, cutAfter: bytes.length >> 1 }, whole]);
      case 1:
        // Who asks for a second stops all films of its host for that second: more of them, and the films fall behind.
        return media.sequence(place, [answer(503, randomInt(20) === 0 ? { 'retry-after': '1' } : {}), whole]);
      case 2:
        return media.sequence(place, [answer(404), whole]);
      case 3:
        return media.file(place, { ...whole, pieceBytes: 8192, pauseMs: 20 });
      case 4:
        return media.file(place, { ...whole, ranges: false, chunked: true });
      default:
        return media.file(place, whole);
    }
  }

  async function one(): Promise<void> {
    const luck = randomInt(100);
    made += 1;
    const taskId = `soak-${String(made)}`;
    if (luck < 2 && sent.length > 0) {
      const before = sent[randomInt(sent.length)];
      if (before !== undefined) await post(before.taskId, before.body, signed(before.taskId), callbackUrl());
    } else if (luck < 5) {
      await post(null, lumaFailure(`forged-${String(made)}`), kieSignature('another', hmacSecret, 1), callbackUrl());
    } else if (luck < 7) {
      await post(null, lumaFailure(`lost-${String(made)}`), signed(taskId), `${callbackUrl().slice(0, -4)}AAAA`);
    } else if (luck < 8) {
      await post(null, '{"half": ', {}, callbackUrl());
    } else if (luck < 20) {
      oracle.expect(taskId, 'failure', null);
      await deliver(taskId, lumaFailure(taskId));
    } else if (luck < 22) {
      oracle.expect(taskId, 'dead', null);
      await deliver(taskId, lumaSuccess(taskId, [media.status(`/dead/${taskId}.mp4`, 410)]));
    } else {
      // A box that players skip makes the bytes of each its own.
      const bytes = Buffer.concat([film, freeBox(taskId)]);
      oracle.expect(taskId, 'film', hash('sha256', bytes));
      const success = lumaSuccess(taskId, [filmLink(taskId, bytes)]);
      // What is long is read by another thread.
      const body = luck === 99 ? { ...success, log: taskId.repeat(10_000) } : success;
      await deliver(taskId, body);
      if (sent.length < 500) sent.push({ taskId, body });
    }
  }

  async function sender(): Promise<void> {
    while (running) {
      await one();
      await sleep((1000 * senders) / perSecond);
    }
  }

  const over = Promise.all(Array.from({ length: senders }, sender));
  return {
    answers,
    async stop() {
      running = false;
      await over;
    },
  };
}

function freeBox(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write('free', 4);
  return Buffer.concat([head, body]);
}
