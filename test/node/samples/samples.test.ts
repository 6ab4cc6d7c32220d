import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';

test('the bundled samples are the files of the repository, and small', async () => {
  const folder = path.join(import.meta.dirname, '../../../src-main/node/samples');
  const { mp4, webm, poster } = loadSamples();
  for (const sample of [mp4, webm, poster]) {
    const onDisk = await readFile(path.join(folder, sample.name));
    expect(onDisk.equals(sample.bytes), sample.name).toBe(true);
    expect(sample.bytes.length).toBeLessThan(60 * 1024);
  }
});
