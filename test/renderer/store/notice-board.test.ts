import { expect, it } from 'vitest';
import { createNoticeBoard, type PageNotice, shownMs } from '../../../src-renderer/store/notice-board.ts';
import { createStore } from '../../../src-renderer/store/store.ts';

function setUp() {
  const board = createNoticeBoard();
  const shown: string[] = [];
  const show = () =>
    board.show(({ text }: PageNotice) => {
      shown.push(text);
      return () => void shown.splice(shown.indexOf(text), 1);
    });
  return { board, shown, show };
}

it('shows what was posted before there was a place for it, but not what was taken back', () => {
  const { board, shown, show } = setUp();
  const withdrawFirst = board.post({ text: 'first' });
  board.post({ text: 'second' });
  const withdrawThird = board.post({ text: 'third' });
  withdrawThird();
  show();
  expect(shown).toEqual(['first', 'second']);
  withdrawFirst();
  expect(shown).toEqual(['second']);
});

it('takes a shown notice away, and keeps later ones for the next place', () => {
  const { board, shown, show } = setUp();
  const leave = show();
  const withdraw = board.post({ text: 'first' });
  expect(shown).toEqual(['first']);
  withdraw();
  expect(shown).toEqual([]);
  leave();
  board.post({ text: 'second' });
  expect(shown).toEqual([]);
  show();
  expect(shown).toEqual(['second']);
});

it('stays for as long as it takes to read, in each script, and for 4 or 8 s at least', () => {
  expect(shownMs({ text: 'Saved' })).toBe(4_000);
  expect(shownMs({ text: 'Moved to trash', undo: () => undefined })).toBe(8_000);
  expect(shownMs({ text: 'x'.repeat(500), running: { stop: () => undefined, done: createStore('') } })).toBe(0);
  const said = [
    '46 videos are on their way, 75 MB. 19 tasks have no film here and are left out.',
    '46 个视频正在送来，75 MB。有 19 个任务在这里没有视频，不在其中。',
  ];
  for (const text of said) expect(shownMs({ text }) - 5_000).toBeLessThan(1_500);
  for (const text of said) expect(shownMs({ text: `${text} ${text}` })).toBeGreaterThan(9_000);
});
