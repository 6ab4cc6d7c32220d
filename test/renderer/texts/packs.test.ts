/** Each language says all that English says, nothing else, with the same facts in it, and fits where English fits. */
import { describe, expect, it } from 'vitest';
import { enLimits } from '../../../src-main/common/texts/en-limits.ts';
import { languageFor, languages } from '../../../src-main/common/texts/language.ts';
import { en } from '../../../src-renderer/texts/en.ts';
import { enCompare } from '../../../src-renderer/texts/en-compare.ts';
import { enCosts } from '../../../src-renderer/texts/en-costs.ts';
import { enCull } from '../../../src-renderer/texts/en-cull.ts';
import { enExport } from '../../../src-renderer/texts/en-export.ts';
import { enLabels } from '../../../src-renderer/texts/en-labels.ts';
import { enNodes } from '../../../src-renderer/texts/en-nodes.ts';
import { enRequestsScreen } from '../../../src-renderer/texts/en-requests-screen.ts';
import { enSettings } from '../../../src-renderer/texts/en-settings.ts';
import { enSubmit } from '../../../src-renderer/texts/en-submit.ts';
import { enTable } from '../../../src-renderer/texts/en-table.ts';
import { packs } from '../../../src-renderer/texts/packs.ts';

const english = {
  page: en,
  settings: enSettings,
  compare: enCompare,
  requestsScreen: enRequestsScreen,
  submit: enSubmit,
  costs: enCosts,
  nodes: enNodes,
  cull: enCull,
  table: enTable,
  labels: enLabels,
  export: enExport,
  limits: enLimits,
};

/** Sentences that are the same everywhere, because they are addresses and names. */
const sameEverywhere = /^submit\.key\.pages\./;
/** Formatted by the page, so that they must stand in the sentence as they came. */
const shownAs = ['«1»', '«2»', '«3»', '«4»'];

type Said = string | ((...args: (string | number)[]) => unknown);

/** Every sentence by its path. */
function sentencesOf(value: unknown, path = ''): readonly (readonly [string, Said])[] {
  if (typeof value === 'string' || typeof value === 'function') return [[path, value as Said]];
  return Object.entries(value as object).flatMap(([name, inner]: [string, unknown]) =>
    sentencesOf(inner, path === '' ? name : `${path}.${name}`),
  );
}

/** What a sentence says where its numbers are `n` and its texts are marks; which is which the English one tells. */
function said(sentence: Said, original: Said, n: number): string {
  if (typeof sentence === 'string') return sentence;
  const takesNumber = /^\(?\s*(n|status|failed|percent|frames|video)\b/.test(original.toString());
  const args = takesNumber ? [n, ...shownAs] : shownAs;
  return String(sentence(...args));
}

describe.each(Object.entries(packs))('%s', (language, load) => {
  it('says every sentence, and none that nobody needs', async () => {
    const { pack } = await load();
    const here = sentencesOf(pack).map(([path]) => path);
    const there = sentencesOf(english)
      .map(([path]) => path)
      .filter((path) => !sameEverywhere.test(path));
    expect(here.filter((path) => !there.includes(path))).toEqual([]);
    expect(there.filter((path) => !here.includes(path))).toEqual([]);
    expect(pack.page.language).toBe(language);
  });

  it('tells the same facts in each sentence, whatever the count', async () => {
    const { pack } = await load();
    const there = new Map(sentencesOf(english));
    const rules = new Intl.PluralRules(language);
    const wrong: string[] = [];
    for (const [path, sentence] of sentencesOf(pack)) {
      const original = there.get(path);
      if (original === undefined) continue;
      expect(typeof sentence, path).toBe(typeof original);
      for (const n of [0, 1, 2, 5, 11, 100]) {
        const [ours, theirs] = [said(sentence, original, n), said(original, original, n)];
        // One of something may be told without its number; in some languages none is told as one is.
        const facts = n === 1 || rules.select(n) === 'one' ? shownAs.slice(1) : shownAs;
        if (ours.trim() === '' && theirs.trim() !== '') wrong.push(`${path}: empty`);
        for (const fact of facts) {
          if (theirs.includes(fact) && !ours.includes(fact))
            wrong.push(`${path} (${String(n)}): “${ours}” lacks ${fact}`);
          if (!theirs.includes(fact) && ours.includes(fact))
            wrong.push(`${path} (${String(n)}): “${ours}” has ${fact}`);
        }
        if (/undefined|\[object|NaN/.test(ours)) wrong.push(`${path}: ${ours}`);
      }
    }
    expect([...new Set(wrong)]).toEqual([]);
  });

  it('has labels that fit where the English ones do', async () => {
    const { pack } = await load();
    const there = new Map(sentencesOf(english));
    const overlong = sentencesOf(pack).flatMap(([path, sentence]) => {
      const original = there.get(path);
      if (original === undefined) return [];
      const [ours, theirs] = [said(sentence, original, 2), said(original, original, 2)];
      // Short ones are buttons and labels in a row; long ones are sentences that may wrap.
      const room = theirs.length < 24 ? theirs.length * 2 + 12 : theirs.length * 1.9;
      return ours.length > room ? [`${path}: “${ours}” for “${theirs}”`] : [];
    });
    expect(overlong).toEqual([]);
  });
});

it('is chosen by what the system asks for, its best wish that is spoken here', () => {
  expect(languageFor(['es-MX', 'en'])).toBe('es');
  expect(languageFor(['xx', 'es'])).toBe('es');
  expect(languageFor(['en-GB', 'es'])).toBe('en');
  expect(languageFor(['es_ES.UTF-8'])).toBe('es');
  expect(languageFor([])).toBe('en');
  expect(languageFor(['xx'])).toBe('en');
});

it('every language but English has a pack, and each pack a language', () => {
  expect(Object.keys(packs).sort()).toEqual(languages.flatMap(({ code }) => (code === 'en' ? [] : [code])).sort());
});
