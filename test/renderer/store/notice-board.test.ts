import { expect, it } from 'vitest';
import { createNoticeBoard, type PageNotice } from '../../../src-renderer/store/notice-board.ts';

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
