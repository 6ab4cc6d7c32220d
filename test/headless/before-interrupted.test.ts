import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { beforeInterrupted, type SignalSource } from '../../src-main/headless/before-interrupted.ts';

function signalled() {
  const emitter = new EventEmitter();
  const told: string[] = [];
  const source: SignalSource = {
    pid: 7,
    once: (signal, run) => emitter.once(signal, run),
    off: (signal, run) => emitter.off(signal, run),
    kill: (pid, signal) => told.push(`${String(pid)} ${signal}, ${String(emitter.listenerCount(signal))} listen`),
  };
  return { emitter, told, source };
}

test('what is half is removed, then the signal ends the process as it would have', () => {
  const { emitter, told, source } = signalled();
  beforeInterrupted(() => void told.push('removed'), source);
  emitter.emit('SIGINT');
  expect(told).toEqual(['removed', '7 SIGINT, 0 listen']);
});

test('what is whole stays, and nothing listens any more', () => {
  const { emitter, told, source } = signalled();
  beforeInterrupted(() => void told.push('removed'), source)();
  emitter.emit('SIGTERM');
  expect(told).toEqual([]);
});
