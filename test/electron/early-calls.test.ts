// What someone wants of the app before its inbox is open. `electron` is no more here than an app that emits.
import { EventEmitter } from 'node:events';
import { beforeEach, expect, it, vi } from 'vitest';
import { collectEarlyCalls } from '../../src-main/electron/deep-links.ts';

const electron = vi.hoisted(() => ({ app: null as unknown as NodeJS.EventEmitter }));
vi.mock('electron', () => ({
  get app() {
    return electron.app;
  },
}));

const link = 'video-inbox://task/fal%3Aa';

beforeEach(() => {
  electron.app = new EventEmitter();
});

it('nobody has called', () => {
  expect(collectEarlyCalls()()).toEqual({ taskKey: null, isCalled: false });
});

it('a second start wants the window, with a link or without, also where the first was a hidden one', () => {
  const collected = collectEarlyCalls();
  electron.app.emit('second-instance', {}, ['electron', link]);
  electron.app.emit('second-instance', {}, ['electron', '.']);
  expect(collected()).toEqual({ taskKey: 'fal:a', isCalled: true });
  expect(electron.app.listenerCount('second-instance')).toBe(0);
});

it('macOS tells of a link by itself', () => {
  const collected = collectEarlyCalls();
  electron.app.emit('open-url', { preventDefault: () => undefined }, link);
  expect(collected()).toEqual({ taskKey: 'fal:a', isCalled: false });
});
