import { describe, expect, it } from 'vitest';
import type { AnyTask } from '../../../src-main/common/task-view.ts';
import { folded, foldedName, partsAt } from '../../../src-main/common/search/folded.ts';
import { compileSearch, searchedOf, searchTextOf } from '../../../src-main/common/search/match-search.ts';
import { parseSearch } from '../../../src-main/common/search/parse-search.ts';

const task = (prompt: string, more: object = {}): AnyTask =>
  ({ prompt, taskId: 'x-1', provider: 'kie-luma', message: null, tags: [], videos: [], ...more }) as unknown as AnyTask;
const finds = (query: string, prompt: string): boolean =>
  compileSearch(query, 'UTC')?.(searchedOf(task(prompt))) === true;

describe('a search finds whatever looks or sounds the same to who types it', () => {
  it.each([
    ['cafe', 'Café'],
    ['café', 'CAFÉ'],
    ['café', 'cafe\u0301'],
    ['cafe\u0301', 'café'],
    ['prompt:cafe', 'CAFÉ'],
    ['istanbul', 'İSTANBUL'],
    ['İstanbul', 'istanbul'],
    ['isik', 'IŞIK'],
    ['strasse', 'Straße'],
    ['Straße', 'STRASSE'],
    ['sao paulo', 'São Paulo'],
    ['duong', 'đường'],
    ['οδυσσευσ', 'ΟΔΥΣΣΕΥΣ'],
    ['مدينة', 'مَدِينَةٌ'],
    ['احمد', 'أحمد'],
    ['film', 'ﬁlm'],
    ['wide', 'ｗｉｄｅ'],
    ['ガラス', 'ｶﾞﾗｽ'],
    ['서울', '서울'.normalize('NFD')],
    ['zerowidth', 'zero\u200Bwidth'],
    ['\u202Ecafe', 'cafe'],
    ["it's", 'it’s'],
    ['don’t', "don't"],
    ['“slow dolly”', 'a slow dolly'],
    ['«slow dolly»', 'a slow dolly'],
    ['“slow dolly”', 'a “slow dolly”'],
    ['"slow dolly"', 'a slow\u00A0dolly'],
    ['"slow dolly"', 'a slow\ndolly'],
    ['"slow  dolly"', 'a slow dolly'],
    ['wide-angle', 'wide–angle'],
    ['seconds', 'seconds'],
  ])('%j finds %j', (query, prompt) => {
    expect(finds(query, prompt)).toBe(true);
  });

  it.each([
    ['ガラス', 'カラス'],
    ['-cafe', 'Café'],
    ['“slow dolly”', 'slow and dolly'],
    ['a.c', 'abc'],
  ])('%j does not find %j', (query, prompt) => {
    expect(finds(query, prompt)).toBe(false);
  });

  it('names of tags are told apart by their accents, and found with their quotes', () => {
    const has = (query: string, tag: string): boolean =>
      compileSearch(query, 'UTC')?.(searchedOf(task('', { tags: [tag] }))) === true;
    expect(has('tag:résumé', 're\u0301sume\u0301')).toBe(true);
    expect(has('tag:resume', 'résumé')).toBe(false);
    expect(has('tag:"final"', '"final"')).toBe(true);
    expect(has('tag:“final”', '"Final"')).toBe(true);
    expect(has("tag:O'Neill", 'O’Neill')).toBe(true);
    expect(has('tag:o’neill', "O'Neill")).toBe(true);
    expect(foldedName('É "x"')).toBe('é x');
  });

  it('the text that is looked through has one line for each part', () => {
    expect(
      searchTextOf(task('One\n two\t three', { title: 'É', tags: ['Ü'] }))
        .split('\n')
        .slice(0, 2),
    ).toEqual(['e', 'one two three']);
  });

  it('chips show what was written, with straight quotes', () => {
    expect(parseSearch('Café “Slow Dolly”').map(({ source }) => source)).toEqual(['Café', '"Slow Dolly"']);
  });
});

describe('what was found is marked where it stands', () => {
  it.each([
    ['The Café here', ['cafe'], ['The ', 'Café', ' here']],
    ['cafe\u0301s', ['cafe'], ['', 'cafe\u0301', 's']],
    ['Straße', ['strasse'], ['', 'Straße', '']],
    ['Straße', ['as'], ['Str', 'aß', 'e']],
    ['İstanbul', ['i'], ['', 'İ', 'stanbul']],
    ['a.b axb', ['a.b'], ['', 'a.b', ' axb']],
    ['🎬 Café 🎬', ['cafe', '🎬'], ['', '🎬', ' ', 'Café', ' ', '🎬', '']],
    ['nothing', ['else'], ['nothing']],
  ])('%j by %j', (text, words, parts) => {
    expect(partsAt(text, words)).toEqual(parts);
    expect(partsAt(text, words).join('')).toBe(text);
  });

  it('leaves plain texts as they are but for their case', () => {
    expect(folded('A plain Text, 100% "so" - [x]')).toBe('a plain text, 100% "so" - [x]');
  });
});
