/** How much of a shelf a machine keeps, as its environment says. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../../src-main/node/config.ts';
import { withoutProxy } from '../../../src-main/node/outgoing/outgoing.ts';
import { openVideoStore } from '../../../src-main/node/video-store/open-store.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function opened(cacheMib: string) {
  const root = await tempDir();
  const cache = path.join(root, 'cache');
  await mkdir(cache);
  await writeFile(path.join(cache, 'a'.repeat(64)), Buffer.alloc(1024 * 1024));
  const environment = {
    VIDEO_INBOX_STORE_URL: 's3://shelf/films?region=us-east-1',
    VIDEO_INBOX_CACHE_MIB: cacheMib,
    AWS_ACCESS_KEY_ID: 'AK',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const { store } = readConfig([], environment, 'linux');
  await openVideoStore(root, { ...store, outgoing: withoutProxy });
  return () => readdir(cache);
}

test('0 leaves nothing there, also of what was kept before', async () => {
  const kept = await opened('0');
  await expect.poll(kept).toEqual([]);
});

test.each(['10G', '-1', '1.5'])('%s is refused', async (text) => {
  await expect(opened(text)).rejects.toThrow(`VIDEO_INBOX_CACHE_MIB must be a whole number of MiB`);
});
