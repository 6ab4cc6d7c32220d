import { expect, it } from 'vitest';
import { sheetFilms, withoutStrip } from '../../../src-renderer/gallery/contact-sheet.ts';
import { sampleTask, sampleVideo } from '../support/sample-task.ts';

it('a film that is here and can be on no sheet is counted, so that it is not missed in silence', () => {
  const tasks = [
    sampleTask('a', 0, { videos: [sampleVideo({ preview: 'posters/a.jpg' }), sampleVideo()] }),
    sampleTask('b', 1, { videos: [sampleVideo(), sampleVideo({ state: 'failed' })] }),
  ];
  expect(sheetFilms(tasks, (key, n) => `${key} ${String(n)}`)).toHaveLength(1);
  expect(withoutStrip(tasks)).toBe(2);
});
