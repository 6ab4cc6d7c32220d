import { expect, test } from 'vitest';
import { runStore } from '../../src-main/headless/commands/store.ts';
import { commandHere } from '../support/command-here.ts';

test.each([[[]], [['--data-dir', 'library']], [['moves', 'library']], [['move']]])(
  '"store" with %j is told how it is used, and not that a word is too many',
  async (args) => {
    await expect(commandHere(runStore).run(...args)).rejects.toThrow('store move --to');
  },
);
