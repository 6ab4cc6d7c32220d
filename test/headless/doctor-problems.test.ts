import { expect, it } from 'vitest';
import { doctorTexts } from '../../src-main/common/texts/en-doctor.ts';
import { told } from '../../src-main/common/texts/sentence.ts';
import { problemLines } from '../../src-main/headless/commands/doctor-problems.ts';

it('tells some of each kind and how many more there are, so that missing films hide no damaged journal', () => {
  const missing = Array.from({ length: 100_000 }, (_, n) => {
    const path = `videos/${n}.mp4`;
    return { code: 'missing-video', ...told(doctorTexts.missingVideo(path)), path, mended: false };
  });
  const gap = { code: 'journal-gap', ...told(doctorTexts.journalGap), path: 'journal', mended: false };
  const lines = problemLines([...missing, gap]);
  expect(lines).toHaveLength(52);
  expect(lines[0]).toMatch(/^Found: videos\/0\.mp4 is not on disk any more/);
  expect(lines[50]).toMatch(/99.?950 more/);
  expect(lines[51]).toMatch(/^Found: Some events are gone/);
  expect(problemLines([])).toEqual([]);
});
