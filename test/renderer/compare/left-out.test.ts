import { expect, it } from 'vitest';
import { leftOut } from '../../../src-renderer/compare/left-out.ts';
import { enCompare } from '../../../src-renderer/texts/en-compare.ts';
import { sampleTask, sampleVideo } from '../support/sample-task.ts';

it('tells how many of those that were chosen are not compared, and why', () => {
  const of = (task: Parameters<typeof sampleTask>[2]) => ({ task: sampleTask('a', 0, task), isShown: false });
  const shown = { task: sampleTask('a', 0), isShown: true };
  const failed = of({ state: 'failed', message: 'It was flagged.', videos: [] });
  const coming = of({ videos: [sampleVideo({ state: 'queued' })] });
  const { yet, never, gone } = enCompare.leftOut;
  expect(leftOut([shown, shown])).toEqual([]);
  expect(leftOut([shown, failed, coming, shown, failed, { task: null, isShown: false }])).toEqual([
    yet('1'),
    never('2'),
    gone('1'),
  ]);
});
