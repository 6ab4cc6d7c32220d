import { expect, it } from 'vitest';
import { shortened, taskTitle } from '../../../src-renderer/store/task-title.ts';
import { texts } from '../../../src-renderer/texts/texts.ts';

it.each([
  [{ title: 'Heron', prompt: 'rain' }, 'Heron'],
  [{ prompt: 'rain' }, 'rain'],
  [{ prompt: '\u200B👩‍🚀' }, '\u200B👩‍🚀'],
  [{ prompt: null }, texts.card.noPrompt('t1')],
  // What nobody sees is no name.
  [{ prompt: '\u200B\u2060\u202E \uFEFF\n' }, texts.card.noPrompt('t1')],
  // Nothing of it turns the words of ours that stand behind it.
  [{ prompt: 'A harbour \u202Egnp.exe\u202C \u2067\u2067at dusk' }, 'A harbour gnp.exe at dusk'],
  [{ title: '\u200Fقارب\u200E', prompt: null }, '\u200Fقارب\u200E'],
])('%j', (said, title) => {
  expect(taskTitle({ taskId: 't1', ...said })).toBe(title);
});

it.each([
  ['short', 5, 'short'],
  ['as long', 4, 'as l…'],
  ['as long', 3, 'as…'],
  ['👩‍🚀👩‍🚀', 7, '👩‍🚀…'],
  ['👩‍🚀👩‍🚀', 5, '👩‍🚀…'],
  ['🏳️‍🌈', 3, '🏳️…'],
  ['हिन्दी', 3, 'हि…'],
  [`Z${'\u0335'.repeat(300)}algo`, 80, `Z${'\u0335'.repeat(79)}…`],
])('%s in %i', (title, limit, shown) => {
  expect(shortened(title, limit)).toBe(shown);
});
