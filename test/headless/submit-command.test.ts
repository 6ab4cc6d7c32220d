import path from 'node:path';
import { expect, test } from 'vitest';
import { runSubmit } from '../../src-main/headless/commands/submit.ts';
import { commandHere } from '../support/command-here.ts';
import { tempDir } from '../support/temp-dir.ts';

test.each([
  [['kie-aleph', '--order-id', 'short'], '--order-id must be 8 to 100 letters, digits, dots and dashes, not "short".'],
  [['kie-aleph', '--video', ''], '--video needs a value'],
  [['kie-aleph', '--image', ' '], '--image needs a value'],
  [['kie-aleph', '--budget', '-5'], '--budget must be a number of credits, not "-5".'],
  [[], 'PROVIDER (kie-aleph, fal, …) is missing.'],
  [['KIE_ALEPH'], 'Video Inbox cannot order from "KIE_ALEPH". It can from kie-aleph'],
])('%j is told by what was typed, before any inbox is asked', async (args, words) => {
  const { run } = commandHere(runSubmit);
  const none = path.join(await tempDir(), 'none');
  await expect(run(...args, '--prompt', 'rain', '--data-dir', none)).rejects.toThrow(words);
});
