/** Who a machine is among others does not change by itself. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { knownNode, openSyncIdentity } from '../../../src-main/node/sync/sync-identity.ts';

async function startFile(): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-identity-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return path.join(dir, 'sync.json');
}

test('is the same after each start', async () => {
  const file = await startFile();
  expect(await knownNode(file)).toBeNull();
  const { node } = await openSyncIdentity(file);
  expect([(await openSyncIdentity(file)).node, await knownNode(file)]).toEqual([node, node]);
});

test.each(['', '{', '[]', '{"version":1,"node":5}'])(
  'is not made anew where its file is damaged: %j',
  async (damaged) => {
    const file = await startFile();
    await writeFile(file, damaged);
    for (const opening of [openSyncIdentity(file), knownNode(file)]) {
      await expect(opening).rejects.toThrow(file);
    }
    expect(await readFile(file, 'utf8')).toBe(damaged);
  },
);
