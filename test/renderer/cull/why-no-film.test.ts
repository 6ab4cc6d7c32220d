import { expect, it } from 'vitest';
import { whyNoFilm } from '../../../src-renderer/cull/why-no-film.ts';
import { enCull } from '../../../src-renderer/texts/en-cull.ts';
import { texts } from '../../../src-renderer/texts/texts.ts';
import { sampleTask, sampleVideo } from '../support/sample-task.ts';

it('a take is said to have no video yet only where one may still come', () => {
  const said = (task: Parameters<typeof sampleTask>[2]) => whyNoFilm(sampleTask('a', 0, task));
  expect(said({ state: 'processing', videos: [] })).toBe(enCull.noVideo);
  expect(said({ videos: [sampleVideo({ state: 'queued' })] })).toBe(enCull.noVideo);
  expect(said({ state: 'succeeded', videos: [] })).toBe(texts.card.noVideo);
  expect(said({ state: 'failed', message: 'It was flagged.', videos: [] })).toBe('It was flagged.');
  expect(said({ videos: [sampleVideo({ state: 'expired' })] })).not.toBe(enCull.noVideo);
});
