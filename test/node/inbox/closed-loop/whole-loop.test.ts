/** Dead links that are renewed, and the whole loop under trouble: nothing lost, nothing asked in vain, nothing paid twice. */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { TaskScript } from '../../../support/providers/kie-stand-in.ts';
import { day, hour, minute, order, tell, world } from '../../../support/closed-loop-world.ts';

describe('a dead link', () => {
  test('is renewed after hours in which the provider could not be asked', async () => {
    const w = await world();
    w.kie.script({ doneAfterMs: minute, onlyFreshLink: true, asks: Array<500>(8).fill(500) });
    await w.loop.submissions.send(order);
    w.kie.refuse(500);
    await w.pass(2 * minute);
    await w.callback(w.only());
    await w.pass(3 * hour);
    expect(w.saved()).toBe(0);
    w.kie.refuse(null);
    await w.pass(hour + minute);
    expect(w.saved()).toBe(1);
  });

  test('that was being renewed when the program was killed is renewed after the next start', async () => {
    let isTurn = true;
    const w = await world({ isOurTurn: () => isTurn });
    w.kie.script({ doneAfterMs: minute, onlyFreshLink: true });
    await w.loop.submissions.send(order);
    await w.pass(2 * minute);
    // Nobody renews it, as where nobody runs any more.
    isTurn = false;
    await w.callback(w.only());
    await w.pass(hour);
    expect(w.tasks().flatMap(({ videos }) => videos.map(({ state }) => state))).toEqual(['expired']);
    isTurn = true;
    await w.loop.start();
    await w.pass(minute);
    expect(w.saved()).toBe(1);
  });
});

test('what can be rescued is rescued, nothing is asked in vain, nothing is paid twice', async () => {
  const w = await world({ timeoutMs: 300 });
  const scripts: readonly { readonly script: Partial<TaskScript>; readonly isLost?: true }[] = [
    { script: {} },
    { script: { doneAfterMs: 10 * minute } },
    { script: { ends: 'flag4' } },
    { script: { asks: [429, 'drop', 'nonsense', 500, 455] } },
    { script: { deadFirstLink: true } },
    { script: { onlyFreshLink: true } },
    { script: { onlyFreshLink: true, cutOnce: 5 } },
    { script: { linkLifeMs: 0, doneAfterMs: 2 * minute } },
    { script: { asks: ['hang'] } },
    { script: { create: 'lost' } },
    { script: { ends: 'fail' }, isLost: true },
    { script: { ends: 'moderated' }, isLost: true },
  ];
  let rescuable = 0;
  let ordered = 0;
  for (const [n, { script, isLost }] of scripts.entries()) {
    w.kie.script(script);
    const sending = w.loop.submissions.send({
      ...order,
      provider: n % 2 === 0 ? 'kie-aleph' : 'kie-veo',
      ...(n % 2 === 0 ? {} : { videos: [] }),
    });
    await w.pass(1000);
    await sending;
    ordered += 1;
    if (isLost !== true) rescuable += 1;
  }
  await w.pass(2 * day);
  // The one whose answer was lost is found by its callback.
  for (const task of w.kie.tasks.values()) if (task.script.create === 'lost') await w.callback(task);
  await w.pass(day);
  const paidTwice = w.kie.tasks.size - ordered;
  tell(`clips rescued of rescuable: ${String(w.saved())} of ${String(rescuable)}`);
  tell(`needless calls after a terminal state: ${String(w.needless())}`);
  tell(`tasks paid twice: ${String(paidTwice)}`);
  expect(w.saved()).toBe(rescuable);
  expect(paidTwice).toBe(0);
});

test('two hundred orders at once stay within 20 in 10 s, and all of them come', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const w = await world();
  const sending = Promise.all(Array.from({ length: 200 }, () => w.loop.submissions.send(order)));
  const order200 = { isSent: false };
  void sending.then(() => (order200.isSent = true));
  // Callback URLs are written to a real disk meanwhile.
  for (let turn = 0; turn < 5000 && !order200.isSent; turn += 1) await w.pass(500);
  const results = await sending;
  expect(results.filter(({ outcome }) => outcome === 'made')).toHaveLength(200);
  await w.pass(30 * minute);
  const { mostIn10s, turnedAway } = w.kie.createRate();
  tell(`creations in any 10 s: at most ${String(mostIn10s)}, turned away ${String(turnedAway)}`);
  tell(
    `200 at once: ${String(w.saved())} saved, ${String(w.kie.tasks.size - 200)} paid twice, ${String(w.needless())} needless calls`,
  );
  expect(mostIn10s).toBeLessThanOrEqual(20);
  expect([w.saved(), w.kie.tasks.size, w.needless(), turnedAway]).toEqual([200, 200, 0, 0]);
  expect(warnings).toEqual([]);
}, 120_000);
