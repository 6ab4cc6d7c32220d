import { expect, it } from 'vitest';
import { wordDiff } from '../../../src-renderer/compare/word-diff.ts';

const shown = (left: string, right: string): string =>
  wordDiff(left, right)
    .map(({ text, kind }) => (kind === 'same' ? text : kind === 'left' ? `-${text}-` : `+${text}+`))
    .join(' ');

it.each([
  ['a harbour in the rain', 'a harbour in the snow', 'a harbour in the -rain- +snow+'],
  ['slow dolly', 'slow dolly back', 'slow dolly +back+'],
  ['the same', 'the same', 'the same'],
  ['', 'all new', '+all new+'],
  ['one two', 'three four', '-one two- +three four+'],
])('%s / %s', (left, right, pieces) => {
  expect(shown(left, right)).toBe(pieces);
});

it('tells very long ones whole', () => {
  const long = 'word '.repeat(700);
  expect(wordDiff(long, 'short')).toHaveLength(2);
});
