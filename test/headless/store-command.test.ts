import { expect, test } from 'vitest';
import { runStore } from '../../src-main/headless/commands/store.ts';
import { commandHere } from '../support/command-here.ts';
import { tempDir } from '../support/temp-dir.ts';

test.each([[[]], [['--data-dir', 'library']], [['moves', 'library']], [['move']]])(
  '"store" with %j is told how it is used, and not that a word is too many',
  async (args) => {
    await expect(commandHere(runStore).run(...args)).rejects.toThrow('store move --to');
  },
);

test('an address that is none is told before keys are asked for, which would not help', async () => {
  const moved = commandHere(runStore).run('move', '--to', 'films', '--data-dir', await tempDir());
  await expect(moved).rejects.toThrow('It must look like s3://bucket/folder');
});
