/** An index that an earlier program folded otherwise is made anew behind the start, and never again. */
import { hash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { foldVersion } from '../../../src-main/common/fold.ts';
import { isRecord } from '../../../src-main/common/providers/json.ts';
import { openNdjsonLog } from '../../../src-main/node/event-log/ndjson-log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { openLibraryOn, type Library } from '../../../src-main/node/projections/library.ts';
import { createTaskTable } from '../../../src-main/node/projections/task-table.ts';
import { anyHistory } from '../../support/any-history.ts';
import { delivery, stamp } from '../../support/deliveries.ts';
import { fc } from '../../support/fast-check.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const now = (): Date => new Date(1_764_500_000_000);
const open = (dir: string): Promise<Library> => openLibraryIn(dir, { now, saveDelayMs: 5 });
const promptIn = (library: Library): string | null | undefined => library.get('kie-luma:a')?.prompt;
const checkpointOf = (dir: string): string => path.join(dir, 'index/checkpoint.json');

async function libraryOf(prompt: string): Promise<string> {
  const dir = await tempDir();
  const library = await open(dir);
  for (const id of ['a', 'b']) await library.record(delivery(id, { prompt }));
  await library.close();
  return dir;
}

/** As if an earlier program had made another task of the same event. @param fold what that one noted */
async function foldedOtherwise(fold: number | undefined): Promise<string> {
  const [dir, other] = [await libraryOf('as it is told today'), await libraryOf('as it was told once')];
  await cp(path.join(other, 'index/page-000000.json'), path.join(dir, 'index/page-000000.json'));
  const checkpoint: unknown = JSON.parse(await readFile(checkpointOf(dir), 'utf8'));
  await writeFile(checkpointOf(dir), JSON.stringify({ ...(isRecord(checkpoint) ? checkpoint : {}), fold }));
  return dir;
}

it.each([undefined, foldVersion - 1, foldVersion + 1])('what was folded by version %s is folded anew', async (fold) => {
  const dir = await foldedOtherwise(fold);
  let library = await open(dir);
  expect(promptIn(library)).toBe('as it was told once'); // a start does not wait for it
  await library.record(delivery('meanwhile'));
  expect(await library.renew()).toMatchObject({ differing: 2, unexplained: 0 });
  expect(promptIn(library)).toBe('as it is told today');
  expect(await library.renew()).toBeNull();
  await library.close();

  library = await open(dir);
  expect(promptIn(library)).toBe('as it is told today');
  expect(library.get('kie-luma:meanwhile')).toBeDefined();
  expect(await library.renew()).toBeNull();
  await library.close();
});

it('whoever acts on tasks is told which ones were corrected, once they are', async () => {
  const library = await open(await foldedOtherwise(undefined));
  const told: unknown[] = [];
  const stop = library.onCorrected((key) => told.push([key, library.get(key)?.prompt]));
  await library.record(delivery('meanwhile'));
  await library.renew();
  expect(told).toEqual(['a', 'b'].map((id) => [`kie-luma:${id}`, 'as it is told today']));
  stop();
  await library.close();
});

it('where the log lies elsewhere and cannot be read nothing was compared, and the next start begins again', async () => {
  const dir = await foldedOtherwise(undefined);
  const events = await openNdjsonLog({ dir: path.join(dir, 'journal'), log: silentLog, now });
  const nothing = {
    events: 0,
    fromStart: false,
    damaged: [],
    unknown: [],
    missing: 0,
    lastSeq: 2,
    isAway: true,
  } as const;
  const away = { ...events, read: () => Promise.resolve(nothing) };
  const library = await openLibraryOn(away, { indexDir: path.join(dir, 'index'), log: silentLog, saveDelayMs: 5 });
  expect(await library.verify()).toMatchObject({ isAway: true, unexplained: 0 });
  expect(await library.renew()).toMatchObject({ isAway: true, differing: 0 });
  await library.record(delivery('meanwhile'));
  await events.close();
  await library.close();

  const again = await open(dir);
  expect(await again.renew()).toMatchObject({ isAway: false, differing: 2 });
  await again.close();
});

it('an inbox that is closed meanwhile is closed at once, and the next start begins again', async () => {
  const dir = await foldedOtherwise(undefined);
  let library = await open(dir);
  const renewing = library.renew();
  await library.close();
  expect(await renewing).toBeNull();
  expect(JSON.parse(await readFile(checkpointOf(dir), 'utf8'))).not.toHaveProperty('fold');

  library = await open(dir);
  expect(await library.renew()).toMatchObject({ differing: 2 });
  await library.close();
});

it('where the checkpoint is lost nobody knows who folded the pages', async () => {
  const dir = await foldedOtherwise(foldVersion);
  await writeFile(checkpointOf(dir), 'half a check');
  const library = await open(dir);
  expect(await library.renew()).toMatchObject({ differing: 2 });
  await library.close();
});

it('a library of today has nothing to renew, whether it is new or known', async () => {
  const dir = await tempDir();
  for (const id of ['a', 'b']) {
    const library = await open(dir);
    expect(await library.renew()).toBeNull();
    await library.record(delivery(id));
    await library.close();
  }
});

/** What tells one file from another is of the fold, too. */
const ofLinks = [
  ['Expires=1796000000&Signature=a', 'Expires=1796000001&Signature=b', 'id=1', 'id=2'],
  ['e=1796000000&token=ak:a', 'hdnts=exp=1796000000~hmac=ab', 'verify=1796000000-abcdefghijklmnopqrst', 'token=a'],
  [
    { url: 'out/1.mp4', exp: 1796000000 },
    { url: 'out/1.mp4', exp: 1796000001 },
    { url: 'out/2.mp4' },
    { sub: 'a' },
  ].map((claims) => `token=eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`),
].map((queries, n) =>
  delivery(`links-${String(n)}`, { videoUrls: queries.map((query) => `https://x.example.test/w.mp4?${query}`) }),
);

/**
 * Where this fails the same events make other tasks than before: then `foldVersion` has to grow, and both numbers here are
 * new. Where only `any-history.ts` tells other histories, or fast-check does, the sum alone is new.
 */
it('the fold of this version makes of many histories the tasks that it always made', () => {
  const histories = [...fc.sample(anyHistory, { seed: 7, numRuns: 300 }), ofLinks];
  const tasks = histories.map((drafts) => {
    const table = createTaskTable();
    for (const event of stamp(drafts)) table.apply(event);
    return table.ordered.map(({ record }) => record);
  });
  const sum = hash('sha256', JSON.stringify(tasks), 'hex').slice(0, 16);
  expect([foldVersion, sum]).toEqual([5, 'b6c5507e07437f4d']);
});
