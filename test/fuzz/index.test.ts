/** The index and the settings, damaged in any way: what the log tells is there, and nothing keeps an inbox from its start. */
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { settingsSchema } from '../../src-main/common/settings.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import type { Library } from '../../src-main/node/projections/library.ts';
import { openSettings } from '../../src-main/node/settings/settings.ts';
import { delivery, saved } from '../support/deliveries.ts';
import { fc } from '../support/fast-check.ts';
import { openLibraryIn } from '../support/test-library.ts';
import { parse } from 'valibot';
import { damagedBytes, fuzzTimeoutMs, jsonBytes, mutated, runs } from './mutate.ts';

let dir: string;
/** What is told of a library whose index is whole. */
let whole: unknown;
const files = new Map<string, Buffer>();

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-fuzz-index-'));
  const library = await openLibraryIn(path.join(dir, 'whole'));
  const ids = Array.from({ length: 300 }, (_, n) => `t${String(n)}`);
  await library.recordAll(ids.map((id) => delivery(id, { prompt: `rain – ünïcode ${id}` })));
  await library.record(saved('t7', 'https://media.example.test/1.mp4'));
  await library.record({ type: 'marked', keys: ['kie-luma:t3', 'kie-luma:t280'], tags: ['a'], rating: 3 });
  await library.close();
  await cp(path.join(dir, 'whole/index'), path.join(dir, 'older'), { recursive: true });
  // Behind the checkpoint, so that a place too far on would lose something.
  const more = await openLibraryIn(path.join(dir, 'whole'));
  await more.record({ type: 'trashed', keys: ['kie-luma:t5'] });
  await more.record(delivery('t300'));
  whole = toldOf(more);
  await more.close();
  await rm(path.join(dir, 'whole/index'), { recursive: true });
  await rename(path.join(dir, 'older'), path.join(dir, 'whole/index'));
  for (const name of await readdir(path.join(dir, 'whole/index'))) {
    files.set(name, await readFile(path.join(dir, 'whole/index', name)));
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function toldOf(library: Library): unknown {
  return { tasks: [...library.newestFirst()], counts: library.counts() };
}

it(
  'an index: the library is what the log says',
  async () => {
    expect([...files.keys()].toSorted()).toContain('checkpoint.json');
    const names = [...files.keys()];
    const damage = fc.nat(names.length - 1).chain((at) => {
      const name = names[at] ?? '';
      const bytes = files.get(name) ?? Buffer.of();
      const json = /\.json$/.test(name) ? [JSON.parse(bytes.toString()) as unknown] : [];
      const ways = [damagedBytes([bytes]), ...(json.length === 0 ? [] : [mutated(json).map(jsonBytes)])];
      return fc.tuple(fc.constant(name), fc.oneof(...ways));
    });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        const copy = await mkdtemp(path.join(dir, 'damaged-'));
        await cp(path.join(dir, 'whole'), copy, { recursive: true });
        for (const [name, bytes] of damages) await writeFile(path.join(copy, 'index', name), bytes);
        for (const start of ['first', 'second']) {
          const library = await openLibraryIn(copy);
          try {
            expect(toldOf(library), `${start} start`).toEqual(whole);
          } finally {
            await library.close();
          }
        }
        await rm(copy, { recursive: true });
      }),
      runs(0.02),
    );
  },
  fuzzTimeoutMs,
);

/** Values one by one, by names such as `twin.url`; none of what is no settings at all. */
function valuesOf(settings: unknown): Map<string, string> {
  const parts = typeof settings === 'object' && settings !== null ? Object.entries(settings) : [];
  return new Map(
    parts.flatMap(([part, values]) =>
      typeof values === 'object' && values !== null
        ? Object.entries(values as object).map(([name, value]) => [`${part}.${name}`, JSON.stringify(value)] as const)
        : [],
    ),
  );
}

function valuesIn(content: Buffer): Map<string, string> {
  try {
    return valuesOf(JSON.parse(content.toString()));
  } catch {
    return new Map();
  }
}

it(
  'settings: those that are allowed, and the usual ones and a sentence for the others',
  async () => {
    const file = path.join(dir, 'settings.json');
    const usual = parse(settingsSchema, {});
    const seed = { version: 1, ...usual };
    const text = JSON.stringify(seed);
    const bytes = fc.oneof(mutated([seed]).map(jsonBytes), damagedBytes([Buffer.from(text)]));
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        await writeFile(file, content);
        const settings = await openSettings(file, silentLog);
        expect(parse(settingsSchema, settings.get())).toEqual(settings.get());
        const chosen = valuesIn(content);
        const others = [...valuesOf(settings.get())].filter(([name, value]) => chosen.get(name) !== value);
        if (settings.problem !== null) expect([...valuesOf(usual)]).toEqual(expect.arrayContaining(others));
        await settings.update({ desktop: { language: 'es' } });
        const again = await openSettings(file, silentLog);
        expect([again.problem, again.get()]).toEqual([null, settings.get()]);
        for (const name of await readdir(dir)) {
          if (name.startsWith('settings.json.broken-')) await rm(path.join(dir, name));
        }
      }),
      runs(0.2),
    );
  },
  fuzzTimeoutMs,
);
