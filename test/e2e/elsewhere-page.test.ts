/** "Inbox elsewhere" in the settings, in a real Chromium. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { en as texts } from '../../src-renderer/texts/en.ts';
import { enSettings } from '../../src-renderer/texts/en-settings.ts';
import { axeViolations } from '../support/axe.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { createInboxes } from '../support/inbox-process.ts';
import { keptPort } from '../support/kept-port.ts';
import { waitUntil } from '../support/wait-until.ts';

const limitMs = 60_000;
const words = enSettings.elsewhere;
const inboxes = createInboxes({ inTurn: true });
let browser: TestBrowser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await inboxes.close();
});

it('tries the address and the token, says what is wrong with them, and what to do once they are right', async () => {
  const there = await inboxes.start({ args: ['--sync-port', '0'] });
  const token = (await there.runCli(['api-key', 'new', '--scope', 'twin'])).stdout.trim();
  const here = await inboxes.start({ args: ['--callback-port', String(await keptPort())] });
  const { page } = await browser.open(`${here.galleryUrl}#/settings/elsewhere`);
  const section = page.getByRole('region', { name: words.title });
  await section.getByLabel(words.address).fill(there.syncUrl ?? '', { timeout: limitMs });
  await section.getByLabel(words.token, { exact: true }).fill('a-token-of-nobody');
  await section.getByRole('button', { name: words.connect }).click();
  await section.getByRole('alert').getByText('does not take the token').waitFor({ timeout: limitMs });
  expect(await page.getByText(texts.connection.locked).count()).toBe(0);
  expect(await axeViolations(page)).toEqual([]);
  await section.getByLabel(words.token, { exact: true }).fill(token);
  await section.getByRole('button', { name: words.connect }).click();
  await section.getByText(words.connected(there.callbackUrl)).waitFor({ timeout: limitMs });
  await section.getByText(words.copyOf(new URL(there.syncUrl ?? '').origin)).waitFor({ timeout: limitMs });
  // Opened anew behind its answer, it is where it was.
  const callbackUrl = async () => (await here.call('app:status').catch(() => null))?.tunnel.callbackUrl;
  await waitUntil(async () => (await callbackUrl()) === there.callbackUrl, 'the callback URL of the other', limitMs);
  await section.getByLabel(words.media).selectOption('starred');
  await section.getByLabel(words.largest).selectOption('200');
  await waitUntil(async () => {
    const { twin } = (await here.call('settings:get')).values;
    return twin.media === 'starred' && twin.maxMiB === 200;
  }, 'the choice to be kept');
  expect(await axeViolations(page)).toEqual([]);
  // Without a start, and the page came back by itself: what is there is here.
  await there.postCallback({ code: 501, msg: 'no', data: { taskId: 'far-away' } });
  await waitUntil(async () => (await here.call('tasks:list', { state: null, limit: 9 })).length === 1, 'its library');
  await page.goto(`${here.localUrl}/#/`);
  await page.getByText('far-away').first().waitFor({ timeout: limitMs });
  await page.goto(`${here.localUrl}/#/settings/elsewhere`);
  await section.getByRole('button', { name: words.disconnect }).click();
  await section.getByText(words.disconnected).waitFor({ timeout: limitMs });
  await section.getByLabel(words.address).waitFor({ timeout: limitMs });
  await waitUntil(async () => (await callbackUrl()) === here.callbackUrl, 'its own callback URL', limitMs);
  await here.postCallback({ code: 501, msg: 'no', data: { taskId: 'my-own' } });
  await page.goto(`${here.localUrl}/#/`);
  await page.getByText('my-own').first().waitFor({ timeout: limitMs });
  expect(await page.getByText('far-away').count()).toBeGreaterThan(0);
});
