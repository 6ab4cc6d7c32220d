import { expect, it } from 'vitest';
import { mostSheetFilms, sheetCells, sheetFilms, withoutStrip } from '../../../src-renderer/gallery/contact-sheet.ts';
import { sampleTask, sampleVideo } from '../support/sample-task.ts';

it('a film that is here and can be on no sheet is counted, so that it is not missed in silence', () => {
  const tasks = [
    sampleTask('a', 0, { videos: [sampleVideo({ preview: 'posters/a.jpg' }), sampleVideo()] }),
    sampleTask('b', 1, { videos: [sampleVideo(), sampleVideo({ state: 'failed' })] }),
  ];
  expect(sheetFilms(tasks, (key, n) => `${key} ${String(n)}`)).toHaveLength(1);
  expect(withoutStrip(tasks)).toBe(2);
});

it('of an upright film the pictures are no higher than of others, and stand closer', () => {
  expect(sheetCells([16 / 9])).toEqual({ column: 300, pictures: [{ width: 300, height: 169 }] });
  expect(sheetCells([9 / 16])).toEqual({ column: 180, pictures: [{ width: 180, height: 320 }] });
  // Among others they stand in the columns of the widest; of a very upright one alone there is room for its name.
  expect(sheetCells([16 / 9, 9 / 16]).column).toBe(300);
  expect(sheetCells([1 / 8])).toEqual({ column: 120, pictures: [{ width: 40, height: 320 }] });
  const [tallest] = sheetCells([1 / 100]).pictures;
  // As high as some browsers draw at most.
  expect(mostSheetFilms * ((tallest?.height ?? NaN) + 80)).toBeLessThan(16_384);
});
