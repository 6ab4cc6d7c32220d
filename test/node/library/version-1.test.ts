/** Libraries that version 1 of the events and format 2 of the index left behind, stopped and killed: they open as they were. */
import { cp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibrary, type Library } from '../../../src-main/node/library/library.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { delivery } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/library-v1');

function open(dir: string): Promise<Library> {
  return openLibrary({
    journalDir: path.join(dir, 'journal'),
    indexDir: path.join(dir, 'index'),
    log: silentLog,
    now: () => new Date(),
    saveDelayMs: 5,
  });
}

/** What the task says in the fields that version 1 told, as its `list --json` wrote them. */
function inShapeOf(expected: unknown, actual: unknown): unknown {
  if (Array.isArray(expected) && Array.isArray(actual)) return actual.map((item, n) => inShapeOf(expected[n], item));
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null) return actual;
  const fields = actual as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [name, inShapeOf(value, fields[name])] as const),
  );
}

describe.each(['stopped', 'killed'])('a library of version 1, %s', (name) => {
  it('lists the same tasks byte for byte, from index and log alike, and goes on', async () => {
    const dir = await tempDir();
    await cp(path.join(fixtures, name), dir, { recursive: true });
    const expected = await readFile(path.join(fixtures, `${name}.expected.json`), 'utf8');
    const listed = (library: Library): string => {
      const tasks = [...library.newestFirst(({ head }) => head.trashedAt === null)];
      return `${JSON.stringify(inShapeOf(JSON.parse(expected), tasks), null, 1)}\n`;
    };
    let library = await open(dir);
    expect(library.opening).toMatchObject({ brokenPages: [], damagedLines: [] });
    expect(listed(library).trim()).toBe(expected.trim());
    const whole = [...library.newestFirst()];
    const counts = library.counts();
    expect(await library.verify()).toEqual({ differing: 0, damagedLines: [], lacksEvents: false });
    await library.close();

    library = await open(dir); // from pages of today
    expect(library.opening.rebuilt).toBe(false);
    expect([...library.newestFirst()]).toEqual(whole);
    await library.close();

    await rm(path.join(dir, 'index'), { recursive: true });
    library = await open(dir);
    expect([...library.newestFirst()]).toEqual(whole);
    expect(library.counts()).toEqual(counts);
    await library.record(delivery('of-today'));
    expect(library.get('kie-luma:of-today')).toBeDefined();
    await library.close();
    library = await open(dir);
    expect([...library.newestFirst()].slice(1)).toEqual(whole);
    await library.close();
  });
});
