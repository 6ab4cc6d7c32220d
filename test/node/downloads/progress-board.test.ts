import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Progress } from '../../../src-main/common/model.ts';
import type { DownloadJob } from '../../../src-main/node/downloads/downloads.ts';
import { createProgressBoard } from '../../../src-main/node/downloads/progress-board.ts';

const job: DownloadJob = {
  kind: 'video',
  key: 'kie-luma:t-1',
  url: 'https://media.example.test/a.mp4',
  n: 1,
  target: 'videos/2026-11/kie-luma_t-1_1',
  expiresAt: null,
  toldAt: '2026-11-26T08:00:00.000Z',
  isVouched: true,
  source: '',
};

let told: Progress[];
let board: ReturnType<typeof createProgressBoard>;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  board = createProgressBoard({ now: () => Date.now(), report: (_job, progress) => told.push(progress) });
  board.start('a', job);
});
afterEach(() => vi.useRealTimers());

it('tells where a film stands that stopped right after a report', () => {
  board.update('a', 0, 1000);
  board.update('a', 600, 1000);
  expect(told).toMatchObject([{ receivedBytes: 0 }]);
  vi.advanceTimersByTime(250);
  expect(told).toMatchObject([{ receivedBytes: 0 }, { receivedBytes: 600 }]);
  vi.advanceTimersByTime(10_000);
  expect(told).toHaveLength(2);
});

it('tells no more than four times a second, and nothing of one that has ended', () => {
  for (let at = 0; at < 1000; at += 10) {
    board.update('a', at, 1000);
    vi.advanceTimersByTime(10);
  }
  expect(told.length).toBeLessThanOrEqual(5);
  board.update('a', 1000, 1000);
  board.remove('a');
  const before = told.length;
  vi.advanceTimersByTime(1000);
  expect(told).toHaveLength(before);
});
