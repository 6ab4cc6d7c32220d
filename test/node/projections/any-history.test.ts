/** Whatever happened, in whatever order, and wherever the machine stopped: the same events give the same library. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fc } from '../../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import type { EventDraft, StampedEvent } from '../../../src-main/common/events.ts';
import { providerFamily } from '../../../src-main/common/providers/catalog.ts';
import { cursorOf } from '../../../src-main/node/event-log/event-log.ts';
import { createIndexPages } from '../../../src-main/node/projections/index-pages.ts';
import { createIndexSaver } from '../../../src-main/node/projections/index-saver.ts';
import { openLibrary, type Library } from '../../../src-main/node/projections/library.ts';
import { readLibrary } from '../../../src-main/node/projections/read-library.ts';
import { createTaskTable, type TaskTable } from '../../../src-main/node/projections/task-table.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { delivery, saved, stamp } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';

const ids = ['a', 'b', 'c'] as const;
const film = (name: string): string => `https://media.example.test/${name}.mp4`;
const speakers = [
  { provider: 'kie-aleph', certain: true },
  { provider: 'kie-runway', certain: false },
  { provider: 'fal', certain: true },
  { provider: 'unknown', certain: false },
] as const;

const anyResult = fc
  .record({
    id: fc.constantFrom(...ids),
    speaker: fc.constantFrom(...speakers),
    state: fc.constantFrom('processing', 'succeeded', 'succeeded', 'failed', 'unknown'),
    trust: fc.constantFrom('unsigned', 'unsigned', 'signed', 'confirmed'),
    name: fc.constantFrom('x', 'y', 'x?X-Amz-Signature=1', 'x?X-Amz-Signature=2'),
    source: fc.constantFrom('callback', 'callback', 'asked', 'reread'),
    isEarly: fc.boolean(),
  })
  .map(({ id, speaker, state, trust, name, source, isEarly }): EventDraft => {
    const early = isEarly && state === 'processing' ? ({ isEarly } as const) : {};
    const result = { state, videoUrls: [film(name)], prompt: `${name} of ${id}`, ...early };
    const draft = delivery(id, result, { trust, source });
    return { ...draft, read: { ...draft.read, ...speaker, family: providerFamily(speaker.provider) } };
  });

/** Names a task by the key that the first speaker may have given it. */
const anyAct = fc
  .record({
    id: fc.constantFrom(...ids),
    speaker: fc.constantFrom(...speakers),
    flag: fc.boolean(),
    what: fc.constantFrom('saved', 'marked', 'tagged', 'trashed', 'purged', 'purged', 'watched', 'settled', 'failed'),
  })
  .map(({ id, speaker: { provider }, flag, what }): EventDraft => {
    const key = `${provider}:${id}`;
    const keys = [key, `unknown:${id}`];
    switch (what) {
      case 'saved':
        return { ...saved(id, film('x')), key, ...(flag ? { early: true } : {}) } as EventDraft;
      case 'failed':
        return { type: 'video-failed', key, url: film('x'), code: 'gone', reason: 'gone', params: {}, gone: flag };
      case 'marked':
        return { type: 'marked', keys, starred: flag, rating: flag ? 3 : 0 };
      case 'tagged':
        return { type: 'tagged', keys, add: flag ? ['one', 'two'] : [], remove: ['two'] };
      case 'watched':
        return { type: 'watched', provider, taskId: id, prompt: 'watched' };
      case 'settled':
        return { type: 'conflict-settled', key, take: flag };
      case 'trashed':
        return { type: flag ? 'trashed' : 'restored', keys };
      case 'purged':
        return { type: 'purged', keys: flag ? keys : [key] };
    }
  });
const anyHistory = fc.array(fc.oneof(anyResult, anyAct), { minLength: 1, maxLength: 40 });

const contentOf = (table: TaskTable): unknown => table.ordered.map((slot) => slot.record);

