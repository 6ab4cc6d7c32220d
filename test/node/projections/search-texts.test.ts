import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OrderFacts, TaskOrder } from '../../../src-main/common/search/task-order.ts';
import type { Library } from '../../../src-main/node/projections/library.ts';
import { createTextPages, PageTexts, type TextEntry } from '../../../src-main/node/projections/text-pages.ts';
import { compileSearch, searchedOf } from '../../../src-main/common/search/match-search.ts';
import { delivery, saved } from '../../support/deliveries.ts';
import { fc } from '../../support/fast-check.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const open = (dir: string): Promise<Library> => openLibraryIn(dir);

const firstPage = (dir: string): string => path.join(dir, 'index', 'texts-000000');

/** More than a page of tasks, saved: the first page has its texts beside it. */
async function savedLibrary(): Promise<string> {
  const dir = await tempDir();
  const library = await open(dir);
  await library.recordAll(
    Array.from({ length: 300 }, (_, n) => delivery(`t${String(n)}`, { prompt: `heron number${String(n)} é` })),
  );
  await library.close();
  return dir;
}

async function find(library: Library, text: string, order: TaskOrder = 'newest'): Promise<readonly string[]> {
  const query = { view: 'library', state: 'all', provider: null, timeZone: 'UTC', offset: 0, limit: 500 } as const;
  return (await library.query({ ...query, text, order })).rows.map(({ taskId }) => taskId);
}

const bytesOf = (file: string): Promise<string> => readFile(file, 'latin1');

const noFacts: OrderFacts = {
  title: '',
  seconds: 0,
  bytes: 0,
  cost: 0,
  hasCost: false,
  expires: Infinity,
  stack: null,
  model: '',
};

/** Changes what the first page's file says, as if it had been written so. */
async function rewrite(dir: string, change: (entry: TextEntry) => TextEntry): Promise<void> {
  const pages = createTextPages(path.join(dir, 'index'));
  const [[texts], facts] = [pages.texts([0]), pages.facts(0)];
  const entries = (texts?.keys() ?? []).flatMap((key, at) => {
    const [seq, text, own] = [texts?.seqs[at], texts?.of.at(at), facts?.of[at]];
    return seq === undefined || text === undefined || own === undefined ? [] : [change({ key, seq, text, facts: own })];
  });
  expect(entries).toHaveLength(256);
  await pages.write(0, entries);
}

describe('texts beside the index', () => {
  it('are what a search after a start looks through and what lists are ordered by', async () => {
    const dir = await savedLibrary();
    const mark = ({ key, text, facts, ...rest }: TextEntry): TextEntry =>
      key.endsWith(':t7')
        ? { ...rest, key, text: `${text} marker`, facts: { ...noFacts, title: facts.title, seconds: 9 } }
        : { ...rest, key, text, facts };
    await rewrite(dir, mark);
    const library = await open(dir);
    expect(await find(library, 'marker')).toEqual(['t7']);
    expect((await find(library, '', 'longest'))[0]).toBe('t7');
    // The last page has none and is read from its tasks.
    expect(await find(library, 'number299')).toEqual(['t299']);
    expect(await find(library, 'é')).toHaveLength(300);
    await library.close();
  });

  it.each([
    [
      'is older than its task',
      (dir: string) => rewrite(dir, (entry) => ({ ...entry, text: 'old', seq: entry.seq - 1 })),
    ],
    [
      'is damaged',
      async (dir: string) =>
        writeFile(firstPage(dir), (await bytesOf(firstPage(dir))).replace('number17', 'number71'), 'latin1'),
    ],
    ['is cut off', async (dir: string) => writeFile(firstPage(dir), (await readFile(firstPage(dir))).subarray(0, -9))],
    ['is empty', (dir: string) => writeFile(firstPage(dir), '')],
    ['is not there', (dir: string) => rm(firstPage(dir))],
  ])('are read from the tasks where a file %s, and are saved again behind that', async (_what, spoil) => {
    const dir = await savedLibrary();
    const good = await bytesOf(firstPage(dir));
    await spoil(dir);
    const library = await open(dir);
    expect(await find(library, 'heron')).toHaveLength(300);
    expect(await find(library, 'number17')).toHaveLength(11);
    expect(await find(library, 'old')).toEqual([]);
    await expect.poll(() => bytesOf(firstPage(dir)).catch(() => ''), { timeout: 20_000 }).toBe(good);
    await library.close();
  });

  it('are made again with the rest of the index, also where a file says that it is as new as its task', async () => {
    const dir = await savedLibrary();
    await createTextPages(path.join(dir, 'index')).write(
      1,
      Array.from({ length: 44 }, (_, n) => ({
        key: `kie-luma:t${String(256 + n)}`,
        seq: 257 + n,
        text: 'wrong',
        facts: noFacts,
      })),
    );
    let library = await open(dir);
    await library.rebuild();
    await library.close();
    library = await open(dir);
    expect(await find(library, 'wrong')).toEqual([]);
    expect(await find(library, 'number299')).toEqual(['t299']);
    await library.close();
  });

  it('follow a change of a task, before it is saved and behind that', async () => {
    const dir = await savedLibrary();
    let library = await open(dir);
    expect(await find(library, 'trailer')).toEqual([]);
    await library.record({ type: 'tagged', keys: ['kie-luma:t3', 'kie-luma:t299'], add: ['trailer'], remove: [] });
    expect(await find(library, 'trailer')).toEqual(['t299', 't3']);
    expect(await find(library, 'trailor')).toEqual(['t299', 't3']);
    await library.record({ type: 'tagged', keys: ['kie-luma:t3'], add: ['teaser'], remove: [] });
    await library.close();
    library = await open(dir);
    expect(await find(library, 'teaser trailer')).toEqual(['t3']);
    expect((await find(library, '', 'title')).slice(0, 2)).toEqual(['t0', 't1']);
    expect(await find(library, 'trailer')).toEqual(['t299', 't3']);
    expect(await find(library, 'heron number3 ')).toEqual(expect.arrayContaining(['t3']));
    await library.record({ type: 'purged', keys: ['kie-luma:t3'] });
    expect(await find(library, 'trailer')).toEqual(['t299']);
    await library.close();
  });
});

