/** Every way to press twice, in a real Chromium: two tabs, an answer that never reaches the page, a batch begun again. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axeViolations } from '../support/axe.ts';
import { useOrderRig } from '../support/order-page.ts';
import { waitUntil } from '../support/wait-until.ts';

const rig = useOrderRig();
const { start, open, orders } = rig;
const source = 'https://films.example/harbour.mp4';
const button = (page: Page) => page.getByRole('button', { name: /^(Make the video|Make \d+ videos|Sending…)$/ });
const fill = async (page: Page, prompt: string, video = source): Promise<void> => {
  await page.getByLabel('Prompt', { exact: true }).fill(prompt);
  await page.getByLabel('Video', { exact: true }).fill(video);
};

/** The core does what it is asked, and the page never hears of it. */
async function loseAnswer(page: Page, call: string): Promise<() => Promise<void>> {
  const address = `**/call/${call}`;
  await page.route(address, async (route) => {
    await route.fetch();
    await route.abort();
  });
  return () => page.unroute(address);
}

test('two tabs that show the same draft and press at the same time order once', async () => {
  rig.kie().script({ ends: 'never' });
  const inbox = await start({ args: ['--ask-after', '3600'] });
  const file = path.join(inbox.dataDir, '..', 'harbour.mp4');
  await writeFile(file, rig.film());
  const one = await open(inbox);
  await fill(one, 'rain', file);
  const two = await one.context().newPage();
  await two.goto(`${inbox.localUrl}/#/new`);
  await waitUntil(async () => (await two.getByLabel('Video', { exact: true }).inputValue()) === file, 'the same draft');
  // The order waits for its file, so that both are on their way together.
  const release = rig.kie().holdUploads();
  await button(one).click();
  await one.getByText('Uploading harbour.mp4').waitFor();
  const asked = two.waitForRequest('**/call/submissions:send');
  await button(two).click();
  await asked;
  release();
  await one.getByText('Ordered: task aleph-').waitFor();
  await two.getByText('Ordered: task aleph-').waitFor();
  expect(orders()).toBe(1);
});

test('a key that is held until the answer is there, and after it, orders once, and so does a double click', async () => {
  rig.kie().script({ ends: 'never' });
  const page = await open(await start({ args: ['--ask-after', '3600'] }));
  await fill(page, 'rain');
  await page.keyboard.down('Control');
  await page.keyboard.down('Enter');
  await page.getByText('Ordered: task aleph-1').waitFor();
  // From the second time on they are repeats.
  await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await page.keyboard.up('Control');
  await fill(page, 'snow');
  await button(page).focus();
  await page.keyboard.down('Enter');
  await page.getByText('Ordered: task aleph-2').waitFor();
  await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await fill(page, 'wind');
  await button(page).click();
  await page.getByText('Ordered: task aleph-3').waitFor();
  await page.mouse.down({ clickCount: 2 });
  await page.mouse.up({ clickCount: 2 });
  await fill(page, 'heat');
  await button(page).click();
  await page.getByText(/Ordered: task aleph-[4-9]/).waitFor();
  expect(orders()).toBe(4);
});

test('an order whose answer does not reach the page goes under the same id with the next press', async () => {
  rig.kie().script({ ends: 'never' });
  const page = await open(await start({ args: ['--ask-after', '3600'] }));
  await fill(page, 'rain');
  const answerAgain = await loseAnswer(page, 'submissions:send');
  await button(page).click();
  await page
    .getByRole('alert')
    .getByText(/press again/)
    .waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await button(page).click();
  await page
    .getByRole('alert')
    .getByText(/press again/)
    .waitFor();
  await answerAgain();
  // Also after a reload, since the draft is still there.
  await page.reload();
  await waitUntil(async () => (await page.getByLabel('Prompt', { exact: true }).inputValue()) === 'rain', 'the draft');
  await button(page).click();
  await page.getByText('Ordered: task aleph-1').waitFor();
  expect(orders()).toBe(1);
  // That one is known: the next is another order.
  await fill(page, 'rain');
  await button(page).click();
  await page.getByText('Ordered: task aleph-').waitFor();
  await expect.poll(orders).toBe(2);
});

test('a batch whose answer does not reach the page is not ordered twice', async () => {
  rig.kie().script({ ends: 'never' });
  const inbox = await start({ args: ['--ask-after', '3600'] });
  const page = await open(inbox);
  await fill(page, 'rain');
  await page.getByText('Several at once').click();
  await page.getByLabel('More prompts').fill('snow\nfog');
  const answerAgain = await loseAnswer(page, 'submissions:sendMany');
  await button(page).click();
  await page
    .getByRole('alert')
    .getByText(/press again/)
    .waitFor();
  await answerAgain();
  expect(orders()).toBe(3);
  await button(page).click();
  await page.getByText('3 of 3 ordered.').waitFor();
  expect([...rig.kie().tasks.values()].map(({ order }) => order['prompt'])).toEqual(['rain', 'snow', 'fog']);
});

test('what a batch has made is left out of the next press, and marked as made', async () => {
  rig.kie().script({ ends: 'never' });
  const inbox = await start({ args: ['--ask-after', '3600'] });
  const page = await open(inbox);
  await fill(page, 'rain');
  await page.getByText('Several at once').click();
  await page.getByLabel('More prompts').fill('snow\nfog');
  await page.getByLabel('Stop at so many credits').fill('2');
  await button(page).click();
  await page.getByText('2 of 3 ordered.').waitFor();
  const rows = page.getByRole('group', { name: 'What will be made' });
  const isTicked = (name: RegExp): Promise<boolean> => rows.getByRole('checkbox', { name }).isChecked();
  await rows.getByRole('checkbox', { name: /^snow.*made before/ }).waitFor();
  expect([await isTicked(/^rain/), await isTicked(/^snow/), await isTicked(/^fog/)]).toEqual([false, false, true]);
  expect(await axeViolations(page)).toEqual([]);
  await button(page).click();
  await page.getByText('1 of 1 ordered.').waitFor();
  expect([...rig.kie().tasks.values()].map(({ order }) => order['prompt'])).toEqual(['rain', 'snow', 'fog']);
});

test('what was made before is said before it is made again, with a way to it', async () => {
  rig.kie().script({ doneAfterMs: 0 });
  const inbox = await start({ args: ['--ask-after', '0.2'] });
  const file = path.join(inbox.dataDir, '..', 'harbour.mp4');
  await writeFile(file, rig.film());
  const order = { provider: 'kie-aleph', model: null, images: [], params: {}, project: null };
  const made = await inbox.call('submissions:send', { ...order, prompt: 'rain', videos: [file] });
  if (made.outcome !== 'made') throw new Error('not made');
  await inbox.waitForTask(made.taskId, ({ sources = [] }) => sources.length === 1);
  const page = await open(inbox);
  await fill(page, 'snow', file);
  // Under another name, and the same film.
  const copy = path.join(inbox.dataDir, '..', 'copy.mp4');
  await writeFile(copy, rig.film());
  await fill(page, 'rain', copy);
  const note = page.getByRole('status').filter({ hasText: 'Exactly this was made before' });
  await note.waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByLabel('Prompt', { exact: true }).fill('rain and wind');
  await note.waitFor({ state: 'detached' });
  await page.getByLabel('Prompt', { exact: true }).fill('rain');
  await note.getByRole('link', { name: 'Open task' }).click();
  await page.waitForURL((url) => url.hash.includes(made.taskId));
  expect(orders()).toBe(1);
});
