import { describe, expect, it } from 'vitest';
import { mostTakes, newestTakes, type TaskQuery } from '../../../src-main/common/task-query.ts';
import { delivery } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const all: TaskQuery = {
  view: 'library',
  text: '',
  state: 'all',
  provider: null,
  order: 'newest',
  timeZone: 'UTC',
  offset: 0,
  limit: 100,
};

async function libraryOf(prompts: Readonly<Record<string, string>>) {
  const dir = await tempDir();
  const library = await openLibraryIn(dir);
  for (const [id, prompt] of Object.entries(prompts)) await library.record(delivery(id, { prompt }));
  const ids = async (query: Partial<TaskQuery>) =>
    (await library.query({ ...all, ...query })).rows.map(({ taskId }) => taskId);
  return { library, ids };
}

describe('the order of a list', () => {
  it('is by rank, title, cost or rating, and the other way round', async () => {
    const { library, ids } = await libraryOf({ a: 'a train at night', b: 'Rain over the sea', c: 'Bright rainy town' });
    expect(await ids({ text: 'rain', order: 'best' })).toEqual(['b', 'c', 'a']);
    expect(await ids({ order: 'title' })).toEqual(['a', 'c', 'b']);
    expect(await ids({ order: 'title', reverse: true })).toEqual(['b', 'c', 'a']);
    expect(await ids({ order: 'newest', reverse: true })).toEqual(await ids({ order: 'oldest' }));
    await library.record({ type: 'marked', keys: ['kie-luma:c'], rating: 4 });
    expect((await ids({ order: 'rating' }))[0]).toBe('c');
    expect((await library.query({ ...all, order: 'rating' })).sections.map(({ day }) => day)).toEqual(['']);
    await library.close();
  });

  it('is as a person looks for names, whatever their case, their accents and the length of their numbers', async () => {
    const names = [
      'Äpfel',
      'Éclair 007',
      'eclair 8',
      'shot 1',
      'Shot 2',
      'shot 010',
      'Shot 10b',
      'take 2025-11-30',
      'Zebra',
    ];
    const prompts = Object.fromEntries(names.map((name, i) => [`n${String(i)}`, name] as const).reverse());
    const { library, ids } = await libraryOf(prompts);
    const inOrder = names.map((_, i) => `n${String(i)}`);
    expect(await ids({ order: 'title' })).toEqual(inOrder);
    for (const [i, name] of names.entries()) {
      await library.record({ type: 'projected', keys: [`kie-luma:n${String(i)}`], project: name });
    }
    await library.record(delivery('without', { prompt: 'A film' }));
    expect(await ids({ order: 'project' })).toEqual([...inOrder, 'without']);
    await library.close();
  });
});

describe('a misspelt search', () => {
  it('finds what was meant, and says so', async () => {
    const { library } = await libraryOf({ a: 'A harbour in the rain', b: 'A city in the rain' });
    const found = () => library.query({ ...all, text: 'harbur rain' });
    expect((await found()).corrected).toBe('harbour rain');
    expect((await found()).rows.map(({ taskId }) => taskId)).toEqual(['a']);
    expect((await library.query({ ...all, text: 'harbour' })).corrected).toBeUndefined();
    await library.close();
  });

  it('is mended only where the word is nowhere, as a part of another or in the trash', async () => {
    const { library, ids } = await libraryOf({
      a: 'A lighthouse keeper',
      b: 'lanterns',
      c: 'Rain',
      d: `${'x'.repeat(30)}rein`,
    });
    await library.record({ type: 'trashed', keys: ['kie-luma:b'] });
    const found = async (text: string) => {
      const { rows, total, corrected } = await library.query({ ...all, text });
      return [rows.map(({ taskId }) => taskId), total, corrected];
    };
    expect(await found('ighthous')).toEqual([['a'], 1, undefined]);
    expect(await found('lanterns')).toEqual([[], 0, undefined]);
    expect(await found('rein')).toEqual([['d'], 1, undefined]);
    expect(await found('lighthose keeper -rain')).toEqual([['a'], 1, 'lighthouse keeper -rain']);
    expect(await found('lighthose rain')).toEqual([[], 0, undefined]);
    expect(await found('zzzzzz keeper')).toEqual([[], 0, undefined]);
    expect(await ids({ text: '-lighthose' })).toEqual(['d', 'c', 'a']);
    await library.close();
  });
});

describe('stacks', () => {
  it('are takes of one prompt, shown by the one that was picked, with their number', async () => {
    const { library } = await libraryOf({ a: 'A harbour', b: 'a  Harbour ', c: 'A city', d: 'A harbour' });
    const page = () => library.query({ ...all, stacked: true });
    expect((await page()).rows.map(({ taskId }) => taskId)).toEqual(['d', 'c']);
    expect((await page()).takes).toEqual([3, 1]);
    expect(await page()).toMatchObject({ total: 2, sections: [{ count: 2 }] });
    await library.record({ type: 'marked', keys: ['kie-luma:b'], pick: 'picked' });
    expect((await page()).rows.map(({ taskId }) => taskId)).toEqual(['b', 'c']);
    expect((await library.takes('kie-luma:b')).map(({ taskId }) => taskId)).toEqual(['a', 'b', 'd']);
    await library.record({ type: 'trashed', keys: ['kie-luma:a'] });
    expect((await library.takes('kie-luma:b')).map(({ taskId }) => taskId)).toEqual(['b', 'd']);
    expect(await library.takes('kie-luma:none')).toEqual([]);
    await library.close();
  });

  it('of more than are shown together are told from those that are exactly as many', async () => {
    const { library } = await libraryOf(
      Object.fromEntries(Array.from({ length: mostTakes }, (_, n) => [`t${String(n)}`, 'A harbour'])),
    );
    const shown = async () => {
      const takes = await library.takes('kie-luma:t9');
      return [takes.length, newestTakes(takes).length];
    };
    expect(await shown()).toEqual([mostTakes, mostTakes]);
    for (const id of ['more', 'again']) await library.record(delivery(id, { prompt: 'A harbour' }));
    expect(await shown()).toEqual([mostTakes + 1, mostTakes]);
    await library.close();
  });
});
