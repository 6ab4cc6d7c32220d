/** The number that a film was drawn with: it tells takes of one prompt from each other. */
import { expect, test } from 'vitest';
import { fold } from '../../../src-main/common/fold.ts';
import { parseBody } from '../../../src-main/common/providers/parse-body.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import { delivery, stamp } from '../../support/deliveries.ts';

const film = 'https://media.example.test/out/a.mp4';

function read(body: unknown) {
  const reading = readBody({ body: parseBody(JSON.stringify(body)), headers: {}, providerHint: null });
  if (reading.kind !== 'result') throw new Error(`not a result: ${reading.kind}`);
  return reading.result;
}
const echoed = (input: object) => ({
  code: 200,
  msg: 'ok',
  data: { taskId: 'seeded', promptJson: JSON.stringify({ prompt: 'A harbour', ...input }), resultUrls: [film] },
});

test.each([
  ['what was asked for, in the request that is echoed', echoed({ seed: 48213 }), '48213'],
  ['words of digits', echoed({ seed: '48213' }), '48213'],
  ['zero', echoed({ seed: 0 }), '0'],
  ['the only one of a list', echoed({ seeds: [7] }), '7'],
  ['more digits than a number holds', echoed({ seed: '12345678901234567890' }), '12345678901234567890'],
  ['the one of the result', { request_id: 'f-1', status: 'OK', payload: { video: { url: film }, seed: 99 } }, '99'],
])('is %s', (_what, body, seed) => {
  expect(read(body).seed).toBe(seed);
});

test.each([
  ['each of several has one', { seeds: [7, 8] }],
  ['it is left to chance', { seed: -1 }],
  ['it is no number', { seed: '<b>1</b>' }],
  ['it is part of one', { seed: 1.5 }],
  ['it is longer than any', { seed: '1'.repeat(21) }],
  ['nothing is said of it', {}],
])('is none where %s', (_when, input) => {
  expect(read(echoed(input))).not.toHaveProperty('seed');
});

test('is kept with the task', () => {
  const result = read(echoed({ seed: 48213 }));
  const [event] = stamp([delivery('seeded', result)]);
  if (event === undefined) throw new Error('no event');
  expect(fold(undefined, event, 'kie-luma:seeded')?.task).toMatchObject({ seed: '48213' });
});
