import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fc } from '../../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import type { TaskQuery } from '../../../src-main/common/task-query.ts';
import type { EventDraft } from '../../../src-main/common/events.ts';
import type { Library } from '../../../src-main/node/projections/library.ts';
import { readLibrary } from '../../../src-main/node/projections/read-library.ts';
import { delivery, saved } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

function open(dir: string, now: () => Date = () => new Date(), saveDelayMs = 5): Promise<Library> {
  return openLibraryIn(dir, { now, saveDelayMs, segmentBytes: 20_000 });
}

const everything = (library: Library): unknown[] => [...library.newestFirst()];
const page: TaskQuery = {
  view: 'library',
  text: '',
  state: 'all',
  provider: null,
  order: 'newest',
  timeZone: 'Europe/Berlin',
  offset: 0,
  limit: 100,
};

const anyDraft: fc.Arbitrary<EventDraft> = fc
  .record({
    id: fc.integer({ min: 0, max: 9 }).map((n) => `t${n}`),
    file: fc.constantFrom('a', 'b', 'c').map((name) => `https://media.example.test/${name}.mp4`),
    state: fc.constantFrom('processing' as const, 'succeeded' as const, 'failed' as const, 'unknown' as const),
    flag: fc.boolean(),
    what: fc.constantFrom(
      'delivery',
      'delivery',
      'delivery',
      'saved',
      'failed',
      'marked',
      'trashed',
      'restored',
      'purged',
    ),
  })
  .map(({ id, file, state, flag, what }): EventDraft => {
    const key = `kie-luma:${id}`;
    switch (what) {
      case 'saved':
        return saved(id, file);
      case 'failed':
        return { type: 'video-failed', key, url: file, code: 'network', reason: 'network', params: {}, gone: flag };
      case 'marked':
        return { type: 'marked', keys: [key], starred: flag, tags: flag ? ['one'] : [] };
      case 'trashed':
        return { type: 'trashed', keys: [key] };
      case 'restored':
        return { type: 'restored', keys: [key] };
      case 'purged':
        return { type: 'purged', keys: [key] };
      default:
        return delivery(
          id,
          { state, videoUrls: state === 'succeeded' ? [file] : [] },
          { trust: flag ? 'signed' : 'unsigned' },
        );
    }
  });

it('stores what a callback says of several tasks before what a person does to many', async () => {
  const library = await open(await tempDir());
  const order: string[] = [];
  const stop = library.onChange(({ key }) => order.push(key));
  const first = library.record(delivery('first')); // whatever comes while it is stored waits
  const acts = Array.from({ length: 3 }, (_, n) => library.recordAll([delivery(`act${n}`)], 'bulk'));
  await Promise.all([first, ...acts, library.recordAll([delivery('a'), delivery('b')], 'callback')]);
  stop();
  expect(order.map((key) => key.replace(/^.*:/, ''))).toEqual(['first', 'a', 'b', 'act0', 'act1', 'act2']);
  await library.close();
});

