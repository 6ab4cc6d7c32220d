import path from 'node:path';
import { expect, test } from 'vitest';
import { runWatch } from '../../src-main/headless/commands/watch.ts';
import { commandHere } from '../support/command-here.ts';
import { tempDir } from '../support/temp-dir.ts';

test('a provider that is written as no name of one is told by what was typed, with the one that is meant', async () => {
  const { run } = commandHere(runWatch);
  const none = path.join(await tempDir(), 'none');
  await expect(run('Kling', 'task-1', '--data-dir', none)).rejects.toThrow(
    /^"Kling" is no provider that Video Inbox knows.*Did you mean kling\?$/,
  );
});