/** Letters of one byte and of more, halves of a pair among them, few enough to meet again. */
const anyText = fc
  .array(fc.constantFrom('a', 'b', 'ab', '\n', ' ', 'é', 'ж', '漢', '🎬', '\ud83c'), { maxLength: 8 })
  .map((parts) => parts.join(''));

describe('the texts of a page', () => {
  it('are found as each of them alone is, and read as they were written', async () => {
    const pages = createTextPages(await tempDir());
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 12 }), anyText, fc.nat(), async (texts, any, n) => {
        const facts = texts.map((title, at) => ({
          ...noFacts,
          title,
          cost: at / 3,
          hasCost: at % 2 === 0,
          model: any,
        }));
        const entryOf = (text: string, at: number): TextEntry => ({
          key: `k${String(at)}`,
          seq: n + at,
          text,
          facts: facts[at] ?? noFacts,
        });
        await pages.write(0, texts.map(entryOf));
        const [[read], own] = [pages.texts([0]), pages.facts(0)];
        const isThere = (part: string): readonly number[] => texts.map((text) => Number(text.includes(part)));
        for (const part of [any, 'b', 'a\nb', 'é', '\udfac', texts[n % texts.length] ?? ''].filter(
          (each) => each !== '',
        ))
          expect([...(read?.of.having(part) ?? [])]).toEqual(isThere(part));
        expect(texts.map((_, at) => read?.of.at(at))).toEqual(texts);
        expect(own?.seqs).toEqual(read?.seqs);
        expect(
          own?.of.map(({ title, cost, hasCost, expires, model, stack }) => [
            title,
            cost,
            hasCost,
            expires,
            model,
            stack,
          ]),
        ).toEqual(
          facts.map(({ title, cost, hasCost, expires, model, stack }) => [title, cost, hasCost, expires, model, stack]),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('has the empty part wherever there is a text', () => {
    expect([...new PageTexts('aab', Uint32Array.of(1, 3)).having('')]).toEqual([1, 1]);
  });
});

const words = ['Heron', 'heron', 'ÉTÉ', 'été', 'Straße', '漢字', '🎬', 'İstanbul', 'rain', 'drain', 'kie', 'tag'];
const terms = [
  ...[
    'heron',
    'ero',
    'été',
    'tra',
    'STRASSE',
    '字',
    '🎬',
    'i̇s',
    'rain',
    'luma',
    't1',
    'success',
    '"rain rain"',
    '-rain',
  ],
  ...[
    'tag:été',
    'prompt:rain',
    'model:rain',
    'has:tag',
    'seconds:>4',
    '-seconds:>4',
    'cost:3',
    'is:ready',
    'message:su',
  ],
];

it('finds what every task by itself says, after any changes and starts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          id: fc.nat({ max: 270 }),
          act: fc.constantFrom('again', 'tag', 'untag', 'save', 'purge', 'restart', 'search'),
          word: fc.constantFrom(...words),
        }),
        { maxLength: 12 },
      ),
      fc.array(fc.subarray(terms, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
      async (acts, searches) => {
        const dir = await tempDir();
        let library = await open(dir);
        const promptOf = (n: number): string => `${words[n % 12] ?? ''} ${words[(n * 7) % 11] ?? ''}`;
        await library.recordAll(
          Array.from({ length: 270 }, (_, n) =>
            delivery(`t${String(n)}`, { prompt: promptOf(n), model: n % 5 === 0 ? 'Rain' : null, credits: n % 4 }),
          ),
        );
        for (const { id, act, word } of [...acts, { id: 0, act: 'restart', word: '' } as const]) {
          const keys = [`kie-luma:t${String(id)}`];
          if (act === 'again') await library.record(delivery(`t${String(id)}`, { prompt: word }));
          if (act === 'tag') await library.record({ type: 'tagged', keys, add: [word], remove: [] });
          if (act === 'untag') await library.record({ type: 'tagged', keys, add: [], remove: [word] });
          if (act === 'save') await library.record(saved(`t${String(id)}`, 'https://media.example.test/a.mp4'));
          if (act === 'purge') await library.record({ type: 'purged', keys });
          if (act === 'search') await find(library, word);
          if (act !== 'restart') continue;
          await library.close();
          library = await open(dir);
        }
        for (const text of searches.map((some) => some.join(' '))) {
          const test = compileSearch(text, 'UTC');
          const wanted = [...library.newestFirst()].filter((task) => test?.(searchedOf(task)) !== false);
          const found = await find(library, text);
          // Words that are nowhere may be taken for others: then there is nothing to be compared.
          if (wanted.length > 0) expect(found).toEqual(wanted.map(({ taskId }) => taskId));
        }
        await library.close();
      },
    ),
    { numRuns: 8 },
  );
});
