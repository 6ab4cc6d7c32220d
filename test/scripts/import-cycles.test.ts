/** No module leads back to itself, types included: what two speak of stands in a third. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';

const repoDir = path.join(import.meta.dirname, '../..');
const named = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'(\.[^']+)'/g;

/** It says of what type each screen is that it loads when it is wanted, and these show others. */
const loader = 'src-renderer/shell/lazy-parts.ts';

/** Files and what each of them imports, relative to the repository; what is imported when it is wanted does not count. */
async function imports(): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const folder of ['src-main', 'src-renderer']) {
    const names = await readdir(path.join(repoDir, folder), { recursive: true });
    for (const name of names.filter((each) => /\.tsx?$/.test(each) && !each.endsWith('.d.ts'))) {
      const file = path.posix.join(folder, name.replaceAll(path.sep, '/'));
      const text = await readFile(path.join(repoDir, file), 'utf8');
      const targets = [...text.matchAll(named)].map(([, target = '']) => target);
      found.set(
        file,
        targets.map((target) => path.posix.join(path.posix.dirname(file), target)),
      );
    }
  }
  return found;
}

/** One way round each of them. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  function follow(file: string, way: readonly string[]): void {
    const begin = way.indexOf(file);
    if (begin >= 0) cycles.push([...way.slice(begin), file].join(' -> '));
    if (begin >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) follow(next, [...way, file]);
    done.add(file);
  }
  for (const file of graph.keys()) follow(file, []);
  return cycles;
}

it('finds a way round', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ]);
  expect(cyclesIn(graph)).toEqual(['b -> d -> b']);
});

it('there is none', async () => {
  const graph = new Map([...(await imports()), [loader, []]]);
  expect(graph.size).toBeGreaterThan(500);
  expect(cyclesIn(graph)).toEqual([]);
});
