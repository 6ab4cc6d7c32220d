import { expect, it } from 'vitest';
import type { Completion } from '../../../src-main/common/search/complete-search.ts';
import type { Library } from '../../../src-main/node/projections/library.ts';
import { delivery, saved } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const link = 'https://media.example.test/a.mp4';

async function open(): Promise<Library> {
  const dir = await tempDir();
  const library = await openLibraryIn(dir);
  await library.recordAll([
    delivery('1', { prompt: 'Harbour in the rain', model: 'veo-3', videoUrls: [link] }, { tags: ['pitch'] }),
    delivery('2', { prompt: 'Harbour at dawn', videoUrls: [link] }, { tags: ['pitch', 'Client A'] }),
    delivery('3', { prompt: 'A city', videoUrls: [link] }, { tags: ['client b'] }),
    saved('1', link),
  ]);
  return library;
}

async function complete(library: Library, text: string): Promise<readonly Completion[]> {
  const list = { view: 'library', state: 'all', provider: null, order: 'newest', timeZone: 'UTC' } as const;
  return library.complete({ ...list, text });
}

it('offers the values that occur, each with the number of tasks that it would leave', async () => {
  const library = await open();
  expect(await complete(library, 'tag:')).toEqual([
    { term: 'tag:pitch', count: 2 },
    { term: 'tag:"Client A"', count: 1 },
    { term: 'tag:"client b"', count: 1 },
  ]);
  expect(await complete(library, 'harbour tag:cli')).toEqual([{ term: 'tag:"Client A"', count: 1 }]);
  expect(await complete(library, 'harbour -tag:cli')).toEqual([{ term: 'tag:"Client A"', count: 1 }]);
  expect(await complete(library, 'model:')).toEqual([
    { term: 'model:"Luma Modify"', count: 2 },
    { term: 'model:veo-3', count: 1 },
  ]);
  expect(await complete(library, 'codec:')).toEqual([{ term: 'codec:avc', count: 1 }]);
  expect(await complete(library, 'seconds:>')).toEqual([]);
  expect(await complete(library, 'rating:')).toEqual([{ term: 'rating:0', count: 3 }]);
  await library.close();
});

it('offers nothing that would leave no task, and not what stands there already', async () => {
  const library = await open();
  expect(await complete(library, 'is:sta')).toEqual([]);
  expect(await complete(library, '-is:sta')).toEqual([{ term: 'is:starred', count: 3 }]);
  expect(await complete(library, 'nowhere tag:')).toEqual([]);
  expect(await complete(library, 'tag:pitch')).toEqual([]);
  await library.close();
});

it('a word goes on with fields, what is called so, and words of the prompts', async () => {
  const library = await open();
  expect(await complete(library, 'pi')).toEqual([{ term: 'tag:pitch', count: 2 }]);
  expect(await complete(library, 'ta')).toEqual([
    { term: 'tag:', count: null },
    { term: 'has:tag', count: 3 },
  ]);
  await library.query({
    view: 'library',
    text: 'rain',
    state: 'all',
    provider: null,
    order: 'newest',
    timeZone: 'UTC',
    offset: 0,
    limit: 5,
  });
  expect(await complete(library, 'har')).toEqual([{ term: 'harbour', count: 2 }]);
  await library.close();
});
