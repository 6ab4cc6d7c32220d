import { expect, test } from 'vitest';
import { linkFor } from '../../../src-main/node/reactors/rescue.ts';

const a = { url: 'https://cdn.example/a.mp4?sig=1' };
const b = { url: 'https://cdn.example/b.mp4?sig=1', formerUrls: ['https://old.example/b.mp4'] };
const again = (name: string) => `https://cdn.example/${name}.mp4?sig=2`;

test.each([
  ['the link to the same file, wherever it stands', [again('b'), again('a')], again('a')],
  [
    'the one in its place, where the files are called otherwise',
    ['https://x.example/1.mp4', 'https://x.example/2.mp4'],
    'https://x.example/1.mp4',
  ],
  ['none, where the only one may be that of another video', ['https://x.example/1.mp4'], null],
  ['none, where the only one is that of another video', [again('b')], null],
  ['none, where the place is taken by the other one', [again('b'), 'https://x.example/2.mp4'], null],
  ['none of none', [], null],
])('of a record it takes %s', (_name, links, expected) => {
  expect(linkFor(links, [a, b], a)).toBe(expected);
});

test('a task of one video takes what the record names first', () => {
  expect(linkFor(['https://x.example/new.mp4', 'https://x.example/more.mp4'], [a], a)).toBe(
    'https://x.example/new.mp4',
  );
});
