import { expect, it } from 'vitest';
import { createFormat } from '../../../src-renderer/format/format.ts';
import { attemptLine } from '../../../src-renderer/gallery/attempt-line.ts';
import { sampleVideo } from '../support/sample-task.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

function line(n: number, of: number, leftMs: number): string {
  const attempt = {
    at: new Date(now).toISOString(),
    code: 'gone' as const,
    reason: 'http-status',
    params: { host: 'media.example', status: 404 },
    n,
    of,
    nextAt: new Date(now + leftMs).toISOString(),
  };
  return attemptLine({ video: sampleVideo({ state: 'queued' }), attempt }, createFormat('en-GB', 'UTC'), now);
}

it('says who says what, when it goes on and which try it was', () => {
  expect(line(2, 9, 120_000)).toBe('media.example answers 404\u00A0· next try in 2 min\u00A0· 2nd of 9');
});

it('counts the tries of a link that lives for days without their number in all', () => {
  expect(line(5, 392, 20_000)).toBe('media.example answers 404\u00A0· next try in 20 s\u00A0· 5th try');
});

it('promises nothing for this second once the time has come: it may be another video’s turn', () => {
  expect(line(1, 9, -10)).toBe('media.example answers 404\u00A0· tries again in a moment\u00A0· 1st of 9');
});
