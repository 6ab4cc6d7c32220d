/** What the specs do over and over, in the words of the interface. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import { en as texts } from '../../../src-renderer/texts/en.ts';
import { axeViolations } from '../../support/axe.ts';
import { keyFrameFilm } from '../../support/key-frame-film.ts';
import { lumaSuccess } from '../../support/kie-callbacks.ts';
import type { GalleryDriver } from './gallery-driver.ts';

export { texts };
/** Nobody waits that long where all is well: a page is there within seconds, on a busy machine half a minute. */
export const limitMs = 60_000;
export const isSaved = ({ videos }: TaskView): boolean =>
  videos.length > 0 && videos.every(({ state }) => state === 'saved');

/** Posts a success whose video the media server has, and waits until it is on disk. */
export async function deliver(
  { media, postCallback, waitForTask }: GalleryDriver,
  prompt: string,
  bytes: Uint8Array = keyFrameFilm(),
): Promise<TaskView> {
  const taskId = `task-${prompt.toLowerCase().replaceAll(/\W+/g, '-')}`;
  const url = media.file(`/${taskId}.mp4`, bytes);
  expect((await postCallback(lumaSuccess(taskId, [url], prompt))).status).toBe(200);
  return waitForTask(taskId, isSaved);
}

/** Something that comes in while no gallery is open: to draw each of many callbacks costs three times what storing it does. */
export async function whileNobodyLooks(page: Page, act: () => Promise<unknown>): Promise<void> {
  const url = page.url();
  await page.goto('about:blank');
  await act();
  await page.goto(url);
}

export const cards = (page: Page): Locator => page.getByRole('article');
export const card = (page: Page, prompt: string): Locator => cards(page).filter({ hasText: prompt });
/** The link of a card: what opens the task. */
export const opener = (page: Page, prompt: string): Locator => card(page, prompt).getByRole('link', { name: prompt });
export const player = (page: Page, prompt: string): Locator =>
  page.getByRole('main', { name: texts.player.label(prompt) });
export const viewLink = (page: Page, name: keyof typeof texts.views): Locator =>
  page
    .getByRole('navigation', { name: texts.rail.label })
    .getByRole('link', { name: new RegExp(`^${texts.views[name]}`) });
export const button = (within: Page | Locator, name: string): Locator =>
  within.getByRole('button', { name, exact: true });

export async function openTask(page: Page, prompt: string): Promise<Locator> {
  await opener(page, prompt).click();
  const shown = player(page, prompt);
  await shown.waitFor({ timeout: limitMs });
  return shown;
}

export const promptsOf = (page: Page): Promise<string[]> => cards(page).getByRole('link').allInnerTexts();

export async function expectGone(locator: Locator): Promise<void> {
  await locator.waitFor({ state: 'detached', timeout: limitMs });
}

/** Takes out what a spec provoked: the core refused, and the browser says so on its console. */
export function expectOnlyRefusals(complaints: string[]): void {
  expect(complaints.splice(0).filter((complaint) => !/\b400\b/.test(complaint))).toEqual([]);
}

/** Waits until asking gives this answer. */
export async function eventually<T>(ask: () => Promise<T> | T, answer: T): Promise<void> {
  await expect.poll(ask, { timeout: limitMs, interval: 50 }).toEqual(answer);
}

export async function expectAccessible(page: Page, rules?: readonly string[]): Promise<void> {
  expect(await axeViolations(page, rules)).toEqual([]);
}

export interface Film {
  readonly at: number;
  readonly duration: number;
  readonly paused: boolean;
  readonly width: number;
}

export const film = (page: Page): Promise<Film> =>
  page.locator('video').evaluate((video: HTMLVideoElement) => ({
    at: video.currentTime,
    duration: video.duration,
    paused: video.paused,
    width: video.videoWidth,
  }));
