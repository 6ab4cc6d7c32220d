import { expect, it } from 'vitest';
import {
  mostSheetFilms,
  sheetCells,
  sheetFilms,
  tasksForSheet,
  withoutStrip,
} from '../../../src-renderer/gallery/contact-sheet.ts';
import { sampleTask, sampleVideo } from '../support/sample-task.ts';

it('a film that is here and can be on no sheet is counted, so that it is not missed in silence', () => {
  const tasks = [
    sampleTask('a', 0, { videos: [sampleVideo({ preview: 'posters/a.jpg' }), sampleVideo()] }),
    sampleTask('b', 1, { videos: [sampleVideo(), sampleVideo({ state: 'failed' })] }),
  ];
  expect(sheetFilms(tasks, (key, n) => `${key} ${String(n)}`)).toHaveLength(1);
  expect(withoutStrip(tasks)).toBe(2);
});

it('tasks without a filmstrip take no places of a sheet, and no more are asked for than fill it', async () => {
  const asked: string[] = [];
  const taskOf = (key: string) => {
    asked.push(key);
    const preview = key.startsWith('with') ? { preview: `posters/${key}.jpg` } : {};
    return Promise.resolve(key === 'gone' ? null : sampleTask(key, 0, { videos: [sampleVideo(preview)] }));
  };
  const keys = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${name}-${String(i)}`);
  const few = await tasksForSheet(['gone', ...keys('bare', 60), ...keys('with', 12)], taskOf);
  expect([sheetFilms(few, String).length, withoutStrip(few)]).toEqual([12, 60]);
  asked.length = 0;
  expect(sheetFilms(await tasksForSheet(keys('with', 500), taskOf), String).length).toBeGreaterThan(mostSheetFilms);
  expect(asked.length).toBeLessThan(3 * mostSheetFilms);
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
