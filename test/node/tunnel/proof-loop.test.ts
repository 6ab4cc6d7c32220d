import { expect, test } from 'vitest';
import type { ProofResult } from '../../../src-main/node/tunnel/reachability.ts';
import { createProofLoop } from '../../../src-main/node/tunnel/proof-loop.ts';
import type { ProofOutcome } from '../../../src-main/node/tunnel/proof-loop.ts';
import { createHandClock } from '../../support/ngrok-edge/hand-clock.ts';

function open(answer: () => ProofResult | Promise<ProofResult> = () => ({ ok: true, latencyMs: 1 })) {
  const clock = createHandClock();
  const sent: { at: number; url: string; limitMs: number | undefined }[] = [];
  const outcomes: ProofOutcome[] = [];
  const loop = createProofLoop({
    clock,
    probe: {
      claim: () => false,
      usage: () => ({ sent: sent.length, perMonth: 0 }),
      prove: async (url, limitMs) => {
        sent.push({ at: clock.now(), url, limitMs });
        return answer();
      },
    },
    onOutcome: (outcome) => void outcomes.push(outcome),
  });
  return { clock, loop, sent, outcomes };
}
const bad: ProofResult = { ok: false, reason: 'timeout', detail: '' };

test('proves at once, then every five minutes', async () => {
  const { clock, loop, sent } = open();
  loop.follow('https://a.example');
  await clock.pass(15 * 60_000);
  expect(sent.map(({ at }) => at / 60_000)).toEqual([0, 5, 10, 15]);
});

test('looks again soon after a failure, and less often as it lasts', async () => {
  const { clock, loop, sent, outcomes } = open(() => bad);
  loop.follow('https://a.example');
  await clock.pass(20 * 60_000);
  expect(sent.map(({ at }) => at / 1000)).toEqual([0, 2, 7, 22, 52, 112, 232, 532, 832, 1132]);
  expect(outcomes.slice(0, 3).map(({ failures }) => failures)).toEqual([1, 2, 3]);
});

test('nothing is sent while it rests, and a late result is dropped', async () => {
  let answer: (result: ProofResult) => void = () => undefined;
  const { clock, loop, sent, outcomes } = open(() => new Promise((resolve) => (answer = resolve)));
  loop.follow('https://a.example');
  await clock.pass(1);
  loop.rest();
  answer(bad);
  await clock.pass(3_600_000);
  await loop.prove({ asked: true });
  expect(sent).toHaveLength(1);
  expect(outcomes).toEqual([]);
});

test('a probe that is asked for joins one that is under way; a fresh one follows it', async () => {
  const answers: ((result: ProofResult) => void)[] = [];
  const { clock, loop, sent } = open(() => new Promise((resolve) => void answers.push(resolve)));
  loop.follow('https://a.example');
  void loop.prove({ asked: true });
  const fresh = loop.prove({ asked: true, fresh: true, limitMs: 3000 });
  await clock.pass(0);
  expect(sent).toHaveLength(1);
  answers[0]?.(bad);
  await clock.pass(0);
  expect(sent.map(({ limitMs }) => limitMs)).toEqual([10_000, 3000]);
  answers[1]?.({ ok: true, latencyMs: 1 });
  await fresh;
});

test('a connection that flaps does not use the month up: twenty probes, then one in three minutes', async () => {
  const { clock, loop, sent, outcomes } = open();
  for (let n = 0; n < 24 * 60; n += 1) {
    loop.follow('https://a.example'); // connected anew each minute for a day
    await clock.pass(60_000);
  }
  expect(sent.length).toBeLessThanOrEqual(20 + 24 * 20);
  expect(outcomes.some(({ result }) => !result.ok && result.reason === 'waiting')).toBe(true);
  const before = sent.length;
  await loop.prove({ asked: true });
  expect(sent).toHaveLength(before + 1);
});

test('a probe that had to wait is made up for by itself', async () => {
  const { clock, loop, outcomes } = open();
  for (let n = 0; n < 25; n += 1) {
    loop.follow('https://a.example');
    await clock.pass(10);
  }
  expect(outcomes.at(-1)?.result).toMatchObject({ ok: false, reason: 'waiting' });
  await clock.pass(3 * 60_000);
  expect(outcomes.at(-1)?.result).toMatchObject({ ok: true });
});
