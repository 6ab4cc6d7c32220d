import { expect, it } from 'vitest';
import { exportName } from '../../../src-renderer/player/export-name.ts';
import { sampleTask } from '../support/sample-task.ts';

const format = { localDay: () => '2026-11-21' };

it.each([
  ['A harbour town, in the rain!', '2026-11-21 a-harbour-town-in-the-rain (kie-luma 5d2f8a)'],
  ['../../etc/passwd\u0000', '2026-11-21 etc-passwd (kie-luma 5d2f8a)'],
  ['Schnee über Dächern 雪', '2026-11-21 schnee-über-dächern-雪 (kie-luma 5d2f8a)'],
])('a file of "%s" is called so', (prompt, name) => {
  expect(exportName(sampleTask('5d2f8a91be', 0, { prompt }), format)).toBe(name);
});
