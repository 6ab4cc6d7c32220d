/** The grid: what comes in, what is found, what is kept and what goes. */
import { expect } from 'vitest';
import { enSettings } from '../../../src-renderer/texts/en-settings.ts';
import { lumaFailure, lumaSuccess } from '../../support/kie-callbacks.ts';
import { keyFrameFilm } from '../../support/key-frame-film.ts';
import type { Spec } from './gallery-driver.ts';
import {
  button,
  card,
  cards,
  deliver,
  eventually,
  expectAccessible,
  expectGone,
  expectOnlyRefusals,
  isSaved,
  limitMs,
  opener,
  openTask,
  player,
  promptsOf,
  viewLink,
  texts,
  whileNobodyLooks,
} from './gallery-steps.ts';

declare global {
  interface Window {
    /** Set by a spec; a reload or a script that should not run would show in them. */
    specMark?: string;
    hacked?: boolean;
  }
}

export const gallerySpecs: readonly Spec[] = [
  {
    name: 'an empty inbox explains the three steps, and its test callback brings a video',
    inDouble: true,
    async run({ page, call }) {
      await page.getByRole('heading', { name: texts.empty.title }).waitFor();
      const { url } = await call('callback:url');
      await page.getByText(url, { exact: true }).first().waitFor();
      await page.evaluate(() => void (window.specMark = 'same page'));
      await button(page.getByRole('main'), texts.empty.sendTest).click();
      await cards(page).first().waitFor({ timeout: limitMs });
      const [task] = await call('tasks:list', { state: null, limit: 5 });
      expect(task?.prompt).toMatch(/^A test from Video Inbox/);
      await opener(page, task?.prompt ?? '').waitFor();
      await expectGone(page.getByRole('heading', { name: texts.empty.title }));
      expect(await page.evaluate(() => window.specMark)).toBe('same page');
    },
  },
  {
    name: 'cards appear without a reload, newest first, each with a picture',
    inDouble: true,
    async run(driver) {
      const { page, call } = driver;
      await page.evaluate(() => void (window.specMark = 'same page'));
      const tasks = [];
      for (const prompt of ['The first one', 'The second one', 'The third one']) {
        tasks.push(await deliver(driver, prompt));
        await opener(page, prompt).waitFor({ timeout: limitMs });
      }
      expect(await promptsOf(page)).toEqual(['The third one', 'The second one', 'The first one']);
      // The provider sent no picture: the page makes one from the video and the inbox keeps it.
      for (const { key } of tasks) {
        await eventually(async () => (await call('tasks:get', key))?.poster !== null, true);
      }
      await eventually(
        () =>
          cards(page)
            .locator('img')
            .evaluateAll((all) => (all as HTMLImageElement[]).filter((img) => img.naturalWidth > 0).length),
        3,
      );
      // Of whatever shape: it is whole, and nobody's head is cut off.
      const fit = cards(page).locator('img').first();
      expect(await fit.evaluate((each) => getComputedStyle(each).objectFit)).toBe('contain');
      expect(await page.evaluate(() => window.specMark)).toBe('same page');
    },
  },
  {
    name: 'a failure is a card with its reason',
    async run({ page, postCallback }) {
      await postCallback(lumaFailure('refused-1', 'The prompt was stopped by moderation.'));
      await card(page, 'Prompt of refused-1').getByText('The prompt was stopped by moderation.').waitFor();
      await viewLink(page, 'failed').click();
      // The next step stands on it: the same order, to be changed.
      await button(card(page, 'Prompt of refused-1'), texts.player.editAgain).click();
      await page.getByRole('heading', { name: texts.rail.newVideo }).waitFor({ timeout: limitMs });
      await eventually(() => page.getByLabel('Prompt', { exact: true }).inputValue(), 'Prompt of refused-1');
      await button(page, enSettings.screen.back).click();
      await card(page, 'Prompt of refused-1').waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'an address of a task that is gone says so, in the title as well',
    async run({ page }) {
      for (const place of ['again', 'edit', 'task']) {
        await page.evaluate((to) => (location.hash = `#/${to}/kie-luma%3Agone`), place);
        await page.getByRole('heading', { name: texts.player.notFound }).waitFor({ timeout: limitMs });
        if (place === 'task') expect(await page.title()).toBe(`${texts.player.notFound} – ${texts.appName}`);
        // No form: what would be ordered with it would be taken for the same again.
        expect(await page.getByLabel('Prompt', { exact: true }).count()).toBe(0);
      }
      await page.evaluate(() => (location.hash = '#/again/kie-luma%3Agone'));
      await button(page.locator('main:not([inert])'), texts.rail.newVideo).click();
      await page.getByLabel('Prompt', { exact: true }).waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'a card tells how far its download is, and becomes the video',
    inDouble: true,
    async run({ page, media, postCallback }) {
      const bytes = keyFrameFilm();
      const step = Math.ceil(bytes.length / 40);
      const url = media.file('/slow.mp4', { bytes, pieceBytes: step, pauseMs: 100 });
      await postCallback(lumaSuccess('slow-1', [url], 'A slow one'));
      const seen = new Set<string>();
      await expect
        .poll(
          async () => {
            const text = await card(page, 'A slow one')
              .innerText()
              .catch(() => '');
            const percent = /\d+\s?%/.exec(text)?.[0];
            if (percent !== undefined) seen.add(percent);
            return seen.size;
          },
          { timeout: limitMs, interval: 50 },
        )
        .toBeGreaterThan(2);
      await expect.poll(() => card(page, 'A slow one').innerText(), { timeout: limitMs }).not.toMatch(/\d+\s?%/);
      await card(page, 'A slow one').locator('img').waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'a failed download tells why and can be tried again',
    inDouble: true,
    async run({ page, media, postCallback, waitForTask }) {
      const url = media.file('/page.mp4', Buffer.from('<!doctype html><title>Sign in</title>'));
      await postCallback(lumaSuccess('retry-1', [url], 'Tried twice'));
      const failed = await waitForTask('retry-1', ({ videos }) => videos[0]?.state === 'failed');
      await card(page, 'Tried twice')
        .getByText(failed.videos[0]?.error ?? 'no reason')
        .waitFor({ timeout: limitMs });
      // Also to whoever hears the cards, as the arrows come to them.
      const described = await page
        .locator('[data-open]')
        .first()
        .evaluate((link) => {
          const ids = link.getAttribute('aria-describedby')?.split(' ') ?? [];
          return ids.map((id) => document.getElementById(id)?.textContent ?? `no ${id}`).join(' ');
        });
      expect(described).toContain(texts.card.downloadFailed);
      expect(described.startsWith(texts.card.unseen)).toBe(true);
      media.file('/page.mp4', keyFrameFilm());
      await button(card(page, 'Tried twice'), texts.common.tryAgain).click();
      await waitForTask('retry-1', isSaved);
      await expectGone(button(card(page, 'Tried twice'), texts.common.tryAgain));
    },
  },
  {
    name: 'who does not want to wait for the next attempt has it made now',
    async run({ page, media, postCallback, waitForTask }) {
      const url = media.handle('/busy.mp4', (_request, response) => {
        response.writeHead(503, { 'retry-after': '3600' }).end();
      });
      await postCallback(lumaSuccess('busy-1', [url], 'Busy at first'));
      const waiting = card(page, 'Busy at first');
      await waiting.getByText(texts.card.tryingAgain).waitFor({ timeout: limitMs });
      media.file('/busy.mp4', keyFrameFilm());
      await button(waiting, texts.common.tryAgain).click();
      await waitForTask('busy-1', isSaved);
      await expectGone(button(waiting, texts.common.tryAgain));
    },
  },
  {
    name: 'a waiting video says who says what, when it goes on, and which try it was; the player tells each',
    async run({ page, media, postCallback }) {
      const url = media.handle('/later.mp4', (_request, response) => void response.writeHead(503).end());
      await postCallback(lumaSuccess('later-1', [url], 'Not yet there'));
      const line = new RegExp(
        `${media.host.replaceAll('.', '\\.')} answers 503\\s· next try in .+\\s· \\d+(st|nd|rd|th) try`,
      );
      await card(page, 'Not yet there').getByText(line).waitFor({ timeout: limitMs });
      const shown = await openTask(page, 'Not yet there');
      await shown.getByText(line).waitFor({ timeout: limitMs });
      const story = shown.getByRole('listitem').filter({ hasText: /^Try 1/ });
      await story.getByText('answers 503 · next try at').waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'a link that gives nothing is shown and copied, and another one takes its place',
    inDouble: true,
    async run(driver) {
      const { page, media, complaints, postCallback, waitForTask } = driver;
      const url = media.file('/dead.mp4', Buffer.from('<!doctype html><title>Sign in</title>'));
      await postCallback(lumaSuccess('dead-1', [url], 'Its link is dead'));
      await waitForTask('dead-1', ({ videos }) => videos[0]?.state === 'failed');
      const shown = await openTask(page, 'Its link is dead');
      const box = shown.getByRole('region', { name: texts.link.title });
      await box.getByText(url).waitFor({ timeout: limitMs });
      await expectAccessible(page);
      await button(box, texts.link.paste).click();
      const field = box.getByRole('textbox', { name: texts.link.newLink });
      await field.fill('ftp://media.example.test/a.mp4');
      await page.keyboard.press('Enter');
      await page
        .getByRole('dialog')
        .or(page.getByRole('alert'))
        .or(page.getByRole('status'))
        .filter({ hasText: /link|http/i })
        .first()
        .waitFor({ timeout: limitMs });
      await field.fill(media.file('/alive.mp4', keyFrameFilm()));
      await page.keyboard.press('Enter');
      const saved = await waitForTask('dead-1', isSaved);
      expect(saved.videos[0]?.url).toContain('/alive.mp4');
      await shown.locator('video').waitFor({ timeout: limitMs });
      expectOnlyRefusals(complaints);
    },
  },
  {
    name: 'a star is kept, and gathers its view',
    async run(driver) {
      const { page, call } = driver;
      await deliver(driver, 'Another');
      const { key } = await deliver(driver, 'This one');
      await button(card(page, 'This one'), texts.card.star).click();
      await eventually(async () => (await call('tasks:get', key))?.starred, true);
      await viewLink(page, 'starred').click();
      await eventually(() => promptsOf(page), ['This one']);
      await page.reload();
      await opener(page, 'This one').waitFor({ timeout: limitMs });
      await button(card(page, 'This one'), texts.card.star).click();
      await page.getByRole('heading', { name: texts.empty.starred }).waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'search finds by prompt, task id and message, and says where it finds nothing',
    async run({ page, postCallback }) {
      for (const [taskId, message] of [
        ['alpha-1', 'Refused by moderation.'],
        ['beta-2', 'Ran out of credits.'],
        ['gamma-3', 'Refused by moderation.'],
      ] as const) {
        await postCallback(lumaFailure(taskId, message));
      }
      await eventually(async () => (await promptsOf(page)).length, 3);
      const field = page.getByRole('combobox', { name: texts.bar.search });
      const finds = async (text: string, ids: readonly string[]): Promise<void> => {
        await field.fill(text);
        await eventually(
          () => promptsOf(page),
          ids.map((id) => `Prompt of ${id}`),
        );
      };
      for (const key of ['Control+f', '/']) {
        await field.evaluate((element) => element.blur());
        await page.keyboard.press(key);
        expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
      }
      await finds('PROMPT beta', ['beta-2']);
      await finds('gamma-3', ['gamma-3']);
      await finds('moderation', ['gamma-3', 'alpha-1']);
      await field.fill('no such thing');
      await page.getByRole('heading', { name: texts.empty.nothingFound }).waitFor();
      await button(page, texts.empty.clearFilters).click();
      await eventually(async () => (await promptsOf(page)).length, 3);
      expect(await field.inputValue()).toBe('');
    },
  },
  {
    name: 'the state buttons leave only what they name',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'A ready one');
      await driver.postCallback(lumaFailure('failed-1'));
      await eventually(async () => (await promptsOf(page)).length, 2);
      await button(page, texts.bar.ready).click();
      await eventually(() => promptsOf(page), ['A ready one']);
      await button(page, texts.bar.failed).click();
      await eventually(() => promptsOf(page), ['Prompt of failed-1']);
      await button(page, texts.bar.all).click();
      await eventually(async () => (await promptsOf(page)).length, 2);
    },
  },
  {
    name: 'a key acts on the card that has the focus, whatever came or went since',
    async run(driver) {
      const { page, call } = driver;
      const first = await deliver(driver, 'Has the focus');
      const isTrashed = async (key: string): Promise<boolean> => (await call('tasks:get', key))?.trashedAt !== null;
      const link = opener(page, 'Has the focus');
      await link.focus();
      const second = await deliver(driver, 'Came since');
      await opener(page, 'Came since').waitFor({ timeout: limitMs });
      await page.keyboard.press('Delete');
      await expectGone(link);
      await eventually(() => isTrashed(first.key), true);
      expect(await isTrashed(second.key)).toBe(false);

      // The card beside it has the focus now, until the first one is back.
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      await eventually(focused, 'Came since');
      await page.keyboard.press('Control+z');
      await eventually(focused, 'Has the focus');
      await page.keyboard.press('ArrowLeft');
      await eventually(focused, 'Came since');
      await page.keyboard.press('Delete');
      await expectGone(opener(page, 'Came since'));
      await eventually(() => isTrashed(second.key), true);
      expect(await isTrashed(first.key)).toBe(false);
    },
  },
  {
    name: 'what is deleted goes to the trash and comes back',
    inDouble: true,
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'Deleted and back');
      const stays = await deliver(driver, 'Stays');
      const link = opener(page, 'Deleted and back');
      const isTrashed = async (): Promise<boolean> => (await call('tasks:get', key))?.trashedAt !== null;

      await link.focus();
      await page.keyboard.press('Backspace');
      await expectGone(link);
      await eventually(isTrashed, true);
      await button(page, texts.common.undo).click();
      await link.waitFor({ timeout: limitMs });
      await expectGone(button(page, texts.common.undo)); // the notice has done its work
      await eventually(isTrashed, false);

      await link.focus();
      await page.keyboard.press('Delete');
      await expectGone(link);
      await button(page, texts.common.undo).waitFor({ timeout: limitMs });
      await page.keyboard.press('Control+z');
      await link.waitFor({ timeout: limitMs });

      await link.focus();
      await page.keyboard.press('Delete');
      await expectGone(link);
      await viewLink(page, 'trash').click();
      await button(card(page, 'Deleted and back'), texts.trash.restore).click();
      await page.getByRole('heading', { name: texts.empty.trash }).waitFor({ timeout: limitMs });
      await viewLink(page, 'library').click();
      await link.waitFor({ timeout: limitMs });
      expect(await isTrashed()).toBe(false);

      // For good goes what was named and nothing else: what was found, and by a double click no more than by one.
      const ids = ['heron', 'heron-2', 'otter', 'vole'];
      for (const id of ids) await driver.postCallback(lumaFailure(id));
      const keys = ids.map((id) => `kie-luma:${id}`);
      const left = async () =>
        (await Promise.all(keys.map((each) => call('tasks:get', each)))).flatMap((task) => task?.taskId ?? []);
      await call('tasks:trash', keys);
      await viewLink(page, 'trash').click();
      await page.getByRole('combobox', { name: texts.bar.search }).fill('heron');
      await eventually(async () => (await promptsOf(page)).length, 2);
      await button(page, texts.trash.emptyTrash).click();
      await page.getByText(texts.trash.confirmTitle(2, '2')).waitFor({ timeout: limitMs });
      await button(page.getByRole('alertdialog'), texts.trash.purge).dblclick();
      await eventually(left, ['otter', 'vole']);
      await button(page, texts.bar.clearSearch).click();
      await button(card(page, 'Prompt of otter'), texts.trash.purge).click();
      await button(page.getByRole('alertdialog'), texts.trash.purge).dblclick();
      await expectGone(opener(page, 'Prompt of otter'));
      expect(await left()).toEqual(['vole']);

      // Who threw all of it away is told where it is, and not how to get a first one.
      await viewLink(page, 'library').click();
      await call('tasks:trash', [key, stays.key]);
      await page.getByRole('heading', { name: texts.empty.library }).waitFor({ timeout: limitMs });
      await page.getByRole('link', { name: texts.empty.openTrash }).click();
      await link.waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'what is seen and deleted in the player keeps its place, and comes back to where the person is',
    async run(driver) {
      const { page, call } = driver;
      // Only the library has it: so it is seen when the inbox is there.
      const { key } = await deliver(driver, 'Seen');
      await call('tasks:mark', [key], { seen: true });
      for (const prompt of ['One', 'Two', 'Three']) await deliver(driver, prompt);
      await eventually(() => promptsOf(page), ['Three', 'Two', 'One', 'Seen']);
      await viewLink(page, 'inbox').click();
      await eventually(() => promptsOf(page), ['Three', 'Two', 'One']);
      await openTask(page, 'Two');
      // The inbox may have been asked for again since it is seen: then two are left, and its place is where it was.
      const place = page.getByText(texts.player.position('2', '3')).or(page.getByText(texts.player.position('2', '2')));
      await place.waitFor({ timeout: limitMs });
      // Held a little long, it throws away no more.
      for (let n = 0; n < 3; n += 1) await page.keyboard.down('Backspace');
      await page.keyboard.up('Backspace');
      await player(page, 'One').getByText(texts.player.position('2', '2')).waitFor({ timeout: limitMs });
      await page.keyboard.press('Control+z');
      await player(page, 'Two').getByText(texts.player.position('2', '2')).waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await viewLink(page, 'library').click();
      await eventually(() => promptsOf(page), ['Three', 'Two', 'One', 'Seen']);
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      const isStarred = async () =>
        (await call('tasks:list', { state: null, limit: 9 })).find(({ prompt }) => prompt === 'Three')?.starred;
      await opener(page, 'Three').focus();
      await page.keyboard.press('s');
      await eventually(isStarred, true);
      await page.keyboard.press('Backspace');
      await expectGone(opener(page, 'Three'));
      await page.keyboard.down('Control');
      for (let n = 0; n < 3; n += 1) await page.keyboard.down('z');
      await page.keyboard.up('z');
      await page.keyboard.up('Control');
      await eventually(focused, 'Three');
      expect(await isStarred()).toBe(true);
    },
  },
  {
    name: 'a task that goes to the trash in another window says so where it is open, and that it is back',
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'Looked at');
      const shown = await openTask(page, 'Looked at');
      await call('tasks:trash', [key]);
      const told = page.getByText(texts.player.inTrash);
      // Once beside what can be done, and once for who only hears.
      await eventually(() => told.count(), 2);
      await button(shown, texts.trash.restore).waitFor({ timeout: limitMs });
      await expectAccessible(page);
      await call('tasks:restore', [key]);
      await button(shown, texts.player.trash).waitFor({ timeout: limitMs });
      await eventually(() => shown.getByText(texts.player.inTrash).count(), 0);
      // And where it is deleted for good, Escape leads back as before.
      await call('tasks:trash', [key]);
      await call('tasks:purge', [key]);
      await page.getByText(texts.player.notFound).waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await expectGone(page.getByText(texts.player.notFound));
    },
  },
  {
    name: 'what a callback says is shown, never run',
    async run({ page, postCallback }) {
      const prompt = '<img src=x onerror="window.hacked=true"><script>window.hacked=true</script> & "quotes"';
      const data = { taskId: 'xss-1', promptJson: JSON.stringify({ prompt }) };
      await postCallback({ code: 500, msg: '<b onmouseover="window.hacked=true">no</b>', data });
      await page.getByText(prompt).first().waitFor();
      await page.getByText('<b onmouseover=').first().waitFor();
      expect(await page.evaluate(() => window.hacked)).toBeUndefined();
    },
  },
  {
    name: 'a range is the range, however much of it was looked at, and so is all that matches',
    async run({ page, postCallback, call }) {
      const count = 240;
      await whileNobodyLooks(page, async () => {
        for (let n = 1; n <= count; n += 1) await postCallback(lumaFailure(`range-${n}`));
      });
      const bar = page.getByRole('region', { name: texts.selection.label });
      const counted = (n: number) => bar.getByText(texts.selection.count(n, String(n)), { exact: true });
      await opener(page, `Prompt of range-${count}`).waitFor({ timeout: limitMs });
      await opener(page, `Prompt of range-${count}`).focus();

      // With keys: from the first to the last, of which the page has never seen most.
      await page.keyboard.press('Shift+End');
      await counted(count).waitFor({ timeout: limitMs });
      await page.keyboard.press('Shift+Home');
      await counted(1).waitFor({ timeout: limitMs });
      await page.keyboard.press('Shift+ArrowRight');
      await counted(2).waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');

      // With the pointer: the first check, then the last one with Shift.
      await button(card(page, `Prompt of range-${count}`), texts.card.select).click();
      await page.keyboard.press('End');
      const last = page.getByRole('link', { name: 'Prompt of range-1', exact: true });
      await last.click({ modifiers: ['Shift'] });
      await counted(count).waitFor({ timeout: limitMs });
      await last.press('Backspace');
      await eventually(async () => (await call('tasks:counts')).trash, count);
      await button(page, texts.common.undo).last().waitFor({ timeout: limitMs });
      await page.keyboard.press('Control+z');
      await eventually(async () => (await call('tasks:counts')).trash, 0);

      // All that match, from wherever the focus is; what comes later does not join.
      await page.getByRole('combobox', { name: texts.bar.search }).fill('range-1');
      await eventually(async () => (await promptsOf(page))[0], 'Prompt of range-199');
      await page.getByRole('combobox', { name: texts.bar.search }).press('Escape');
      await opener(page, `Prompt of range-${count}`).waitFor({ timeout: limitMs });
      await opener(page, `Prompt of range-${count}`).focus();
      await page.keyboard.press('Control+a');
      await bar.getByText(texts.selection.all(count, String(count))).waitFor({ timeout: limitMs });
      await postCallback(lumaFailure('range-later'));
      await button(bar, texts.selection.star).click();
      await eventually(async () => (await call('tasks:counts')).starred, count);
    },
  },
  {
    name: 'a library of many shows few at a time and reaches the last',
    async run({ page, postCallback, call }) {
      const count = 300;
      await whileNobodyLooks(page, async () => {
        for (let n = 1; n <= count; n += 1) await postCallback(lumaFailure(`many-${n}`));
      });
      await opener(page, `Prompt of many-${count}`).waitFor({ timeout: limitMs });
      expect(await cards(page).count()).toBeLessThan(100);
      await opener(page, `Prompt of many-${count}`).focus();
      await page.keyboard.press('End');
      await page.getByRole('link', { name: 'Prompt of many-1', exact: true }).waitFor({ timeout: limitMs });
      expect(await cards(page).count()).toBeLessThan(100);

      // By the wheel, which leaves the card that has the turn behind: every way back leads to where the person was.
      const grid = page.getByRole('grid').locator('xpath=..');
      const top = () => grid.evaluate((element) => Math.round(element.scrollTop));
      const scrollTo = (to: number) => grid.evaluate((element, y) => void (element.scrollTop = y), to);
      const middle = 4_000;
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
      await scrollTo(middle);
      await eventually(top, middle);
      await page.keyboard.press('Control+,');
      await page.getByRole('heading', { name: enSettings.screen.settings, level: 1 }).waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await eventually(() => page.evaluate(() => document.activeElement?.matches('[data-open]')), true);
      expect(await top()).toBe(middle);
      await viewLink(page, 'starred').click();
      await page.getByRole('heading', { name: texts.empty.starred }).waitFor({ timeout: limitMs });
      await page.goBack();
      await eventually(top, middle);

      // Who went on in the player finds the card of what was seen last.
      const seen = await page.evaluate(() => {
        const all = [...document.querySelectorAll('article')];
        return all.find((each) => each.getBoundingClientRect().top > 200)?.querySelector('[data-open]')?.textContent;
      });
      const n = Number(/many-(\d+)/.exec(seen ?? '')?.[1]);
      await page.getByRole('link', { name: `Prompt of many-${n}`, exact: true }).click();
      await player(page, `Prompt of many-${n}`).waitFor({ timeout: limitMs });
      for (let next = n - 1; next >= n - 20; next -= 1) {
        await page.keyboard.press('ArrowRight');
        await page.getByRole('main', { name: texts.player.label(`Prompt of many-${next}`), exact: true }).waitFor();
      }
      await page.keyboard.press('Escape');
      const last = page.getByRole('link', { name: `Prompt of many-${n - 20}`, exact: true });
      await eventually(() => last.evaluate((link) => link === document.activeElement), true);
      const bottom = () => last.evaluate((link) => link.getBoundingClientRect().bottom);
      expect(await bottom()).toBeLessThan(800);
      // So does who loaded the page again while it was looked at.
      await page.keyboard.press('Enter');
      await player(page, `Prompt of many-${n - 20}`).waitFor({ timeout: limitMs });
      await page.reload();
      await player(page, `Prompt of many-${n - 20}`).waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await eventually(() => last.evaluate((link) => link === document.activeElement), true);
      expect(await bottom()).toBeLessThan(800);

      // Who is far from what was opened stays there when the list is asked for again meanwhile.
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      await player(page, `Prompt of many-${count}`).waitFor({ timeout: limitMs });
      for (let next = count - 1; next >= count - 130; next -= 1) {
        await page.keyboard.press('ArrowRight');
        await player(page, `Prompt of many-${next}`).waitFor({ timeout: limitMs });
      }
      for (const [gone, left] of [
        [1, count - 1],
        [2, count - 2],
      ] as const) {
        await call('tasks:trash', [`kie-luma:many-${gone}`]);
        await page.getByText(texts.player.position('131', String(left))).waitFor({ timeout: limitMs });
      }
      await page.keyboard.press('Escape');
      await eventually(() => page.evaluate(() => document.activeElement?.textContent), `Prompt of many-${count - 130}`);
    },
  },
];
