import { describe, expect, it } from 'vitest';
import { rankOf, wordsOf } from '../../../src-main/common/search/rank.ts';
import { createVocabulary, distance } from '../../../src-main/common/search/vocabulary.ts';

describe('the rank of a task', () => {
  const ranked = (words: readonly string[], ...texts: readonly string[]) =>
    texts.toSorted((a, b) => rankOf(b, words) - rankOf(a, words));

  it('goes by whole words before beginnings before the rest, and by titles before all else', () => {
    const [whole, begins, inside, below] = ['a rain of ash', 'a rainy town', 'a train at night', 'snow\nrain'];
    expect(ranked(['rain'], below, inside, begins, whole)).toEqual([whole, begins, inside, below]);
  });

  it('adds up over the words, and knows letters beyond ASCII', () => {
    expect(rankOf('slow dolly', ['slow', 'dolly'])).toBe(
      rankOf('slow dolly', ['slow']) + rankOf('slow dolly', ['dolly']),
    );
    expect(rankOf('hafen übermalt', ['malt'])).toBeLessThan(rankOf('hafen malt', ['malt']));
    expect(rankOf('nothing', ['rain'])).toBe(0);
  });

  it('is about the words that are wanted', () => {
    expect(wordsOf('Rain -city "slow dolly" tag:pitch')).toEqual(['rain', 'slow dolly']);
  });
});

describe('words that do not occur', () => {
  it.each([
    ['harbur', 'harbour', 1],
    ['rian', 'rain', 1],
    ['lighthose', 'lighthouse', 1],
    ['rain', 'rain', 0],
    ['cat', 'harbour', 2],
  ])('%s is so far from %s: %i', (a, b, away) => {
    expect(Math.min(distance(a, b, 1), 2)).toBe(away);
  });

  it('are taken for the likeliest that does', () => {
    const vocabulary = createVocabulary();
    for (const text of ['a harbour in the rain', 'the harbour', 'an arbour', 'a lighthouse 4f2a91'])
      vocabulary.add(text);
    expect(vocabulary.nearest('harbur')).toBe('harbour');
    expect(vocabulary.nearest('ihghthouse')).toBeNull();
    expect(vocabulary.nearest('ilghthouse')).toBe('lighthouse');
    expect(vocabulary.nearest('rai')).toBeNull();
    expect(vocabulary.nearest('zzzzzz')).toBeNull();
  });

  it('are known in part as well, unless there is a word among them that is too long to be one', () => {
    const vocabulary = createVocabulary();
    vocabulary.add('a harbour in the rain 4f2a91');
    expect(
      ['harbour', 'arbo', 'rain', 'harbur', 'rain 4f', 'the', '4f2a91'].map((part) => vocabulary.holds(part)),
    ).toEqual([true, true, true, false, null, null, null]);
    vocabulary.add('x'.repeat(30));
    expect(['harbour', 'xxxx', 'harbur'].map((part) => vocabulary.holds(part))).toEqual([true, null, null]);
  });
});
