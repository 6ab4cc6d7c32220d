/** What is still known of an order when thousands came after it. */
import { expect, it } from 'vitest';
import { createSubmissionBook, type SubmissionBook } from '../../../src-main/node/submissions/submission-book.ts';

const first = '2026-11-26T08:00:00.000Z';

function intend(book: SubmissionBook, id: string, at = first): void {
  const order = { provider: 'replicate', model: 'a/b', prompt: 'rain', sources: ['https://films.example/a.mp4'] };
  const rest = {
    input: { seed: 7 },
    urlId: `u-${id}`,
    project: null,
    tags: [],
    estimate: null,
    asked: `digest of ${id}`,
  };
  book.apply({ v: 2, seq: 1, at, type: 'submission-intended', id, ...order, ...rest });
}

function make(book: SubmissionBook, id: string): void {
  intend(book, id);
  book.apply({ v: 2, seq: 1, at: first, type: 'submission-created', id, taskId: `t-${id}` });
}

function manyMade(book: SubmissionBook, count: number): void {
  for (let n = 0; n < count; n += 1) make(book, `later-${String(n)}`);
}

it('what came of it stays, so that under its id nothing is ordered twice', () => {
  const book = createSubmissionBook();
  make(book, 'first');
  manyMade(book, 5000);
  expect(book.get('first')).toMatchObject({ state: 'made', taskId: 't-first', asked: 'digest of first' });
  expect(book.get('later-4999')).toMatchObject({ input: { seed: 7 }, urlId: 'u-later-4999' });
  const again = createSubmissionBook();
  again.restore(book.snapshot());
  expect(again.snapshot()).toEqual(book.snapshot());
  expect(again.get('first')).toEqual(book.get('first'));
});

it('what was asked for goes, and the oldest of all go in the end', () => {
  const book = createSubmissionBook();
  make(book, 'first');
  manyMade(book, 5000);
  expect(book.get('first')).toMatchObject({ input: {}, sources: [], prompt: null });
  expect(book.byUrl('u-first')).toBeNull();
  manyMade(book, 20_000);
  expect(book.get('first')).toBeNull();
  expect(book.snapshot().length).toBeLessThan(20_000);
});

it('that there was an order under an id is known for ever, also after a restart and where its event is told again', () => {
  const book = createSubmissionBook();
  make(book, 'first');
  manyMade(book, 20_000);
  expect(book.get('first')).toBeNull();
  expect(book.isForgotten('first')).toBe(true);
  expect(book.isForgotten('later-19999')).toBe(false);
  expect(book.isForgotten('never')).toBe(false);
  const again = createSubmissionBook();
  again.recall(book.forgotten());
  again.restore(book.snapshot());
  expect(again.isForgotten('first')).toBe(true);
  make(again, 'first');
  expect(again.snapshot()).toEqual(book.snapshot());
  expect(again.forgotten()).toBe(book.forgotten());
});

it('an intent that comes once more, from the journal of a machine, takes nothing back of what came of it', () => {
  const book = createSubmissionBook();
  make(book, 'first');
  intend(book, 'first', '2026-11-26T08:00:00.020Z');
  expect(book.get('first')).toMatchObject({ state: 'made', taskId: 't-first' });
});

it('what nobody knows the end of stays whole', () => {
  const book = createSubmissionBook();
  intend(book, 'doubtful');
  manyMade(book, 5000);
  expect(book.get('doubtful')).toMatchObject({ state: 'intended', input: { seed: 7 }, urlId: 'u-doubtful' });
  expect(book.open().map(({ id }) => id)).toEqual(['doubtful']);
});

it('an event that a start tells once more changes nothing', () => {
  const book = createSubmissionBook();
  make(book, 'first');
  manyMade(book, 5000);
  const before = book.snapshot();
  make(book, 'first');
  expect(book.snapshot()).toEqual(before);
});
