/** A clock that is wrong, and who tells better: real signatures, and answers of a server. */
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { byToldTime } from '../../src-main/node/callbacks/signatures/by-told-time.ts';
import { verifySignature } from '../../src-main/node/callbacks/signatures/verify.ts';
import { createToldTime } from '../../src-main/node/told-time.ts';

const hourMs = 3_600_000;
const right = Date.parse('2026-11-30T12:00:00Z');
const secret = Buffer.from('a secret of this service').toString('base64');
const rawBody = Buffer.from('{"id":"p1","status":"succeeded"}');

/** A machine whose clock is an hour slow. */
function slowMachine() {
  let wallMs = right - hourMs;
  let steadyMs = 1000;
  const told = createToldTime({ wallMs: () => wallMs, steadyMs: () => steadyMs });
  return {
    told,
    pass(ms: number): void {
      wallMs += ms;
      steadyMs += ms;
    },
    set: (ms: number) => void (wallMs += ms),
    async answered(url: string, date: string, tookMs = 20, more: Record<string, string> = {}): Promise<void> {
      const fetch = told.over(() => {
        steadyMs += tookMs;
        wallMs += tookMs;
        return Promise.resolve(new Response('{}', { headers: { date, ...more } }));
      });
      await fetch(new URL(url), {} as Parameters<typeof fetch>[1]);
    },
    /** Of a callback that was signed then. */
    verdictOf(signedAt: number) {
      const [id, seconds] = ['msg_1', String(Math.floor(signedAt / 1000))];
      const mac = createHmac('sha256', Buffer.from(secret, 'base64')).update(`${id}.${seconds}.`).update(rawBody);
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': seconds,
        'webhook-signature': `v1,${mac.digest('base64')}`,
      };
      const verify = (now: Date) =>
        verifySignature({
          provider: 'replicate',
          headers,
          rawBody,
          signedIds: () => new Set(),
          secrets: () => `whsec_${secret}`,
          now,
          isRequired: true,
        });
      return byToldTime(verify, new Date(wallMs), () => told.now());
    },
  };
}

const utc = (ms: number): string => new Date(ms).toUTCString();

test('what was signed just now is valid once a provider has told the time, and what is old stays old', async () => {
  const machine = slowMachine();
  expect(machine.verdictOf(right)).toEqual({ verdict: 'stale' });
  await machine.answered('https://api.kie.ai/api/v1/chat/credit', utc(right));
  machine.pass(10 * 60_000);
  expect(machine.verdictOf(right + 10 * 60_000)).toMatchObject({ verdict: 'valid' });
  expect(machine.verdictOf(right)).toEqual({ verdict: 'stale' });
  expect(machine.verdictOf(right - 2 * hourMs)).toEqual({ verdict: 'stale' });
});

test('nobody tells it without TLS, nor by an answer that took long or was kept by a cache, nor with no date', async () => {
  const machine = slowMachine();
  await machine.answered('http://api.example.test/', utc(right));
  await machine.answered('https://api.kie.ai/', utc(right), 11_000);
  await machine.answered('https://api.kie.ai/', utc(right), 20, { age: '3600' });
  await machine.answered('https://api.kie.ai/', 'soon');
  expect(machine.told.now()).toBeNull();
  expect(machine.verdictOf(right)).toEqual({ verdict: 'stale' });
});

test('what was told is nothing any more once the clock was set', async () => {
  const machine = slowMachine();
  machine.told.note(right);
  expect(machine.told.now()).toEqual(new Date(right));
  machine.set(hourMs);
  expect(machine.told.now()).toBeNull();
  expect(machine.verdictOf(right)).toMatchObject({ verdict: 'valid' });
  await machine.answered('https://api.kie.ai/', utc(right + hourMs));
  expect(machine.told.now()).toEqual(new Date(right + hourMs));
});