describe('a history of any kind', () => {
  it('gives the same tasks although the machine stopped between the pages and their checkpoint (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        fc.infiniteStream(fc.constantFrom('go on', 'go on', 'save', 'stop')),
        async (drafts, turns) => {
          const events = stamp(drafts);
          const dir = path.join(await tempDir(), 'index');
          const pages = createIndexPages(dir, silentLog);
          let table = createTaskTable();
          let read = 0;
          let isStopping = false;
          const open = async (): Promise<ReturnType<typeof createIndexSaver>> => {
            const loaded = await pages.load();
            table = createTaskTable();
            loaded.pages.forEach((entries, page) => table.loadPage(page, entries));
            table.loadGone(loaded.gone);
            for (const event of events.slice(Number(loaded.checkpoint ?? 0), read)) table.apply(event);
            return createIndexSaver({
              events: { end: () => cursorOf(String(read)) },
              pages: {
                ...pages,
                // The last step of a save is the one at which the machine stops.
                saveCheckpoint: (cursor, count, gone) =>
                  isStopping && cursor === String(read)
                    ? Promise.reject(new Error('stopped'))
                    : pages.saveCheckpoint(cursor, count, gone),
              },
              log: silentLog,
              table,
              delayMs: 1_000_000,
              checkpoint: loaded.checkpoint,
            });
          };
          let saver = await open();
          for (const event of events) {
            table.apply(event);
            read += 1;
            const { value: turn } = turns.next() as IteratorYieldResult<string>;
            if (turn === 'save') await saver.now();
            if (turn !== 'stop') continue;
            isStopping = true;
            await saver.now().catch(() => undefined);
            isStopping = false;
            saver = await open();
          }
          const straight = createTaskTable();
          for (const event of events) straight.apply(event);
          expect(contentOf(table)).toEqual(contentOf(straight));
          expect([table.brokenEvents, straight.brokenEvents]).toEqual([[], []]);
        },
      ),
      { numRuns: 120 },
    );
  });

  it('gives the same library after restarts and rebuilds, behind what version 1 wrote (property)', async () => {
    const open = (dir: string): Promise<Library> =>
      openLibrary({
        journalDir: path.join(dir, 'journal'),
        indexDir: path.join(dir, 'index'),
        log: silentLog,
        now: () => new Date(),
        saveDelayMs: 1,
        segmentBytes: 20_000,
      });
    const everything = (library: Library): unknown[] => [...library.newestFirst()];
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyVersion1, { maxLength: 12 }),
        anyHistory,
        fc.infiniteStream(fc.constantFrom('go on', 'go on', 'restart', 'rebuild')),
        async (old, drafts, turns) => {
          const dir = await tempDir();
          await mkdir(path.join(dir, 'journal'));
          const lines = old.map((event, n) => JSON.stringify({ ...stampOf(n + 1), ...event }));
          await writeFile(path.join(dir, 'journal', '000001.ndjson'), lines.map((line) => `${line}\n`).join(''));
          let library = await open(dir);
          for (const draft of drafts) {
            await library.record(draft);
            const { value: turn } = turns.next() as IteratorYieldResult<string>;
            if (turn === 'rebuild') expect((await library.rebuild()).differing).toBe(0);
            if (turn !== 'restart') continue;
            await library.close();
            library = await open(dir);
          }
          const before = everything(library);
          expect(await library.verify()).toMatchObject({ differing: 0, unexplained: 0, brokenEvents: [] });
          await library.close();
          expect(await readLibrary(path.join(dir, 'journal'))).toEqual(before);
          await rm(path.join(dir, 'index'), { recursive: true });
          library = await open(dir);
          expect(everything(library)).toEqual(before);
          await library.close();
        },
      ),
      { numRuns: 15 },
    );
  });
});

function stampOf(seq: number): Pick<StampedEvent, 'v' | 'seq' | 'at'> {
  return { v: 1, seq, at: new Date(Date.UTC(2026, 10, 20, 8, 0, seq)).toISOString() };
}

const anyVersion1 = fc
  .record({
    id: fc.constantFrom(...ids),
    provider: fc.constantFrom('kie-aleph', 'unknown'),
    name: fc.constantFrom('x', 'y'),
    what: fc.constantFrom('delivery', 'delivery', 'marked', 'trashed', 'purged', 'video-failed', 'rejected'),
  })
  .map(({ id, provider, name, what }): Record<string, unknown> => {
    const key = `${provider}:${id}`;
    const request = { urlId: null, headers: {}, body: '{}', bodyEncoding: 'utf8', remote: null };
    switch (what) {
      case 'delivery': {
        const { result } = delivery(id, { videoUrls: [film(name)] }).read;
        const rest = { trust: 'unsigned', tags: [], bodySha256: 'ab', replayKey: null };
        return { type: what, key, provider, taskId: id, result, ...rest, ...request };
      }
      case 'rejected':
        return { type: what, status: 400, reason: 'The body is not JSON.', bodyBytes: 2, ...request };
      case 'video-failed':
        return { type: what, key, url: film(name), code: 'network', message: 'No way through.', gone: false };
      case 'marked':
        return { type: what, key, starred: true, tags: ['old'] };
      default:
        return { type: what, key };
    }
  });
