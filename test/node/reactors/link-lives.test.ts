import { expect, test } from 'vitest';
import type { HistoryEntry, Task } from '../../../src-main/common/model.ts';
import { createLinkLives } from '../../../src-main/node/reactors/link-lives.ts';
import { sampleTask } from '../../renderer/support/sample-task.ts';

const hour = 3_600_000;
const start = Date.parse('2026-11-21T12:00:00.000Z');
const at = (hours: number): string => new Date(start + hours * hour).toISOString();

/** Told of at noon, to live for a day; what came after it, in hours. */
function taskOf(...after: readonly (readonly [number, Partial<HistoryEntry> & Pick<HistoryEntry, 'kind'>])[]): Task {
  const history: readonly HistoryEntry[] = [
    { at: at(0), kind: 'callback' },
    ...after.map(([hours, entry]) => ({ at: at(hours), ...entry })),
  ];
  return { ...(sampleTask('t', 0, { expiresAt: at(24), history }) as Task), videos: [] };
}
const died = { kind: 'failed', code: 'forbidden' } as const;
const saved = { kind: 'saved' } as const;

test('links that died before their time teach when the next ones die; one alone teaches nothing', () => {
  const lives = createLinkLives();
  for (const hours of [3, 2]) lives.learnAll(taskOf([hours, died]));
  expect(lives.endOf(taskOf())).toBe(at(24));
  lives.learnAll(taskOf([4, { kind: 'link', code: 'provider' }]));
  expect(lives.endOf(taskOf())).toBe(at(3));
  // Where nothing is said of the provider, it is all that is known.
  expect(lives.endOf({ ...taskOf(), expiresAt: null })).toBe(at(3));
  expect(lives.endOf({ ...taskOf(), provider: 'fal' })).toBe(at(24));
  expect(lives.endOf({ ...taskOf(), state: 'processing' })).toBe(at(24));
});

test('what is not there yet is not dead, and what the person pasted says nothing of the provider', () => {
  const lives = createLinkLives();
  for (let n = 0; n < 5; n += 1) {
    lives.learnAll(taskOf([0.1, died]));
    lives.learnAll(taskOf([5, { kind: 'link', code: 'person' }]));
    lives.learnAll(taskOf([5, { kind: 'failed', code: 'stalled' }]));
  }
  expect(lives.endOf(taskOf())).toBe(at(24));
});

test('films that came later than that from others are believed more', () => {
  const lives = createLinkLives();
  for (const hours of [2, 3, 4]) lives.learnAll(taskOf([hours, died]));
  for (const hours of [10, 11, 12]) lives.learnAll(taskOf([hours, saved]));
  expect(lives.endOf(taskOf())).toBe(at(24));
});

test('links that outlive what is said of them are not called dead', () => {
  const lives = createLinkLives();
  for (const hours of [30, 40, 50]) lives.learnAll(taskOf([hours, saved]));
  expect(lives.endOf(taskOf())).toBe(at(40));
});

test('a link that says itself when it ends is not said to live longer, nor one that was dead when it came', () => {
  const lives = createLinkLives();
  // Told of to live for a day, and saved within it: that says nothing of what is told to die sooner.
  for (const hours of [2, 3, 4]) lives.learnAll(taskOf([hours, saved]));
  expect(lives.endOf({ ...taskOf(), expiresAt: at(1) })).toBe(at(1));
  expect(lives.endOf({ ...taskOf(), expiresAt: at(-1) })).toBe(at(-1));
  for (const hours of [30, 40, 50]) lives.learnAll(taskOf([hours, saved]));
  const link = `https://media.example.test/w.mp4?Expires=${String(Date.parse(at(24)) / 1000)}&Signature=s`;
  const { videos } = sampleTask('t', 1) as Task;
  const signed = videos.slice(0, 1).map((video) => ({ ...video, url: link }));
  expect(signed).toHaveLength(1);
  expect(lives.endOf({ ...taskOf(), videos: signed })).toBe(at(24));
});
