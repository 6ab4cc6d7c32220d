import { expect, test } from 'vitest';
import { argParsers } from '../../src-main/common/parse-calls.ts';

const order = { provider: 'kie-aleph', model: null, prompt: 'rain', videos: [], images: [], params: {}, project: null };

test.each([
  ['submissions:send', [{ ...order, order_id: 'pitch-042' }]],
  ['submissions:send', [{ ...order, param: { seed: 1 } }]],
  ['tasks:tag', [['kie-aleph:t'], { added: ['rain'] }]],
  ['tasks:mark', [['kie-aleph:t'], { star: true }]],
  ['settings:update', [{ hooks: { url: 'http://127.0.0.1:5678/x' } }]],
] as const)('%s refuses a field that there is not, in place of doing less than was asked for: %j', (name, args) => {
  expect(() => argParsers[name](args)).toThrow(/cannot be understood/);
});
