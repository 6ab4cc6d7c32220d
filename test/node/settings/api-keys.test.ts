import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { openApiKeys } from '../../../src-main/node/settings/api-keys.ts';
import { tempDir } from '../../support/temp-dir.ts';

const now = (): Date => new Date('2026-11-27T22:00:00.000Z');

it.each(['', '{"version":1,"keys":[', 'null', '[]', '{}'])(
  'a broken list (%s) keeps nothing else from starting: it is put aside, and opens nothing',
  async (text) => {
    const folder = await tempDir();
    const file = path.join(folder, 'api-keys.json');
    await writeFile(file, text);
    const keys = await openApiKeys(file, now, silentLog);
    expect(keys.list()).toEqual([]);
    expect(await readdir(folder)).toEqual([`api-keys.json.broken-${String(now().getTime())}`]);
    const { key } = await keys.create('local', 'new');
    expect((await openApiKeys(file, now, silentLog)).scopeOf(key)).toBe('local');
  },
);

it('one entry that cannot be read, or of a scope that only a later version knows, opens nothing; the others stay', async () => {
  const file = path.join(await tempDir(), 'api-keys.json');
  const keys = await openApiKeys(file, now, silentLog);
  const [local, twin, later] = [
    await keys.create('local', 'a'),
    await keys.create('twin', 'b'),
    await keys.create('local', 'c'),
  ];
  const stored = JSON.parse(await readFile(file, 'utf8')) as { keys: { id: string; scope: string }[] };
  const changed = stored.keys.map((entry) => (entry.id === later.id ? { ...entry, scope: 'metrics' } : entry));
  await writeFile(file, JSON.stringify({ version: 2, keys: [...changed, { id: 5 }, null] }));
  const again = await openApiKeys(file, now, silentLog);
  expect([local, twin, later].map(({ key }) => again.scopeOf(key))).toEqual(['local', 'twin', null]);
  expect(again.list().map(({ label }) => label)).toEqual(['a', 'b']);
});

it('keys that are made and revoked at once are all as they were told after a restart', async () => {
  const file = path.join(await tempDir(), 'api-keys.json');
  const keys = await openApiKeys(file, now, silentLog);
  const { id } = await keys.create('local', 'old');
  const [made] = await Promise.all([
    Promise.all(Array.from({ length: 8 }, (_, n) => keys.create('local', `key ${String(n)}`))),
    keys.revoke(id),
  ]);
  const again = await openApiKeys(file, now, silentLog);
  expect(made.map(({ key }) => again.scopeOf(key))).toEqual(made.map(() => 'local'));
  expect(again.list()).toHaveLength(8);
});
