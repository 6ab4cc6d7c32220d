import { expect, it } from 'vitest';
import { completeSearch } from '../../../src-renderer/shell/complete-search.ts';

const labels = {
  tags: [
    { name: 'pitch', count: 3 },
    { name: 'Client A', count: 1 },
  ],
  projects: [{ name: 'Harbour pitch', count: 2 }],
};

it.each([
  ['', []],
  ['rain ta', ['rain tag:']],
  ['-ta', ['-tag:']],
  ['tag:pi', ['tag:pitch']],
  ['rain tag:cli', ['rain tag:"Client A"']],
  ['project:pitch', ['project:"Harbour pitch"']],
  ['is:pic', ['is:picked']],
  ['provider:luma', ['provider:"Luma Modify"']],
  ['nothing:', []],
])('"%s" is completed to %j', (text, found) => {
  expect(completeSearch(text, labels, ['Luma Modify'])).toEqual(found);
});
