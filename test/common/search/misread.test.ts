import { expect, it } from 'vitest';
import { misreadIn } from '../../../src-main/common/search/misread.ts';
import { hasValues, parseSearch } from '../../../src-main/common/search/parse-search.ts';

const now = new Date(2026, 10, 8, 23, 59);
const told = (text: string) => misreadIn(text, now);

it('a condition that is none is told, with some that would be understood', () => {
  expect(told('rain is:stared')).toEqual({ term: 'is:stared', like: ['is:starred'] });
  expect(told('-has:audio')).toMatchObject({ term: '-has:audio' });
  expect(told('-has:audio')?.like).toEqual(hasValues.map((value) => `has:${value}`));
  expect(told('after:today')?.like.slice(0, 2)).toEqual(['after:2026-11-08', 'after:2026-11-07']);
  expect(told('seconds:>1m')?.like).toContain('seconds:>5');
  expect(told('Rating:"5 stars"')).toMatchObject({ term: 'Rating:"5 stars"' });
});

it('what is told is understood', () => {
  for (const text of ['is:x', 'has:x', 'on:x', 'mb:x', 'cost:x', 'videos:x', 'width:x', 'height:x']) {
    const { like } = told(text) ?? { like: [] };
    expect(like.length).toBeGreaterThan(0);
    for (const each of like) expect(parseSearch(each)[0]?.condition.kind).not.toBe('words');
  }
});

it('words and conditions that are understood are left alone', () => {
  for (const text of [
    '',
    'camera: slow',
    'note:',
    'http://example.com',
    'foo:bar',
    'is:starred seconds:5..10 tag:"a b"',
  ])
    expect(told(text)).toBeNull();
});
