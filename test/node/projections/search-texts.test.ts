import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TaskOrder } from '../../../src-main/common/search/task-order.ts';
import type { Library } from '../../../src-main/node/projections/library.ts';
import { decodeTexts, encodeTexts, type TextEntry } from '../../../src-main/node/projections/text-pages.ts';
import { delivery } from '../../support/deliveries.ts';
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

/** Changes what the first page's file says, as if it had been written so. */
async function rewrite(dir: string, change: (entry: TextEntry) => TextEntry): Promise<void> {
  const { keys, seqs, texts, facts } = decodeTexts(await readFile(firstPage(dir)));
  const entries = keys.flatMap((key, at) => {
    const [seq, text, own] = [seqs[at], texts()[at], facts()[at]];
    return seq === undefined || text === undefined || own === undefined ? [] : [change({ key, seq, text, facts: own })];
  });
  expect(entries).toHaveLength(256);
  await writeFile(firstPage(dir), encodeTexts(entries));
}

describe('texts beside the index', () => {
  it('are what a search after a start looks through and what lists are ordered by', async () => {
    const dir = await savedLibrary();
    const mark = ({ key, text, facts, ...rest }: TextEntry): TextEntry =>
      key.endsWith(':t7')
        ? { ...rest, key, text: `${text} marker`, facts: { ...facts, seconds: 9 } }
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
        writeFile(firstPage(dir), (await readFile(firstPage(dir), 'utf8')).replace('number17', 'number71')),
    ],
    ['is cut off', async (dir: string) => writeFile(firstPage(dir), (await readFile(firstPage(dir))).subarray(0, -9))],
    ['is empty', (dir: string) => writeFile(firstPage(dir), '')],
    ['is not there', (dir: string) => rm(firstPage(dir))],
  ])('are read from the tasks where a file %s, and are saved again behind that', async (_what, spoil) => {
    const dir = await savedLibrary();
    const good = await readFile(firstPage(dir), 'utf8');
    await spoil(dir);
    const library = await open(dir);
    expect(await find(library, 'heron')).toHaveLength(300);
    expect(await find(library, 'number17')).toHaveLength(11);
    expect(await find(library, 'old')).toEqual([]);
    await expect.poll(() => readFile(firstPage(dir), 'utf8').catch(() => ''), { timeout: 20_000 }).toBe(good);
    await library.close();
  });

  it('are made again with the rest of the index, also where a file says that it is as new as its task', async () => {
    const dir = await savedLibrary();
    const wrong = encodeTexts(
      Array.from({ length: 44 }, (_, n) => ({
        key: `kie-luma:t${String(256 + n)}`,
        seq: 257 + n,
        text: 'wrong',
        facts: { title: '', seconds: 0, bytes: 0, cost: 0, hasCost: false, expires: Infinity, stack: null, model: '' },
      })),
    );
    await writeFile(path.join(dir, 'index', 'texts-000001'), wrong);
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
