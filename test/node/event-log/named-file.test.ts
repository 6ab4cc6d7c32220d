import { rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { atOnce, namedFiles, whenever } from '../../../src-main/node/event-log/named-file.ts';
import { skipHere } from '../../support/skip-here.ts';
import { tempDir } from '../../support/temp-dir.ts';

describe.each([
  ['at once', atOnce],
  ['in its time', whenever],
])('what has a name, asked %s', (_, statNamed) => {
  it('is told as the system knows it, and as soon as it is gone', async () => {
    const dir = await tempDir();
    const file = path.join(dir, 'writer');
    await writeFile(file, 'ours');
    const { ino, dev, size } = await stat(file, { bigint: true });
    expect(await statNamed(file)).toMatchObject({ ino, dev, size });
    expect(await statNamed(path.join(dir, 'nothing'))).toBeNull();
    expect(await statNamed(path.join(file, 'below a file'))).toBeNull();
    await rm(dir, { recursive: true });
    expect(await statNamed(file)).toBeNull();
  });

  it('is an error where it cannot be asked for', async () => {
    const tooLong = path.join(await tempDir(), 'n'.repeat(300));
    await expect((async () => statNamed(tooLong))()).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
  });
});

it('is asked for in its time where nobody knows how long it takes', async (context) => {
  if (process.platform === 'linux') skipHere(context, 'Linux tells which file systems answer at once');
  expect(await namedFiles(await tempDir())).toBe(whenever);
});
