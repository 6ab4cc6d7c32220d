/** What holds of every language: it says all that English says, nothing else, the same facts, and fits where English fits. */
import { describe, expect, it } from 'vitest';

/** Formatted by who says it, so that they must stand in the sentence as they came. */
const shownAs = ['«1»', '«2»', '«3»', '«4»', '«5»'];

type Said = string | ((...args: unknown[]) => unknown);

/** Parameters that are numbers, by the names that they have in English. */
const numbers =
  /^(n|status|failed|percent|frames|video|count|pid|port|most|attempts|waiting|spent|cost|budget|changes|ms|of|nth|total|succeeded|processing|unknown|saved|expired|pending|overdue|files|wereThere|megabytes|minutes|unseen|present|number|version|offset|bytes|limit|seconds|mebibytes|tasksTotal|\w+Bytes)$/;
/** Parameters of which only some values have a sentence. */
const choices: Readonly<Record<string, unknown>> = {
  where: 'container',
  format: 'json',
  isForbidden: false,
  applied: true,
  kind: 'ngrok',
  state: 'online',
  code: 'server',
  problems: [],
  params: { length: 7, max: 7 },
};

/** Words that once stood beside the one of the glossary (docs/translating.md) for the same thing. */
const strayWords: Readonly<Record<string, RegExp>> = {
  'zh-Hans': /回调地址|提供商|供应商|媒体库/,
  es: /(?<!\p{L})(pedidos?|órdenes|solicitud(es)?)(?!\p{L})/iu,
  'pt-BR': /solicitaç|fornecedor/i,
  ja: /注文|提供元/,
};

/** Every sentence by its path. */
function sentencesOf(value: unknown, path = ''): readonly (readonly [string, Said])[] {
  if (typeof value === 'string' || typeof value === 'function') return [[path, value as Said]];
  return Object.entries(value as object).flatMap(([name, inner]: [string, unknown]) =>
    sentencesOf(inner, path === '' ? name : `${path}.${name}`),
  );
}

/** What a sentence says where its numbers are `n` and its texts are marks; which is which the English one tells. */
function said(sentence: Said, original: Said, n: number): string {
  if (typeof sentence === 'string' || typeof original === 'string') return String(sentence);
  const marks = [...shownAs];
  const valueOf = (name: string): unknown => {
    if (numbers.test(name)) return n;
    return name in choices ? choices[name] : marks.shift();
  };
  const args = parametersOf(original).map((name) =>
    typeof name === 'string' ? valueOf(name) : Object.fromEntries(name.map((field) => [field, valueOf(field)])),
  );
  return String(sentence(...args, ...marks));
}

/** Their names; those of an object as a list. */
function parametersOf(sentence: (...args: unknown[]) => unknown): readonly (string | readonly string[])[] {
  const [, inside = ''] = /^(?:function \w*)?\(?((?:\{[^}]*\}|[^)=>])*)\)?\s*(?:=>|\{)/.exec(sentence.toString()) ?? [];
  return [...inside.matchAll(/\{([^}]*)\}|[\w$]+/g)].map(([whole, fields]) =>
    fields === undefined ? whole : [...fields.matchAll(/(\w+)\s*(?::\s*\w+)?\s*(?:,|$)/g)].map(([, name = '']) => name),
  );
}

export function describePacks(
  english: Readonly<Record<string, object>>,
  packs: Readonly<Record<string, () => Promise<{ readonly pack: object }>>>,
  sameEverywhere = /^$/,
): void {
  describe.each(Object.entries(packs))('%s', (language, load) => {
    it('says every sentence, and none that nobody needs', async () => {
      const { pack } = await load();
      const here = sentencesOf(pack).map(([path]) => path);
      const there = sentencesOf(english)
        .map(([path]) => path)
        .filter((path) => !sameEverywhere.test(path));
      expect(here.filter((path) => !there.includes(path))).toEqual([]);
      expect(there.filter((path) => !here.includes(path))).toEqual([]);
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
          if (/undefined|\[object|NaN/.test(ours) && !theirs.includes('undefined')) wrong.push(`${path}: ${ours}`);
        }
      }
      expect([...new Set(wrong)]).toEqual([]);
    });

    it('has the word of the glossary for each thing', async () => {
      const { pack } = await load();
      const stray = strayWords[language] ?? /^\b$/;
      const there = new Map(sentencesOf(english));
      const wrong = sentencesOf(pack).flatMap(([path, sentence]) => {
        const told = said(sentence, there.get(path) ?? sentence, 2);
        return stray.test(told) ? [`${path}: ${told}`] : [];
      });
      expect(wrong).toEqual([]);
    });

    it('has brackets and colons of full width beside Chinese and Japanese signs', async () => {
      const { pack } = await load();
      const there = new Map(sentencesOf(english));
      const signs = '[\\u3040-\\u30ff\\u3400-\\u9fff]';
      const narrow = new RegExp(`${signs} ?\\((?!&)|(?<!\\(&[A-Z])\\)${signs}|${signs}[:;]`, 'u');
      const wrong = sentencesOf(pack).flatMap(([path, sentence]) => {
        const told = said(sentence, there.get(path) ?? sentence, 2);
        return narrow.test(told) ? [`${path}: ${told}`] : [];
      });
      expect(wrong).toEqual([]);
    });

    it('ends a line with the point between two parts, and begins none with it', async () => {
      const { pack } = await load();
      const there = new Map(sentencesOf(english));
      const parted = [...sentencesOf(pack), ...there].flatMap(([path, sentence]) => {
        const told = said(sentence, there.get(path) ?? sentence, 2);
        return told.includes(' ·') ? [`${path}: ${told}`] : [];
      });
      expect(parted).toEqual([]);
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
}
