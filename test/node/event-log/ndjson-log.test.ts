import {
  appendFile,
  open as openFile,
  readFile,
  readdir,
  rename,
  stat,
  truncate,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import type { EventLog } from '../../../src-main/node/event-log/event-log.ts';
import { openNdjsonLog } from '../../../src-main/node/event-log/ndjson-log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { delivery } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { describesAnEventLog } from './conformance.ts';

interface Opened {
  readonly journal: EventLog;
  readonly durable: StampedEvent[];
}

async function open(dir: string, segmentBytes?: number): Promise<Opened> {
  const durable: StampedEvent[] = [];
  const journal = await openNdjsonLog({
    dir,
    log: silentLog,
    now: () => new Date('2026-11-21T12:00:00Z'),
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  });
  journal.follow('test', (event) => durable.push(event));
  return { journal, durable };
}

async function read(journal: EventLog): Promise<{ keys: string[]; seqs: number[]; damaged: number }> {
  const keys: string[] = [];
  const seqs: number[] = [];
  const report = await journal.read(null, (event) => {
    seqs.push(event.seq);
    if (event.type === 'result') keys.push(event.read.taskId);
  });
  return { keys, seqs, damaged: report.damaged.length };
}

/** Every `kind` of every open file goes through `instead` until the test ends; the real one is handed in. */
async function watchSyncs(
  kind: 'sync' | 'datasync',
  instead: (real: () => Promise<void>, handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await openFile(import.meta.filename, 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const real = prototype[kind];
  const spy = vi.spyOn(prototype, kind).mockImplementation(function (this: FileHandle) {
    return instead(() => real.call(this), this);
  });
  onTestFinished(() => spy.mockRestore());
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('the event log as files', () => {
  describesAnEventLog(async () => {
    const dir = path.join(await tempDir(), 'journal');
    return {
      open: (log) => openNdjsonLog({ dir, log, now: () => new Date() }),
      async breakStorage() {
        await rename(dir, `${dir}.away`);
        return () => rename(`${dir}.away`, dir);
      },
    };
  });
});

describe('journal', () => {
  it('numbers events without gaps, in the order in which they were handed in, over restarts', async () => {
    const dir = await tempDir();
    const first = await open(dir);
    await Promise.all(Array.from({ length: 50 }, (_, n) => first.journal.append([delivery(`a${n}`)])));
    expect(first.durable.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    await first.journal.close();
    const second = await open(dir);
    const [event] = await second.journal.append([delivery('b')]);
    expect(event?.seq).toBe(51);
    const { keys, seqs } = await read(second.journal);
    expect(keys).toEqual([...Array.from({ length: 50 }, (_, n) => `a${n}`), 'b']);
    expect(seqs.at(-1)).toBe(51);
    await second.journal.close();
  });

  it('begins a new segment when one is full and reads over all of them', async () => {
    const dir = await tempDir();
    const { journal } = await open(dir, 2000);
    for (let n = 0; n < 20; n += 1) await journal.append([delivery(`t${n}`)]);
    await journal.close();
    expect((await readdir(dir)).length).toBeGreaterThan(3);
    const again = await open(dir, 2000);
    expect((await read(again.journal)).keys).toHaveLength(20);
    await again.journal.close();
  });

  it.each([
    ['half a line', '{"v":1,"seq":3,"at":"2026'],
    ['zeros, as a power cut may leave', '\0'.repeat(4096)],
    ['a whole line that is no event', 'garbage\n'],
  ])('cuts off a torn tail and keeps what was cut: %s', async (_name, torn) => {
    const dir = await tempDir();
    const first = await open(dir);
    await first.journal.append([delivery('a')]);
    await first.journal.append([delivery('b')]);
    await first.journal.close();
    const file = path.join(dir, '000001.ndjson');
    const whole = await readFile(file);
    await appendFile(file, torn);
    const second = await open(dir);
    expect(await readFile(file)).toEqual(whole);
    expect((await second.journal.append([delivery('c')]))[0]?.seq).toBe(3);
    expect((await read(second.journal)).keys).toEqual(['a', 'b', 'c']);
    const aside = (await readdir(dir)).find((name) => name.includes('.torn-'));
    expect(await readFile(path.join(dir, aside ?? 'missing'), 'utf8')).toBe(torn);
    await second.journal.close();
  });

  it('cuts at every byte of the last line without losing the ones before', async () => {
    const dir = await tempDir();
    const first = await open(dir);
    await first.journal.append([delivery('a')]);
    const offset = (await readFile(path.join(dir, '000001.ndjson'))).length;
    await first.journal.append([delivery('b')]);
    await first.journal.close();
    const file = path.join(dir, '000001.ndjson');
    const whole = await readFile(file);
    for (let cut = offset; cut < whole.length; cut += 37) {
      await writeFile(file, whole);
      await truncate(file, cut);
      const { journal } = await open(dir);
      expect((await read(journal)).keys).toEqual(['a']);
      expect(journal.end()).toBe(`1:${String(offset)}:1`);
      await journal.close();
    }
  });

  it('goes on behind the last whole append, however much of one that broke off stands behind it', async () => {
    for (const events of [1, 100, 3000]) {
      const dir = await tempDir();
      const first = await open(dir);
      await first.journal.append([delivery('whole')]);
      await first.journal.append(Array.from({ length: events }, (_, n) => delivery(`broken${n}`)));
      await first.journal.append([delivery('last')]);
      await first.journal.close();
      const [name = ''] = (await readdir(dir)).filter((each) => each.endsWith('.ndjson'));
      const file = path.join(dir, name);
      const lines = (await readFile(file, 'utf8')).split('\n');
      // Without the last append, and the last line of the one before.
      await truncate(file, Buffer.byteLength(lines.slice(0, events).join('\n')) + 1);
      const second = await open(dir);
      await second.journal.append([delivery('next')]);
      expect((await read(second.journal)).keys).toEqual(['whole', 'next']);
      await second.journal.close();
    }
  });

  it('skips a damaged line in the middle, reports it, and reads all others', async () => {
    const dir = await tempDir();
    const first = await open(dir);
    for (const id of ['a', 'b', 'c']) await first.journal.append([delivery(id)]);
    await first.journal.close();
    const file = path.join(dir, '000001.ndjson');
    const lines = (await readFile(file, 'utf8')).split('\n');
    lines[1] = `${lines[1]?.slice(0, 40) ?? ''}#damaged`;
    await writeFile(file, lines.join('\n'));
    const second = await open(dir);
    expect(await read(second.journal)).toMatchObject({ keys: ['a', 'c'], damaged: 1 });
    expect((await second.journal.append([delivery('d')]))[0]?.seq).toBe(4);
    await second.journal.close();
  });

  it('refuses what comes after it was closed, and has written what came before', async () => {
    const dir = await tempDir();
    const { journal } = await open(dir);
    const waiting = [journal.append([delivery('a')]), journal.append([delivery('b')])];
    await journal.close();
    await expect(Promise.all(waiting)).resolves.toHaveLength(2);
    await expect(journal.append([delivery('c')])).rejects.toMatchObject({ code: 'storage-failed' });
  });
});

describe('what an append waits for', () => {
  it('has the whole event in the file and the file synced before the append resolves', async () => {
    const dir = await tempDir();
    const { opened, open: letSync } = gate();
    const { journal, durable } = await open(dir);
    const textsAtSync: string[] = [];
    await watchSyncs('datasync', async (real) => {
      textsAtSync.push(await readFile(path.join(dir, '000001.ndjson'), 'utf8'));
      await opened;
      await real();
    });
    let isAnswered = false;
    const append = journal.append([delivery('a')]).then(() => {
      isAnswered = true;
    });
    await waitUntil(() => textsAtSync.length > 0, 'the sync');
    expect(textsAtSync[0]).toMatch(/"taskId":"a".*\n$/);
    await new Promise((later) => setTimeout(later, 20));
    expect([isAnswered, durable.length, journal.end()]).toEqual([false, 0, '1:0:0']);
    letSync();
    await append;
    expect([durable.length, journal.end().split(':').at(-1)]).toEqual([1, '1']);
    await journal.close();
  });

  it('shares a sync among all that wait', async () => {
    let syncs = 0;
    await watchSyncs('datasync', (real) => {
      syncs += 1;
      return real();
    });
    const { journal } = await open(await tempDir());
    await Promise.all(Array.from({ length: 50 }, (_, n) => journal.append([delivery(`a${n}`)])));
    expect(syncs).toBeGreaterThan(0);
    expect(syncs).toBeLessThan(10);
    await journal.close();
  });

  it.skipIf(process.platform === 'win32')(
    'syncs the folder whenever it has made a segment, and only then',
    async () => {
      const dir = await tempDir();
      const { ino } = await stat(dir);
      let folderSyncs = 0;
      await watchSyncs('sync', async (real, handle) => {
        if ((await handle.stat()).ino === ino) folderSyncs += 1;
        await real();
      });
      const { journal } = await open(dir, 2000);
      for (let n = 0; n < 20; n += 1) {
        await journal.append([delivery(`t${n}`)]);
        expect(folderSyncs).toBe((await readdir(dir)).length);
      }
      expect(folderSyncs).toBeGreaterThan(3);
      await journal.close();
    },
  );

  it('refuses when the sync fails, and goes on in a new segment', async () => {
    const dir = await tempDir();
    const { journal, durable } = await open(dir);
    await journal.append([delivery('a')]);
    let failures = 0;
    await watchSyncs('datasync', (real) => {
      failures += 1;
      return failures === 1 ? Promise.reject(new Error('EIO: i/o error, fdatasync')) : real();
    });
    await expect(journal.append([delivery('b')])).rejects.toMatchObject({
      code: 'storage-failed',
      message: expect.stringMatching(/could not be stored/) as string,
    });
    expect(durable).toHaveLength(1);
    // The number of the refused one is not used again: what the disk has of it is not known.
    expect((await journal.append([delivery('c')]))[0]?.seq).toBe(3);
    expect(await readdir(dir)).toEqual(['000001.ndjson', '000002.ndjson', 'writer']);
    expect(await readFile(path.join(dir, '000002.ndjson'), 'utf8')).toMatch(
      /^\{[^\n]*"seq":2,[^\n]*"type":"gap","from":2,[^\n]*\n[^\n]*"taskId":"c"/,
    );
    await journal.close();
    const again = await open(dir);
    expect(await again.journal.read(null, () => undefined)).toMatchObject({ events: 2, missing: 0, lastSeq: 3 });
    expect(await read(again.journal)).toEqual({ keys: ['a', 'c'], seqs: [1, 3], damaged: 0 });
    await again.journal.close();
  });

  it.skipIf(process.platform === 'win32')(
    'refuses when the folder of a new segment cannot be synced, and syncs it before it answers the next',
    async () => {
      const dir = await tempDir();
      const { journal } = await open(dir);
      let syncs = 0;
      await watchSyncs('sync', (real) => {
        syncs += 1;
        return syncs === 1 ? Promise.reject(new Error('EIO: i/o error, fsync')) : real();
      });
      await expect(journal.append([delivery('a')])).rejects.toMatchObject({ code: 'storage-failed' });
      await journal.append([delivery('b')]);
      expect(syncs).toBe(2);
      expect((await read(journal)).keys).toEqual(['b']);
      await journal.close();
    },
  );
});
