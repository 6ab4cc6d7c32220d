import { appendFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createGoneFile, goneFileName } from '../../../src-main/node/projections/gone-file.ts';
import { tempDir } from '../../support/temp-dir.ts';

const gone = (n: number) => ({
  key: `fal:${String(n)}`,
  taskId: String(n),
  provider: 'fal',
  firstSeq: n,
  goneSeq: n + 1,
});

it('adds to what is there, and holds what it was told last', async () => {
  const dir = await tempDir();
  const many = Array.from({ length: 5000 }, (_, n) => gone(n));
  await createGoneFile(dir).add(many.slice(0, 4999));
  await createGoneFile(dir).add(many.slice(4999));
  expect(createGoneFile(dir).read()).toEqual(many);
  await createGoneFile(dir).replace(many.slice(4000));
  expect(createGoneFile(dir).read()).toEqual(many.slice(4000));
  await createGoneFile(dir).replace([]);
  expect(createGoneFile(dir).read()).toEqual([]);
  expect(await readdir(dir)).toEqual([]);
});

it('loses nothing to half of a line that a kill has left', async () => {
  const dir = await tempDir();
  await createGoneFile(dir).add([gone(1)]);
  await appendFile(path.join(dir, goneFileName), '[{"key":"fal:2","taskId":"2"');
  await createGoneFile(dir).add([gone(3)]);
  expect(createGoneFile(dir).read()).toEqual([gone(1), gone(3)]);
});

it('leaves out what is no task', async () => {
  const dir = await tempDir();
  await appendFile(
    path.join(dir, goneFileName),
    `null\n[1,{"key":"fal:1"}]\n{"key":"fal:1"}\n[${JSON.stringify(gone(7))}]`,
  );
  expect(createGoneFile(dir).read()).toEqual([gone(7)]);
});
