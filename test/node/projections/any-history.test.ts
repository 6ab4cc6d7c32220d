/** Whatever happened, in whatever order, and wherever the machine stopped: the same events give the same library. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fc } from '../../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import { cursorOf } from '../../../src-main/node/event-log/event-log.ts';
import { createIndexPages } from '../../../src-main/node/projections/index-pages.ts';
import { createIndexSaver } from '../../../src-main/node/projections/index-saver.ts';
import type { Library } from '../../../src-main/node/projections/library.ts';
import { readLibrary } from '../../../src-main/node/projections/read-library.ts';
import { createTaskTable, type TaskTable } from '../../../src-main/node/projections/task-table.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { anyHistory, film, ids } from '../../support/any-history.ts';
import { delivery, stamp } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const contentOf = (table: TaskTable): unknown => table.ordered.map((slot) => slot.record);

describe('a history of any kind', () => {
  it('gives the same tasks although the machine stopped between the pages and their checkpoint (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        fc.infiniteStream(fc.constantFrom('go on', 'go on', 'save', 'stop', 'stop late')),
        async (drafts, turns) => {
          const events = stamp(drafts);
          const dir = path.join(await tempDir(), 'index');
          const pages = createIndexPages(dir, silentLog);
          let table = createTaskTable();
          let read = 0;
          let stopping: string | null = null;
          const stopHere = (): Promise<never> => Promise.reject(new Error('stopped'));
          const open = async (): Promise<ReturnType<typeof createIndexSaver>> => {
            const loaded = await pages.load();
            table = createTaskTable();
            table.restore(loaded);
            for (const event of events.slice(Number(loaded.checkpoint ?? 0), read)) table.apply(event);
            return createIndexSaver({
              events: { end: () => cursorOf(String(read)) },
              pages: {
                ...pages,
                // The machine stops at one of the last steps of a save.
                saveCheckpoint: (cursor, count) =>
                  stopping === 'stop' ? stopHere() : pages.saveCheckpoint(cursor, count),
                keepGone: (tasks) => (stopping === 'stop late' ? stopHere() : pages.keepGone(tasks)),
              },
              log: silentLog,
              table,
              texts: { save: () => Promise.resolve() },
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
            if (turn !== 'stop' && turn !== 'stop late') continue;
            stopping = turn;
            await saver.now().catch(() => undefined);
            stopping = null;
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
    const open = (dir: string): Promise<Library> => openLibraryIn(dir, { saveDelayMs: 1, segmentBytes: 20_000 });
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
