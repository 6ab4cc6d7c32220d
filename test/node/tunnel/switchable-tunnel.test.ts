import { expect, it } from 'vitest';
import { createNoTunnel } from '../../../src-main/node/tunnel/no-tunnel.ts';
import { createSwitchableTunnel } from '../../../src-main/node/tunnel/switchable-tunnel.ts';
import type { DetailedTunnel, TunnelSnapshot } from '../../../src-main/node/tunnel/tunnel.ts';

/** A tunnel that writes down what is done to it. */
function recordingTunnel(name: string, calls: string[], stopping: Promise<void> = Promise.resolve()) {
  const listeners = new Set<(snapshot: TunnelSnapshot) => void>();
  const snapshot: TunnelSnapshot = { kind: 'ngrok', state: 'online', publicUrl: name, provenAt: null, message: null };
  const tunnel: DetailedTunnel = {
    snapshot: () => snapshot,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start(port) {
      calls.push(`${name} starts at ${port}`);
      return Promise.resolve();
    },
    check: () => Promise.resolve(void calls.push(`${name} is checked`)),
    revalidate: (reason) => void calls.push(`${name}: ${reason}`),
    async stop() {
      await stopping;
      calls.push(`${name} stops`);
    },
    details: () => ({
      since: `since ${name}`,
      ngrokCode: '334',
      drift: null,
      probes: { sent: 0, perMonth: 0 },
      advice: `advice of ${name}`,
    }),
  };
  return { tunnel, change: () => listeners.forEach((listener) => listener(snapshot)), listeners };
}

it('stops the old one before the new one starts, at the same port, and tells of the new one', async () => {
  const calls: string[] = [];
  const [first, second] = [recordingTunnel('first', calls), recordingTunnel('second', calls)];
  const made = [first.tunnel, second.tunnel];
  const tunnel = createSwitchableTunnel(() => made.shift() ?? createNoTunnel());
  const seen: (string | null)[] = [];
  const undo = tunnel.onChange(({ publicUrl }) => void seen.push(publicUrl));
  await tunnel.start(4747);
  first.change();
  await tunnel.renew();
  expect(calls).toEqual(['first starts at 4747', 'first stops', 'second starts at 4747']);
  expect(first.listeners.size).toBe(0);
  second.change();
  expect(seen).toEqual(['first', 'second', 'second']);
  undo();
  second.change();
  expect(seen).toHaveLength(3);
  await tunnel.check();
  tunnel.revalidate('wake');
  expect(calls.slice(3)).toEqual(['second is checked', 'second: wake']);
});

it('passes on the details of the present one, and has none without a tunnel', async () => {
  const { tunnel: first } = recordingTunnel('first', []);
  const made = [first];
  const tunnel = createSwitchableTunnel(() => made.shift() ?? createNoTunnel());
  expect(tunnel.details()).toMatchObject({ since: 'since first', ngrokCode: '334', advice: 'advice of first' });
  await tunnel.renew();
  expect(tunnel.details()).toBeNull();
  expect(tunnel.snapshot().kind).toBe('none');
});

it('starts nothing after a stop, not even what was being exchanged', async () => {
  const calls: string[] = [];
  let letGo: () => void = () => undefined;
  const stopping = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const made = [recordingTunnel('first', calls, stopping).tunnel, recordingTunnel('second', calls).tunnel];
  const tunnel = createSwitchableTunnel(() => made.shift() ?? createNoTunnel());
  await tunnel.start(4747);
  const renewed = tunnel.renew();
  const stopped = tunnel.stop();
  letGo();
  await Promise.all([renewed, stopped]);
  expect(calls).toEqual(['first starts at 4747', 'first stops', 'second stops']);
  await tunnel.renew();
  expect(calls.filter((call) => call.includes('starts'))).toHaveLength(1);
});

it('keeps the present one where another cannot be made, and can be renewed after that', async () => {
  const calls: string[] = [];
  const made: (() => DetailedTunnel)[] = [
    () => recordingTunnel('first', calls).tunnel,
    () => {
      throw new Error('no CA file');
    },
    () => recordingTunnel('second', calls).tunnel,
  ];
  const tunnel = createSwitchableTunnel(() => made.shift()?.() ?? createNoTunnel());
  await tunnel.start(4747);
  await expect(tunnel.renew()).rejects.toThrow('no CA file');
  expect(tunnel.snapshot().publicUrl).toBe('first');
  expect(calls).toEqual(['first starts at 4747']);
  await tunnel.renew();
  expect(tunnel.snapshot().publicUrl).toBe('second');
});
