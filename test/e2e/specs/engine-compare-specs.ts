/** Compare and the choosing of takes by keys, in any browser. */
import { expect } from 'vitest';
import { enCull } from '../../../src-renderer/texts/en-cull.ts';
import type { EnginePage } from '../../support/engines/engine-page.ts';
import type { Inbox } from '../../support/inbox-process.ts';
import { limitMs, texts } from './gallery-steps.ts';

export interface EngineDriver {
  readonly page: EnginePage;
  readonly inbox: Inbox;
  /** A success whose film is on disk. @returns the key of the task. */
  readonly deliver: (taskId: string, prompt: string) => Promise<string>;
}

export interface EngineSpec {
  readonly name: string;
  readonly run: (driver: EngineDriver) => Promise<void>;
}

const poll = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: limitMs, interval: 100 });
const textOf = (page: EnginePage): Promise<string> => page.evaluate(() => document.body.innerText, null);
const modeOf = (page: EnginePage): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute('data-mode') ?? null, null);
const countOf = (page: EnginePage, selector: string): Promise<number> =>
  page.evaluate((wanted) => document.querySelectorAll(wanted).length, selector);

/** On which of its frames each film of the stage stands; the sample has 24 a second. */
const framesOf = (page: EnginePage): Promise<number[]> =>
  page.evaluate(
    () =>
      [...document.querySelectorAll<HTMLVideoElement>('figure video')].map((video) =>
        video.seeking || video.readyState < 2 ? -1 : Math.floor(video.currentTime * 24 + 0.001),
      ),
    null,
  );

export const engineCompareSpecs: readonly EngineSpec[] = [
  {
    name: 'compares two selected cards: another mode, a step of one frame on both sides, and back',
    async run({ page, inbox, deliver }) {
      await deliver('pier-1', 'A pier');
      await deliver('pier-2', 'A pier');
      await page.go(inbox.galleryUrl);
      await poll(() => countOf(page, 'article a[data-open]')).toBe(2);
      await page.evaluate(() => document.querySelector<HTMLElement>('article a[data-open]')?.focus(), null);
      await page.press('Shift', 'End');
      await poll(() => textOf(page)).toContain(texts.selection.count(2, '2'));
      await page.press('c');
      await poll(() => modeOf(page)).toBe('wipe');
      await poll(() => framesOf(page)).toEqual([0, 0]);
      await page.press('h');
      await poll(() => modeOf(page)).toBe('side');
      await page.press('.');
      await poll(() => framesOf(page)).toEqual([1, 1]);
      await page.press('Escape');
      await page.press('Escape');
      await poll(() => countOf(page, 'figure video')).toBe(0);
      await poll(() => countOf(page, 'article a[data-open]')).toBe(2);
    },
  },
  {
    name: 'chooses among takes: one is picked, the next has its turn and is rejected',
    async run({ page, inbox, deliver }) {
      const keys = [await deliver('light-1', 'A lighthouse'), await deliver('light-2', 'A lighthouse')];
      const [first = '', second = ''] = keys;
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-key') ?? null, null);
      const pickOf = async (key: string) => (await inbox.call('tasks:get', key))?.pick;
      await page.go(inbox.galleryUrl);
      await poll(() => countOf(page, 'article a[data-open]')).toBe(2);
      await page.evaluate((key) => (location.hash = `#/cull/${encodeURIComponent(key)}`), first);
      await poll(focused).toBe(first);
      await page.press('p');
      await poll(() => pickOf(first)).toBe('picked');
      await poll(focused).toBe(second);
      await page.press('x');
      await poll(() => pickOf(second)).toBe('rejected');
      await poll(() => textOf(page)).toContain(enCull.allJudged);
      await page.press('Escape');
      await poll(() => countOf(page, 'article a[data-open]')).toBe(2);
    },
  },
];
