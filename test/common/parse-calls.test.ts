import { expect, test } from 'vitest';
import { argParsers } from '../../src-main/common/parse-calls.ts';

const order = { provider: 'kie-aleph', model: null, prompt: 'rain', videos: [], images: [], params: {}, project: null };

const composed = 'caf\u00e9';
const decomposed = 'cafe\u0301';

test('a label is the same however its accents are typed; one from before is found both ways', () => {
  const [, change] = argParsers['tasks:tag']([['k'], { add: [decomposed], remove: [decomposed] }]);
  expect(change.add).toEqual([composed]);
  expect(change.remove?.toSorted()).toEqual([decomposed, composed].toSorted());
  expect(argParsers['tasks:mark']([['k'], { tags: [decomposed, composed] }])[1]).toEqual({ tags: [composed] });
  expect(argParsers['tasks:setProject']([['k'], decomposed])[1]).toBe(composed);
  expect(argParsers['labels:rename'](['tag', decomposed, decomposed])).toEqual(['tag', decomposed, composed]);
  expect(argParsers['submissions:send']([{ ...order, project: decomposed }])[0].project).toBe(composed);
});

test.each([
  ['submissions:send', [{ ...order, order_id: 'pitch-042' }]],
  ['submissions:send', [{ ...order, param: { seed: 1 } }]],
  ['submissions:send', [{ ...order, params: [{ seed: 1 }] }]],
  ['tasks:tag', [['kie-aleph:t'], { added: ['rain'] }]],
  ['tasks:mark', [['kie-aleph:t'], { star: true }]],
  ['settings:update', [{ hooks: { url: 'http://127.0.0.1:5678/x' } }]],
] as const)('%s refuses a field that there is not, in place of doing less than was asked for: %j', (name, args) => {
  expect(() => argParsers[name](args)).toThrow(/cannot be understood/);
});

test.each([
  [
    'submissions:sendMany',
    [Array(501).fill(order), { budgetCredits: null }],
    'argument 1: takes up to 500 items, and has 501',
  ],
  ['submissions:sendMany', [[order], { budgetCredits: -1 }], 'argument 2, budgetCredits: must be at least 0, not -1'],
  ['submissions:sendMany', [[order], {}], 'argument 2, budgetCredits: is missing'],
  ['submissions:sendMany', [[order, 7], { budgetCredits: null }], 'argument 1, [1]: must be an object, not 7'],
  ['submissions:send', [{ ...order, prompt: 5 }], 'argument 1, prompt: must be a text, not 5'],
  ['submissions:send', [{ ...order, budget: 5 }], 'argument 1, budget: is not known here'],
  ['submissions:send', [{ ...order, id: 'x' }], 'argument 1, id: is no id: 8 to 100 letters, digits, dots and dashes'],
  ['submissions:send', [order, { budgetCredits: 5 }], 'argument 2: is not known here'],
  [
    'settings:update',
    [{ hooks: { webhookUrl: 'n8n' } }],
    'argument 1, hooks.webhookUrl: must be an address of http or https',
  ],
  [
    'settings:update',
    [{ hooks: { webhookUrl: 'ftp://a' } }],
    'argument 1, hooks.webhookUrl: must be an address of http or https',
  ],
  // A script that found nothing means none, not the whole trash.
  ['tasks:purge', [[]], 'argument 1: must not be empty'],
  ['tasks:purge', [{ keys: [] }], 'argument 1, keys: must not be empty'],
  ['tasks:get', [], 'argument 1: is missing'],
  ['tasks:upgrade', ['k', 1.5, '4k'], 'argument 2: must be a whole number, not 1.5'],
  ['tasks:upgrade', ['k', 1, '8k'], 'argument 3: must be one of "1080p", "4k", not "8k"'],
] as const)('%s tells what is wrong with %j in words: %s', (name, args, words) => {
  expect(() => argParsers[name](args)).toThrow(`The call "${name}" cannot be understood: ${words}.`);
});

test('a prompt that is too long is told in words, with how long it may be', () => {
  const long = { ...order, prompt: 'y'.repeat(20_001) };
  const words = /^A prompt takes up to 20000 characters, and this one has 20001\. .*nothing was ordered\.$/;
  expect(() => argParsers['submissions:send']([long])).toThrow(words);
  expect(() => argParsers['submissions:sendMany']([[order, long], { budgetCredits: null }])).toThrow(words);
});
