/** What arrived at the public side, as the person sees it. */
import { expect } from 'vitest';
import { enLimits as limitWords } from '../../../src-main/common/texts/en-limits.ts';
import { enSettings as settingsTexts } from '../../../src-renderer/texts/en-settings.ts';
import { enRequests as requestTexts } from '../../../src-main/common/texts/en-requests.ts';
import { enRequestsScreen as words } from '../../../src-renderer/texts/en-requests-screen.ts';
import { lumaFailure } from '../../support/kie-callbacks.ts';
import type { Spec } from './gallery-driver.ts';
import { button, deliver, eventually, expectAccessible, limitMs, player, texts } from './gallery-steps.ts';

export const requestSpecs: readonly Spec[] = [
  {
    name: 'a refused callback is counted in the rail, listed with its reason, and seen whole',
    isNew: true,
    async run(driver) {
      const { page, postCallback } = driver;
      await deliver(driver, 'Taken');
      expect((await postCallback('this is no callback')).status).toBe(400);
      const link = page.getByRole('link', { name: texts.rail.requests });
      await link.getByText(texts.rail.refused(1, '1')).waitFor({ timeout: limitMs });
      await link.click();
      await page.getByRole('heading', { name: words.title }).waitFor();
      const rows = page.getByRole('list', { name: words.list }).getByRole('button');
      await eventually(() => rows.count(), 2);
      await expectAccessible(page);

      await button(page, words.refused('1')).click();
      await eventually(() => rows.count(), 1);
      await rows.first().click();
      const detail = page.getByRole('region', { name: words.detail });
      await detail.getByText('this is no callback').waitFor({ timeout: limitMs });
      await detail.getByText('400', { exact: true }).waitFor({ timeout: limitMs });
      await expectAccessible(page);

      // Another refused one comes while it is looked at.
      await postCallback('nor is this');
      await eventually(() => rows.count(), 2);
      await button(page, words.all).click();
      await page.getByRole('searchbox', { name: words.search }).fill('task-taken');
      await eventually(() => rows.count(), 1);
    },
  },
  {
    name: 'End leads to the oldest of more than a page of them, which is shown beside the list',
    isNew: true,
    async run({ page, postCallback }) {
      const ids = Array.from({ length: 130 }, (_, i) => `long-list-${String(i).padStart(3, '0')}`);
      for (const id of ids) await postCallback(lumaFailure(id, 'No.'));
      await page.getByRole('link', { name: texts.rail.requests }).click();
      const rows = page.getByRole('list', { name: words.list }).getByRole('button');
      await eventually(() => rows.count(), 100);
      await rows.first().focus();
      await page.keyboard.press('End');
      await eventually(() => rows.count(), 130);
      await eventually(() => rows.last().evaluate((row) => row === document.activeElement), true);
      await page
        .getByRole('region', { name: words.detail })
        .getByText(ids[0] ?? '')
        .first()
        .waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'a callback about several tasks is found under each of them, and leads there',
    isNew: true,
    async run(driver) {
      const { page, postCallback } = driver;
      const results = ['several-1', 'several-2', 'several-3'].map((id) => ({
        task_id: id,
        status: 'failed',
        prompt: `About ${id}`,
        error: 'It was flagged.',
      }));
      expect((await postCallback({ batch_id: 'x', results })).status).toBe(200);
      await page.getByRole('link', { name: texts.rail.requests }).click();
      await page.getByRole('searchbox', { name: words.search }).fill('several-3');
      const row = page.getByRole('list', { name: words.list }).getByRole('button');
      await row.getByText(`several-1 ${requestTexts.moreTasks(2)}`).waitFor({ timeout: limitMs });
      await row.click();
      const detail = page.getByRole('region', { name: words.detail });
      await detail.getByRole('link', { name: 'several-2' }).waitFor({ timeout: limitMs });
      await expectAccessible(page);
      await detail.getByRole('link', { name: 'several-3' }).click();
      await player(page, 'About several-3').waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
    },
  },
  {
    name: 'a limit is raised in the settings, and what is no number is said to be none',
    async run({ page, call }) {
      await button(page, settingsTexts.screen.settings).click();
      await page.getByRole('link', { name: limitWords.title }).click();
      const label = `${limitWords.names['callbacks.bodyLimitMiB']} (${limitWords.units.MiB})`;
      const field = page.getByRole('textbox', { name: label });
      await field.fill('many');
      await page.keyboard.press('Enter');
      await page.getByText(limitWords.wrong('many', '0.25', '64')).waitFor({ timeout: limitMs });
      await field.fill('8');
      await page.keyboard.press('Enter');
      await eventually(async () => (await call('settings:get')).values.callbacks.bodyLimitMiB, 8);
      // Told by the page, so that what it says of it does not come over the next one.
      await page.getByText(settingsTexts.save.saved).first().waitFor({ timeout: limitMs });
      await field.fill('');
      await page.keyboard.press('Enter');
      await eventually(async () => (await call('settings:get')).values.callbacks.bodyLimitMiB, 4);
      await eventually(() => field.inputValue(), '4');
      await expectAccessible(page);
    },
  },
  {
    name: 'a stored one by keyboard: its film is marked, it is run again, sent elsewhere, and leads to its task',
    async run(driver) {
      const { page, media, postCallback } = driver;
      const received: string[] = [];
      const elsewhere = media.handle('/hook', (request, response) => {
        request.setEncoding('utf8').on('data', (piece: string) => received.push(piece));
        request.on('end', () => response.end('taken'));
      });
      await postCallback(lumaFailure('later-1'));
      await deliver(driver, 'To be looked at');
      await page.getByRole('link', { name: texts.rail.requests }).click();
      const rows = page.getByRole('list', { name: words.list }).getByRole('button');
      await rows.last().waitFor({ timeout: limitMs });
      await rows.first().focus();
      await page.keyboard.press('End');
      await page.keyboard.press('Home');
      const detail = page.getByRole('region', { name: words.detail });
      await detail.getByText(words.asVideo).waitFor({ timeout: limitMs });
      await page.keyboard.press('F6');
      await eventually(() => detail.evaluate((element) => element === document.activeElement), true);

      await button(detail, words.runAgain).click();
      await detail.getByText(words.same).waitFor({ timeout: limitMs });
      await button(detail, words.sendTo).click();
      await detail.getByRole('textbox', { name: words.address }).fill(elsewhere);
      await page.keyboard.press('Enter');
      await detail.getByText('answered 200').waitFor({ timeout: limitMs });
      expect(received.join('')).toContain('task-to-be-looked-at');
      await expectAccessible(page);
      await button(detail, words.text).click();
      await detail.getByRole('link', { name: words.openTask }).click();
      await player(page, 'To be looked at').waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
    },
  },
];