describe('library', () => {
  it('is the same after a restart, from the index, from the journal alone, and after a rebuild (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyDraft, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 60 }),
        async (drafts, cut) => {
          const dir = await tempDir();
          // Two sittings, so that the second begins from index pages plus the journal's end.
          let library = await open(dir);
          for (const draft of drafts.slice(0, cut)) await library.record(draft);
          await library.close();
          library = await open(dir);
          // Rebuilt while they come: what is recorded meanwhile is neither lost nor told twice.
          const [rebuilt] = await Promise.all([
            library.rebuild(),
            ...drafts.slice(cut).map((draft) => library.record(draft)),
          ]);
          expect(rebuilt.differing).toBe(0);
          const before = everything(library);
          const counts = library.counts();
          expect((await library.verify()).differing).toBe(0);
          await library.rebuild();
          expect(everything(library)).toEqual(before);
          expect(library.counts()).toEqual(counts);
          await library.close();

          expect(await readLibrary(path.join(dir, 'journal'))).toEqual(before);
          library = await open(dir);
          expect(everything(library)).toEqual(before);
          await library.close();
          await rm(path.join(dir, 'index'), { recursive: true });
          library = await open(dir);
          expect(everything(library)).toEqual(before);
          expect(library.counts()).toEqual(counts);
          await library.close();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('puts a broken page aside, makes it again from the journal, and loses nothing', async () => {
    const dir = await tempDir();
    let library = await open(dir);
    for (let n = 0; n < 600; n += 1) await library.record(delivery(`t${n}`));
    const before = everything(library);
    await library.close();
    await writeFile(path.join(dir, 'index', 'page-000001.json'), '{"version":1,"tasks":[{"nonsense":');
    library = await open(dir);
    expect(library.opening).toMatchObject({ rebuilt: true });
    expect(library.opening.brokenPages).toHaveLength(1);
    expect(everything(library)).toEqual(before);
    await library.close();
    const names = await readdir(path.join(dir, 'index'));
    expect(names.filter((name) => name.includes('.broken-'))).toHaveLength(1);
    expect(JSON.parse(await readFile(path.join(dir, 'index', 'page-000001.json'), 'utf8'))).toMatchObject({
      version: 6,
    });
    library = await open(dir);
    expect(library.opening.rebuilt).toBe(false);
    await library.close();
  });

  it('writes no page anew that is on disk as it should be, so that a stop in the middle costs nothing twice', async () => {
    const dir = await tempDir();
    const file = (page: number): string => path.join(dir, 'index', `page-00000${page}.json`);
    const written = (): Promise<bigint[]> =>
      Promise.all([0, 1, 2].map(async (page) => (await stat(file(page), { bigint: true })).mtimeNs));
    let library = await open(dir);
    await library.recordAll(Array.from({ length: 700 }, (_, n) => delivery(`t${n}`)));
    const before = everything(library);
    await library.close();
    const whole = await written();
    // As a stop leaves it between the first pages and the checkpoint.
    await rm(path.join(dir, 'index', 'checkpoint.json'));
    await rm(file(1));
    library = await open(dir);
    expect(library.opening.rebuilt).toBe(true);
    expect(everything(library)).toEqual(before);
    await library.close();
    const after = await written();
    expect(after.map((at, page) => at === whole[page])).toEqual([true, false, false]);
    library = await open(dir);
    expect(library.opening.rebuilt).toBe(false);
    expect(everything(library)).toEqual(before);
    await library.close();
    expect(await written()).toEqual(after);
  });

  it('does not believe a checkpoint that was damaged', async () => {
    const dir = await tempDir();
    const file = path.join(dir, 'index', 'checkpoint.json');
    let library = await open(dir);
    for (let n = 0; n < 3; n += 1) await library.record(delivery(`t${n}`));
    const before = everything(library);
    await library.close();
    const whole = JSON.parse(await readFile(file, 'utf8')) as { readonly cursor: string; readonly pages: number };
    const { cursor, pages } = whole;
    const withoutSum = [5, 6].map((version) => ({ version, cursor, pages }));
    for (const damaged of [{ ...whole, pages: 0 }, { ...whole, cursor: '1:1:1' }, ...withoutSum]) {
      await writeFile(file, JSON.stringify(damaged));
      library = await open(dir);
      expect(library.opening.rebuilt).toBe(true);
      expect(everything(library)).toEqual(before);
      await library.close();
    }
    // As versions before wrote it, when a page came to be behind it.
    await writeFile(file, JSON.stringify({ version: 4, cursor, pages: 0 }));
    library = await open(dir);
    expect(library.opening.rebuilt).toBe(false);
    expect(everything(library)).toEqual(before);
    await library.close();
  });

  it('misses nothing where a page is older than the checkpoint, as a copy that was taken file by file may have it', async () => {
    const dir = await tempDir();
    const page = path.join(dir, 'index', 'page-000000.json');
    let library = await open(dir);
    await library.recordAll(Array.from({ length: 300 }, (_, n) => delivery(`t${n}`)));
    await library.close();
    const older = await readFile(page);
    library = await open(dir);
    await library.record({ type: 'marked', keys: ['kie-luma:t7'], starred: true });
    await library.record(delivery('new'));
    const before = everything(library);
    await library.close();
    await writeFile(page, older);
    library = await open(dir);
    expect(library.opening.rebuilt).toBe(true);
    expect(everything(library)).toEqual(before);
    await library.close();
    library = await open(dir);
    expect(library.opening.rebuilt).toBe(false);
    expect(everything(library)).toEqual(before);
    await library.close();
  });

  it('goes on numbering above what the index knows when the journal was lost', async () => {
    const dir = await tempDir();
    let library = await open(dir);
    for (let n = 0; n < 5; n += 1) await library.record(delivery(`t${n}`));
    await library.close();
    await rm(path.join(dir, 'journal'), { recursive: true });
    library = await open(dir);
    expect(everything(library)).toHaveLength(5);
    await library.record({ type: 'marked', keys: ['kie-luma:t1'], starred: true });
    expect(library.get('kie-luma:t1')?.starred).toBe(true);
    await library.close();
  });

  it('reads the whole journal when that lost its end behind the checkpoint', async () => {
    const dir = await tempDir();
    let library = await open(dir);
    for (let n = 0; n < 4; n += 1) await library.record(delivery(`t${n}`));
    await library.close();
    const file = path.join(dir, 'journal', '000001.ndjson');
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, `${lines.slice(0, 2).join('\n')}\n`);
    const checkpoint = await readFile(path.join(dir, 'index', 'checkpoint.json'));
    library = await open(dir);
    expect(everything(library)).toHaveLength(4);
    await library.record(delivery('new'));
    await library.close();
    // As if it had been killed before the index was saved: the old checkpoint still points behind the new event.
    await writeFile(path.join(dir, 'index', 'checkpoint.json'), checkpoint);
    library = await open(dir);
    expect(library.get('kie-luma:new')).toBeDefined();
    await library.close();
  });

  it.each([
    ['in the middle of a line', 'x'.repeat(5000)],
    ['where another event ends', ''],
  ])(
    'reads the whole journal when that has grown since it lost its end, with the checkpoint %s',
    async (_, padding) => {
      const dir = await tempDir();
      const index = path.join(dir, 'index');
      let library = await open(dir);
      for (let n = 0; n < 4; n += 1) await library.record(delivery(`t${n}`));
      await library.close();
      const file = path.join(dir, 'journal', '000001.ndjson');
      const lines = (await readFile(file, 'utf8')).split('\n');
      await writeFile(file, `${lines.slice(0, 2).join('\n')}\n`);
      const saved = await Promise.all(
        (await readdir(index)).map(async (name) => [name, await readFile(path.join(index, name))] as const),
      );
      library = await open(dir);
      // As long as those that are gone, or longer.
      for (const id of ['n2', 'n3', 'n4']) await library.record(delivery(id, { message: `success${padding}` }));
      const before = everything(library);
      await library.close();
      // As if it had been killed before the index was saved.
      for (const [name, bytes] of saved) await writeFile(path.join(index, name), bytes);
      library = await open(dir);
      expect(everything(library)).toEqual(before);
      await library.close();
    },
  );

  it('keeps what only the index knows when a line of the journal is damaged, also over a rebuild', async () => {
    const dir = await tempDir();
    let library = await open(dir);
    for (let n = 0; n < 3; n += 1) await library.record(delivery(`t${n}`));
    await library.close();
    const file = path.join(dir, 'journal', '000001.ndjson');
    const lines = (await readFile(file, 'utf8')).split('\n');
    lines[1] = (lines[1] ?? '').replace('{', '#');
    await writeFile(file, lines.join('\n'));
    library = await open(dir);
    const before = everything(library);
    expect(before).toHaveLength(3);
    expect(await library.verify()).toMatchObject({
      differing: 0,
      damagedLines: [{ file: '000001.ndjson' }],
      lacksEvents: false,
    });
    await library.rebuild();
    expect(everything(library)).toEqual(before);
    await library.close();
  });

  it('keeps what only the index knows when the journal lost its end, also after it went on', async () => {
    const dir = await tempDir();
    let library = await open(dir);
    for (let n = 0; n < 4; n += 1) await library.record(delivery(`t${n}`));
    await library.record(saved('t3', 'https://media.example.test/a.mp4'));
    await library.close();
    const file = path.join(dir, 'journal', '000001.ndjson');
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, `${lines.slice(0, 2).join('\n')}\n`);
    library = await open(dir);
    await library.record(delivery('new'));
    await library.record(delivery('t3'));
    const before = everything(library);
    expect(before).toHaveLength(5);
    expect(library.get('kie-luma:t3')).toMatchObject({ deliveries: 2, videos: [{ state: 'saved' }] });
    expect(await library.verify()).toMatchObject({ differing: 0, damagedLines: [], lacksEvents: true });
    await library.rebuild();
    expect(everything(library)).toEqual(before);
    await library.close();
  });

  it('makes the index of another version of the program again, and calls none of its pages broken', async () => {
    const dir = await tempDir();
    let library = await open(dir);
    for (let n = 0; n < 300; n += 1) await library.record(delivery(`t${n}`));
    const before = everything(library);
    await library.close();
    const file = path.join(dir, 'index', 'checkpoint.json');
    const checkpoint = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...checkpoint, version: 1 }));
    await writeFile(path.join(dir, 'index', 'page-000000.json'), '{"version":1,"tasks":[]}');
    library = await open(dir);
    expect(library.opening).toMatchObject({ rebuilt: true, brokenPages: [] });
    expect(everything(library)).toEqual(before);
    await library.close();
    library = await open(dir);
    expect(library.opening).toMatchObject({ rebuilt: false, brokenPages: [] });
    expect(everything(library)).toEqual(before);
    await library.close();
  });

  it('finds by text what came, what changed and what was loaded from the index', async () => {
    const dir = await tempDir();
    const find = async (library: Library, text: string): Promise<string[]> =>
      (await library.query({ ...page, text })).rows.map((task) => task.taskId);
    let library = await open(dir);
    await library.record(delivery('t1', { prompt: 'A heron at dawn' }));
    await library.record(delivery('t2', { prompt: 'Zwei Radfahrer im Regen' }));
    expect(await find(library, 'HERON')).toEqual(['t1']);
    await library.close();
    library = await open(dir);
    expect(await find(library, 'radfahrer')).toEqual(['t2']);
    await library.record({ type: 'marked', keys: ['kie-luma:t1'], tags: ['trailer'] });
    expect(await find(library, 'trailer')).toEqual(['t1']);
    expect(await find(library, 'heron trailer')).toEqual(['t1']);
    await library.close();
  });

  it('goes on saving after a rebuild that failed, and makes its folder again where that is gone', async () => {
    const dir = await tempDir();
    const index = path.join(dir, 'index');
    // No save of its own comes between: it would make the folder again.
    const library = await open(dir, () => new Date(), 1_000_000);
    await library.record(delivery('a'));
    await rm(index, { recursive: true, force: true });
    await writeFile(index, 'in the way');
    await expect(library.rebuild()).rejects.toThrow();
    await rm(index);
    await library.rebuild();
    expect(await readdir(index)).toEqual(['checkpoint.json', 'page-000000.json']);
    await library.record(delivery('b'));
    await library.close();
    await rm(path.join(dir, 'journal'), { recursive: true }); // so that only the index can tell
    const again = await open(dir);
    expect([...again.newestFirst()].map(({ taskId }) => taskId)).toEqual(['b', 'a']);
    await again.close();
  });

  it('has all that 32 senders were answered for while it was rebuilt again and again, also after a restart', async () => {
    const dir = await tempDir();
    let library = await open(dir);
    await Promise.all(Array.from({ length: 300 }, (_, n) => library.record(delivery(`old${n}`))));
    const answered = new Set<string>();
    let rebuilds = 0;
    const senders = Array.from({ length: 32 }, async (_, sender) => {
      for (let n = 0; n < 40 || rebuilds < 3; n += 1) {
        await library.record(delivery(`s${sender}-${n}`));
        answered.add(`kie-luma:s${sender}-${n}`);
      }
    });
    for (; rebuilds < 3; rebuilds += 1) await library.rebuild();
    await Promise.all(senders);
    const missing = (): string[] => [...answered].filter((key) => library.get(key) === undefined);
    expect(missing()).toEqual([]);
    expect((await library.verify()).differing).toBe(0);
    await library.close();
    library = await open(dir);
    expect(missing()).toEqual([]);
    await library.close();
  });

  it('saves pages of at most 256 tasks', async () => {
    const dir = await tempDir();
    const library = await open(dir);
    await Promise.all(Array.from({ length: 700 }, (_, n) => library.record(delivery(`t${n}`))));
    await library.close();
    const pages = (await readdir(path.join(dir, 'index'))).filter((name) => name.startsWith('page-'));
    expect(pages).toHaveLength(3);
    const sizes = await Promise.all(
      pages.map(async (name) => {
        const content = JSON.parse(await readFile(path.join(dir, 'index', name), 'utf8')) as {
          heads: { taskId: unknown[] };
        };
        return content.heads.taskId.length;
      }),
    );
    expect(sizes.sort((a, b) => b - a)).toEqual([256, 256, 188]);
  });

  it('gives a turn now and then to whoever looks for tasks that are not there', async () => {
    const library = await open(await tempDir());
    await library.recordAll(Array.from({ length: 600 }, (_, n) => delivery(`t${n}`)));
    expect([...library.newestInTurns(() => false)]).toEqual([null, null, null]);
    expect([...library.newestInTurns(() => true)]).toEqual(everything(library));
    expect([...library.newestFirst(({ firstSeq }) => firstSeq === 1)].map(({ taskId }) => taskId)).toEqual(['t0']);
    await library.close();
  });

  it('answers windows with totals, filters, words and local days', async () => {
    const dir = await tempDir();
    let time = Date.UTC(2026, 10, 20, 22, 30);
    const library = await open(dir, () => new Date(time));
    for (let n = 0; n < 10; n += 1) {
      await library.record(delivery(`t${n}`, { prompt: n % 2 === 0 ? 'Snow on the rooftops' : 'Rain in the harbour' }));
      time += 15 * 60_000;
    }
    await library.record(delivery('bad', { state: 'failed', message: 'Stopped by moderation', videoUrls: [] }));
    const all = await library.query({ ...page, limit: 3, offset: 2 });
    expect(all.total).toBe(11);
    expect(all.rows.map(({ taskId }) => taskId)).toEqual(['t8', 't7', 't6']);
    // 22:30 UTC is 23:30 in Berlin: midnight falls after the second task.
    expect(all.sections.map(({ day, count }) => [day, count])).toEqual([
      ['2026-11-21', 9],
      ['2026-11-20', 2],
    ]);
    expect(await library.keys(page, 'kie-luma:t8', 'kie-luma:t6')).toEqual([
      'kie-luma:t8',
      'kie-luma:t7',
      'kie-luma:t6',
    ]);
    expect(await library.keys(page, 4, 'kie-luma:t8')).toEqual(['kie-luma:t8', 'kie-luma:t7', 'kie-luma:t6']);
    expect(await library.keys({ ...page, order: 'oldest' }, 'kie-luma:t8', 999)).toHaveLength(3);
    expect(await library.keys({ ...page, text: 'snow' }, 0, 999)).toHaveLength(5);
    expect(await library.keys({ ...page, text: 'snow' }, 'kie-luma:t1', 999)).toEqual([]);
    expect(await library.keys({ ...page, text: 'no such thing' }, 0, 9)).toEqual([]);
    expect((await library.query({ ...page, text: 'SNOW roof' })).total).toBe(5);
    expect((await library.query({ ...page, text: 'moderation' })).rows[0]?.taskId).toBe('bad');
    expect((await library.query({ ...page, text: 'luma modify' })).total).toBe(11);
    expect((await library.query({ ...page, state: 'failed' })).total).toBe(1);
    expect((await library.query({ ...page, order: 'oldest' })).rows[0]?.taskId).toBe('t0');
    expect((await library.query({ ...page, timeZone: 'No/Where' })).total).toBe(11);
    await library.record({ type: 'trashed', keys: ['kie-luma:bad'] });
    expect((await library.query({ ...page, state: 'failed' })).total).toBe(0);
    expect((await library.query({ ...page, view: 'trash' })).total).toBe(1);
    expect(library.counts()).toMatchObject({ library: 10, trash: 1, failed: 0, inbox: 10, waiting: 10 });
    await library.close();
  });
});
