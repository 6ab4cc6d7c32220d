/** Libraries that version 1 of the events and format 2 of the index left behind, stopped and killed: they open as they were. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Library } from '../../../src-main/node/projections/library.ts';
import { delivery } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/library-v1');

function open(dir: string): Promise<Library> {
  return openLibraryIn(dir, { saveDelayMs: 5 });
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
    expect(await library.verify()).toMatchObject({ differing: 0, damagedLines: [], lacksEvents: false });
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

describe('a damaged name in a line without a checksum', () => {
  it.each(['type":"delivery', 'taskId', 'provider', 'result', 'tags'])(
    '%s costs that line and nothing else',
    async (name) => {
      const dir = await tempDir();
      await cp(path.join(fixtures, 'stopped'), dir, { recursive: true });
      let library = await open(dir);
      const before = [...library.newestFirst()];
      await library.close();
      const file = path.join(dir, 'journal', '000001.ndjson');
      const [first = '', ...rest] = (await readFile(file, 'utf8')).split('\n');
      const { key, taskId } = JSON.parse(first) as { key: string; taskId: string };
      await writeFile(file, [first.replace(`"${name}`, `"${name.slice(0, -1)}q`), ...rest].join('\n'));

      library = await open(dir); // the index knows it still
      expect(await library.verify()).toMatchObject({ differing: 0, damagedLines: [{}] });
      await library.rebuild();
      expect([...library.newestFirst()]).toEqual(before);
      await library.close();

      await rm(path.join(dir, 'index'), { recursive: true });
      library = await open(dir); // now nobody does
      expect(library.opening.damagedLines).toHaveLength(1);
      expect([...library.newestFirst()]).toEqual(before.filter((task) => task.key !== key));
      const again = delivery(taskId);
      await library.record({ ...again, read: { ...again.read, provider: 'ark', family: 'ark' } });
      expect(library.get(key)).toMatchObject({ state: 'succeeded' });
      expect(await library.rebuild()).toMatchObject({ differing: 0, brokenEvents: [] });
      expect([...library.newestFirst()]).toHaveLength(before.length);
      await library.close();
    },
  );
});
