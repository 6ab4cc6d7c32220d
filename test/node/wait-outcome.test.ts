/** What `video-inbox wait` and the tool of the same name make of a task. */
import { expect, test } from 'vitest';
import { outcomeOf } from '../../src-main/headless/task-outcome.ts';
import { sampleTask, sampleVideo } from '../renderer/support/sample-task.ts';

const early = sampleVideo({ early: true, path: 'videos/draft.mp4' });
const unwatched = { at: '2026-11-21T12:00:00.000Z', kind: 'unwatched', code: 'deadline' } as const;

test('an early film of one that is still being made is not what is waited for', () => {
  expect(outcomeOf(sampleTask('t', 0, { state: 'processing', videos: [early] }))).toBeNull();
  const lost = sampleVideo({ early: true, state: 'expired', path: null, error: 'It is gone.' });
  expect(outcomeOf(sampleTask('t', 0, { state: 'processing', videos: [lost] }))).toBeNull();
  expect(outcomeOf(sampleTask('t'))).toEqual({ kind: 'saved' });
});

test('an early film is all there is where nobody waits for its film any more', () => {
  const task = sampleTask('t', 0, { state: 'processing', videos: [early], history: [unwatched] });
  expect(outcomeOf(task)).toEqual({ kind: 'saved' });
});

test('a film that cannot be had says why, and where the early one is', () => {
  const lost = sampleVideo({ state: 'expired', path: 'videos/draft.mp4', error: 'It is gone.' });
  expect(outcomeOf(sampleTask('t', 0, { videos: [lost] }))).toEqual({
    kind: 'failed',
    message: 'It is gone.',
    early: [1],
  });
});

test('a film that came although the provider reports a failure is named, and no success', () => {
  const task = sampleTask('t', 0, { state: 'failed', message: 'It was refused.', videos: [sampleVideo()] });
  expect(outcomeOf(task)).toEqual({ kind: 'failed', message: 'It was refused.', films: [1] });
  const waiting = sampleVideo({ state: 'queued', path: null });
  expect(outcomeOf({ ...task, videos: [waiting] })).toEqual({ kind: 'failed', message: 'It was refused.' });
});

test('a callback that says "done" and names no film is no end while its provider is being asked', () => {
  const task = sampleTask('t', 0, { state: 'succeeded', videos: [] });
  expect(outcomeOf({ ...task, askedNextAt: '2026-11-26T08:00:00.000Z' })).toBeNull();
  expect(outcomeOf(task)).toMatchObject({ kind: 'failed' });
});
