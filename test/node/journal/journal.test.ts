import { appendFile, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../src-main/common/journal-events.ts';
import { openJournal, type Journal } from '../../../src-main/node/journal/journal.ts';
import { journalStart } from '../../../src-main/node/journal/journal-reader.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { delivery } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';

interface Opened {
  readonly journal: Journal;
  readonly durable: JournalEvent[];
}

async function open(dir: string, segmentBytes?: number): Promise<Opened> {
  const durable: JournalEvent[] = [];
  const journal = await openJournal({
    dir,
    log: silentLog,
    now: () => new Date('2026-11-21T12:00:00Z'),
    onDurable: (event) => durable.push(event),
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  });
  return { journal, durable };
}

async function read(journal: Journal): Promise<{ keys: string[]; seqs: number[]; damaged: number }> {
  const keys: string[] = [];
  const seqs: number[] = [];
  const report = await journal.replay(journalStart, (event) => {
    seqs.push(event.seq);
    if (event.type === 'delivery') keys.push(event.taskId);
  });
  return { keys, seqs, damaged: report.damaged.length };
}

describe('journal', () => {
  it('numbers events without gaps, in the order in which they were handed in, over restarts', async () => {
    const dir = await tempDir();
    const first = await open(dir);
    await Promise.all(Array.from({ length: 50 }, (_, n) => first.journal.append(delivery(`a${n}`))));
    expect(first.durable.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    await first.journal.close();
    const second = await open(dir);
    const event = await second.journal.append(delivery('b'));
    expect(event.seq).toBe(51);
    const { keys, seqs } = await read(second.journal);
    expect(keys).toEqual([...Array.from({ length: 50 }, (_, n) => `a${n}`), 'b']);
    expect(seqs.at(-1)).toBe(51);
    await second.journal.close();
  });

  it('begins a new segment when one is full and reads over all of them', async () => {
    const dir = await tempDir();
    const { journal } = await open(dir, 2000);
    for (let n = 0; n < 20; n += 1) await journal.append(delivery(`t${n}`));
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
    await first.journal.append(delivery('a'));
    await first.journal.append(delivery('b'));
    await first.journal.close();
    const file = path.join(dir, '000001.ndjson');
    const whole = await readFile(file);
    await appendFile(file, torn);
    const second = await open(dir);
    expect(await readFile(file)).toEqual(whole);
    expect((await second.journal.append(delivery('c'))).seq).toBe(3);
    expect((await read(second.journal)).keys).toEqual(['a', 'b', 'c']);
    const aside = (await readdir(dir)).find((name) => name.includes('.torn-'));
    expect(await readFile(path.join(dir, aside ?? 'missing'), 'utf8')).toBe(torn);
    await second.journal.close();
  });

  it('cuts at every byte of the last line without losing the ones before', async () => {
    const dir = await tempDir();
    const first = await open(dir);
    await first.journal.append(delivery('a'));
    const { offset } = first.journal.position();
    await first.journal.append(delivery('b'));
    await first.journal.close();
    const file = path.join(dir, '000001.ndjson');
    const whole = await readFile(file);
    for (let cut = offset; cut < whole.length; cut += 37) {
      await writeFile(file, whole);
      await truncate(file, cut);
      const { journal } = await open(dir);
      expect((await read(journal)).keys).toEqual(['a']);
      expect(journal.position()).toMatchObject({ offset, seq: 1 });
      await journal.close();
    }
  });

  it('skips a damaged line in the middle, reports it, and reads all others', async () => {
    const dir = await tempDir();
    const first = await open(dir);
    for (const id of ['a', 'b', 'c']) await first.journal.append(delivery(id));
    await first.journal.close();
    const file = path.join(dir, '000001.ndjson');
    const lines = (await readFile(file, 'utf8')).split('\n');
    lines[1] = `${lines[1]?.slice(0, 40) ?? ''}#damaged`;
    await writeFile(file, lines.join('\n'));
    const second = await open(dir);
    expect(await read(second.journal)).toMatchObject({ keys: ['a', 'c'], damaged: 1 });
    expect((await second.journal.append(delivery('d'))).seq).toBe(4);
    await second.journal.close();
  });

  it('refuses what comes after it was closed, and has written what came before', async () => {
    const dir = await tempDir();
    const { journal } = await open(dir);
    const waiting = [journal.append(delivery('a')), journal.append(delivery('b'))];
    await journal.close();
    await expect(Promise.all(waiting)).resolves.toHaveLength(2);
    await expect(journal.append(delivery('c'))).rejects.toMatchObject({ code: 'storage-failed' });
  });
});
