// A window that is put away while it fills the screen. `electron` is empty here.
import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { hideWindow } from '../../src-main/electron/window.ts';

vi.mock('electron', () => ({}));

function fullScreenWindow() {
  const done: string[] = [];
  const window = Object.assign(new EventEmitter(), {
    done,
    hide: () => done.push('hide'),
    isDestroyed: () => false,
    isFullScreen: () => true,
    setFullScreen: (on: boolean) => done.push(on ? 'fill' : 'leave'),
  });
  return window;
}

it('leaves the full screen first on macOS, which would stay there and be black', () => {
  const window = fullScreenWindow();
  hideWindow(window, 'darwin', () => true);
  expect(window.done).toEqual(['leave']);
  window.emit('leave-full-screen');
  expect(window.done).toEqual(['leave', 'hide']);
});

it('stays where the person has called it meanwhile', () => {
  const window = fullScreenWindow();
  hideWindow(window, 'darwin', () => false);
  window.emit('leave-full-screen');
  expect(window.done).toEqual(['leave']);
});

it('is hidden at once elsewhere', () => {
  const window = fullScreenWindow();
  hideWindow(window, 'win32', () => true);
  expect(window.done).toEqual(['hide']);
});
