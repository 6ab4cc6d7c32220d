import { expect, it } from 'vitest';
import { taskTitle } from '../../../src-renderer/store/task-title.ts';
import { texts } from '../../../src-renderer/texts/texts.ts';

it.each([
  [{ title: 'Heron', prompt: 'rain' }, 'Heron'],
  [{ prompt: 'rain' }, 'rain'],
  [{ prompt: '\u200B👩‍🚀' }, '\u200B👩‍🚀'],
  [{ prompt: null }, texts.card.noPrompt('t1')],
  // What nobody sees is no name.
  [{ prompt: '\u200B\u2060\u202E \uFEFF\n' }, texts.card.noPrompt('t1')],
])('%j', (said, title) => {
  expect(taskTitle({ taskId: 't1', ...said })).toBe(title);
});
