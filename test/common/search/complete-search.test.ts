import { describe, expect, it } from 'vitest';
import {
  fixedValues,
  openTermOf,
  searchFields,
  termOf,
  withoutOpenField,
  withTerm,
} from '../../../src-main/common/search/complete-search.ts';
import { parseSearch } from '../../../src-main/common/search/parse-search.ts';

describe('the last word of a search', () => {
  it.each([
    ['', null],
    ['rain ', null],
    ['rain tag:"Client A"', null],
    ['ra', { before: '', isNegated: false, field: null, value: 'ra' }],
    ['rain -TA', { before: 'rain ', isNegated: true, field: null, value: 'ta' }],
    ['rain tag:', { before: 'rain ', isNegated: false, field: 'tag', value: '' }],
    ['tag:"Client A', { before: '', isNegated: false, field: 'tag', value: 'client a' }],
    ['http://a', { before: '', isNegated: false, field: null, value: 'http://a' }],
  ])('of "%s" is %j', (text, open) => {
    expect(openTermOf(text)).toEqual(open);
  });

  it('is replaced by what was chosen, and the next word begins behind a whole term', () => {
    const open = openTermOf('rain -ta');
    expect(open && withTerm(open, 'tag:')).toBe('rain -tag:');
    expect(open && withTerm(open, termOf('tag', 'Client A'))).toBe('rain -tag:"Client A" ');
  });

  it('asks for nothing while it is a field without its value', () => {
    expect(withoutOpenField('rain -tag:')).toBe('rain');
    expect(withoutOpenField('tag:"')).toBe('');
    expect(withoutOpenField('rain tag:p')).toBe('rain tag:p');
    expect(withoutOpenField('rain ')).toBe('rain ');
  });
});

it.each(searchFields)('every value that is offered for %s: is one that it takes', (field) => {
  for (const value of fixedValues(field, '2026-11-26')) {
    expect(parseSearch(termOf(field, value))[0]?.condition.kind).not.toBe('words');
  }
});
