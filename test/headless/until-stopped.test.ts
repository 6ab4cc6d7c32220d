import { expect, it, onTestFinished, vi } from 'vitest';
import { untilStopped } from '../../src-main/headless/until-stopped.ts';

const never = new Promise<never>(() => undefined);
const longMs = 60_000;

/** What it did, in order. */
function traced(stopped: Promise<void>) {
  const trace: string[] = [];
  return {
    trace,
    stopped,
    limitMs: longMs,
    open: () => Promise.resolve('inbox'),
    show: (opened: string) => {
      trace.push(`${opened} shown`);
      return Promise.resolve(() => void trace.push('hidden'));
    },
    close: (opened: string) => {
      trace.push(`${opened} closed`);
      return Promise.resolve();
    },
  };
}

it('closes what it has shown, once it is to end', async () => {
  let stop: () => void = () => undefined;
  const run = traced(
    new Promise((resolve) => {
      stop = resolve;
    }),
  );
  const ended = untilStopped(run);
  await expect.poll(() => run.trace).toEqual(['inbox shown']);
  stop();
  expect(await ended).toBeNull();
  expect(run.trace).toEqual(['inbox shown', 'hidden', 'inbox closed']);
});

it('does not leave open what could not be shown', async () => {
  const run = traced(never);
  const broken = { ...run, show: () => Promise.reject(new Error('no status')) };
  await expect(untilStopped(broken)).rejects.toThrow('no status');
  expect(run.trace).toEqual(['inbox closed']);
});

it('ends while it is still being opened, and closes what was opened within the limit', async () => {
  const run = traced(Promise.resolve());
  expect(await untilStopped({ ...run, limitMs: 1, open: () => never })).toBeNull();
  expect(run.trace).toEqual([]);
  const late = (): Promise<string> => new Promise((resolve) => setImmediate(() => resolve('inbox')));
  expect(await untilStopped({ ...run, open: late })).toBeNull();
  expect(run.trace).toEqual(['inbox shown', 'hidden', 'inbox closed']);
});

it('tells what kept it from opening, also to whoever wants it to end', async () => {
  const broken = { ...traced(Promise.resolve()), open: () => Promise.reject(new Error('a port is taken')) };
  await expect(untilStopped(broken)).rejects.toThrow('a port is taken');
});

it('tells what kept it from closing in order, and does not wait for it for ever', async () => {
  const run = traced(Promise.resolve());
  const error = new Error('the disk is full');
  expect(await untilStopped({ ...run, close: () => Promise.reject(error) })).toEqual({ error });
  expect(await untilStopped({ ...run, limitMs: 1, close: () => never })).toBeNull();
});

it('takes for opening and closing together no longer than it may, once it is to end', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const run = traced(Promise.resolve());
  const late = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('inbox'), longMs - 1));
  let isOver = false;
  void untilStopped({ ...run, open: late, close: () => never }).then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(longMs - 1);
  expect([run.trace, isOver]).toEqual([['inbox shown', 'hidden'], false]);
  await vi.advanceTimersByTimeAsync(1);
  expect(isOver).toBe(true);
});
