/** The closed loop on the page, in a real Chromium: what was typed stays, uploads move, conflicts, larger versions, hooks. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { beforeEach, expect, test } from 'vitest';
import { axeViolations } from '../support/axe.ts';
import { openJsonServer, type Call } from '../support/providers/json-server.ts';
import { useOrderRig } from '../support/order-page.ts';
import type { KieStandIn } from '../support/providers/kie-stand-in.ts';
import { waitUntil } from '../support/wait-until.ts';

const rig = useOrderRig();
const { start, open, orders, make } = rig;
let kie: KieStandIn;
let film: Buffer;
beforeEach(() => {
  kie = rig.kie();
  film = rig.film();
});

const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true });

test('what was typed is there again after another screen and after a reload, and gone once it is ordered', async () => {
  kie.script({ ends: 'never' });
  const inbox = await start({ args: ['--ask-after', '3600'] });
  const page = await open(inbox, '#/new');
  await page.getByLabel('Provider').first().selectOption('kie-runway');
  await prompt(page).fill('a slow dolly through rain');
  await page.getByRole('combobox', { name: 'Shape' }).selectOption('9:16');
  await page.goto(`${inbox.localUrl}/#/library`);
  await page.getByRole('link', { name: 'New video' }).waitFor();
  await page.goto(`${inbox.localUrl}/#/new`);
  await waitUntil(async () => (await prompt(page).inputValue()) === 'a slow dolly through rain', 'the prompt');
  await page.reload();
  await waitUntil(async () => (await prompt(page).inputValue()) === 'a slow dolly through rain', 'the prompt again');
  expect(await page.getByRole('combobox', { name: 'Shape' }).inputValue()).toBe('9:16');
  expect(await page.getByLabel('Provider').first().inputValue()).toBe('kie-runway');
  await page.getByLabel('Quality').selectOption('720p');
  await page.getByLabel('Duration').selectOption('5');
  await make(page).click();
  await page.getByText(/^Ordered: task runway-/).waitFor();
  await page.reload();
  await prompt(page).waitFor();
  expect(await prompt(page).inputValue()).toBe('');
  expect(orders()).toBe(1);
});

test('what a model costs and how often it goes well is told before, and that it is not enough', async () => {
  kie.script({ doneAfterMs: 0 });
  const inbox = await start({ args: ['--ask-after', '3600'] });
  const made = await inbox.call('submissions:send', {
    provider: 'kie-market',
    model: 'wan/2-7-videoedit',
    prompt: 'x',
    videos: ['https://films.example/a.mp4'],
    images: [],
    params: {},
    project: null,
  });
  if (made.outcome !== 'made') throw new Error('not made');
  await inbox.call('tasks:ask', made.taskId);
  kie.setBalance(100);
  const page = await open(inbox, '#/new');
  await page.getByLabel('Provider').first().selectOption('kie-market');
  await page.getByLabel('Model').selectOption('wan/2-7-videoedit');
  await page.getByText(/98% went well today/).waitFor();
  await page.getByText(/about 160 credits, as the last ones/).waitFor();
  await page.getByText('Not enough: about 160 of 100 credits.').waitFor();
  // Of a budget it is told before anything is sent what would be left.
  await inbox.call('settings:update', { costs: { monthlyCredits: 1000 } });
  await page.getByText('This brings the month to about 320 of 1,000 credits.').waitFor();
  expect(await axeViolations(page)).toEqual([]);
});

test('a file on its way to the provider shows how far it is', async () => {
  kie.script({ ends: 'never' });
  const inbox = await start({ args: ['--ask-after', '3600'] });
  const file = path.join(inbox.dataDir, '..', 'harbour day.mp4');
  await writeFile(file, film);
  const page = await open(inbox, '#/new');
  // The provider holds its answer back until the page was looked at.
  const release = kie.holdUploads();
  await prompt(page).fill('x');
  await page.getByLabel('Video', { exact: true }).fill(file);
  await make(page).click();
  await page.getByText('Uploading harbour day.mp4: 100%').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  release();
  await page.getByText(/^Ordered: task aleph-/).waitFor();
  const watching = page.getByRole('complementary', { name: 'Watching' });
  // What it is made from is its picture until there is one.
  await watching.locator('video').waitFor({ state: 'attached' });
});

test('a callback that the record contradicts is not fetched; the person decides', async () => {
  const inbox = await start({ args: ['--ask-after', '3600'] });
  kie.add('luma', 'contested', { doneAfterMs: 0 });
  const strange = await openJsonServer(() => ({ bytes: film }));
  await inbox.postCallback({
    code: 200,
    msg: 'done',
    data: { taskId: 'contested', promptJson: '{"prompt":"snow"}', resultUrls: [`${strange.origin}/other.mp4`] },
  });
  const task = await inbox.waitForTask('contested', ({ dispute }) => dispute !== undefined);
  expect(strange.calls).toEqual([]);
  const page = await open(inbox, '#/library');
  expect(await page.getByText('conflicting', { exact: true }).getAttribute('data-tone')).toBe('bad');
  await page.goto(`${inbox.localUrl}/#/task/${encodeURIComponent(task.key)}`);
  await page.getByRole('heading', { name: 'Two answers name different films' }).waitFor();
  await page.getByText(`${strange.origin}/other.mp4`).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  // The record's own is named as well, and both can be had.
  await page.getByText('The provider’s own record names:').waitFor();
  await page.getByRole('button', { name: 'Keep both' }).click();
  await page.getByRole('heading', { name: 'Two answers name different films' }).waitFor({ state: 'detached' });
  const both = await inbox.waitForTask('contested', ({ videos }) => videos.length === 2);
  expect(both.videos[1]).toMatchObject({ url: `${strange.origin}/other.mp4`, doubted: true });
  await page.getByRole('button', { name: /Video 2.*only a callback names it/ }).waitFor();
  await strange.close();
});

test('a conflict that is left is left: nothing is fetched, and the notice goes', async () => {
  const inbox = await start({ args: ['--ask-after', '3600'] });
  kie.add('luma', 'contested', { doneAfterMs: 0 });
  await inbox.postCallback({
    code: 200,
    msg: 'done',
    data: { taskId: 'contested', promptJson: '{"prompt":"snow"}', resultUrls: [`${kie.origin}/files/nobody/9.mp4`] },
  });
  const task = await inbox.waitForTask('contested', ({ dispute }) => dispute !== undefined);
  const page = await open(inbox, `#/task/${encodeURIComponent(task.key)}`);
  await page.getByRole('button', { name: 'Keep the first' }).click();
  await page.getByRole('heading', { name: 'Two answers name different films' }).waitFor({ state: 'detached' });
  const left = await inbox.waitForTask('contested', ({ videos }) => videos[0]?.state === 'saved');
  expect(left.videos).toHaveLength(1);
  expect(kie.calls.some(({ path: at }) => at === '/files/nobody/9.mp4')).toBe(false);
});

test('Veo: 4K is asked for after a question, and stands beside the first video', async () => {
  const inbox = await start({ args: ['--ask-after', '0.2'] });
  kie.add('veo', 'veo_task_1', { doneAfterMs: 0 });
  await inbox.call('watch:add', 'kie-veo', 'veo_task_1', { model: null, project: null });
  const task = await inbox.waitForTask('veo_task_1', ({ videos }) => videos[0]?.state === 'saved');
  const page = await open(inbox, `#/task/${encodeURIComponent(task.key)}`);
  const asks = (): number => kie.calls.filter(({ path: at }) => at.endsWith('get-4k-video')).length;
  await page.getByRole('button', { name: 'Get it in 4K…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
  expect(asks()).toBe(0);
  await page.getByRole('button', { name: 'Get it in 4K…' }).click();
  await page.getByRole('button', { name: 'Ask for 4K', exact: true }).click();
  await inbox.waitForTask('veo_task_1', ({ videos }) => videos[1]?.state === 'saved');
  expect(asks()).toBe(1);
  await page.getByRole('button', { name: 'Video 2' }).click();
  expect(await axeViolations(page)).toEqual([]);
});

test('a card counts down to the first death of what is not saved', async () => {
  const inbox = await start({ args: ['--ask-after', '3600'] });
  await inbox.call('downloads:setPaused', true);
  const end = Math.floor(Date.now() / 1000) + 3 * 3600 + 600;
  await inbox.postCallback({
    code: 200,
    msg: 'done',
    data: {
      taskId: 'dying',
      promptJson: '{"prompt":"fog"}',
      resultUrls: [`${kie.origin}/files/dying/1.mp4?Expires=${String(end)}&Signature=x`],
    },
  });
  await inbox.waitForTask('dying', ({ videos }) => videos.length === 1);
  const page = await open(inbox, '#/library');
  await page.getByText(/link dies in 3 h/).waitFor();
});

test('what no hook told is shown in the settings until the person has seen it', async () => {
  const listener = await openJsonServer(() => ({ status: 410, json: {} }));
  const inbox = await start();
  await inbox.call('secrets:set', 'HOOK', `whsec_${Buffer.from('a secret of this very test').toString('base64')}`);
  await inbox.call('settings:update', { hooks: { webhookUrl: `${listener.origin}/hook` } });
  await inbox.postCallback({ code: 501, msg: 'no', data: { taskId: 'failed', state: 'fail' } });
  await waitUntil(async () => (await inbox.call('app:status')).hooks?.webhooks === 1, 'the webhook that was given up');
  const page = await open(inbox, '#/settings/hooks');
  const lost = page.getByText('Your webhook was not told of 1');
  await lost.waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: 'I have seen it' }).click();
  await lost.waitFor({ state: 'detached' });
  expect(await inbox.call('app:status')).not.toHaveProperty('hooks');
  await listener.close();
});

test('the webhook is set up, made a secret for and tried in the settings', async () => {
  const calls: Call[] = [];
  const listener = await openJsonServer((call) => {
    calls.push(call);
    return { json: {} };
  });
  const inbox = await start({ args: ['--ask-after', '3600'] });
  const page = await open(inbox, '#/settings/hooks');
  const section = page.getByRole('region', { name: 'Other programs' });
  await section.getByRole('button', { name: 'Send a test' }).click();
  await section.getByText(/No address is set/).waitFor();
  await section.getByLabel('Address of the webhook').fill(`${listener.origin}/hook`);
  await page.keyboard.press('Enter');
  await section.getByRole('button', { name: 'Make a secret' }).click();
  const secret = await section.getByLabel('The secret', { exact: true }).inputValue();
  expect(secret).toMatch(/^whsec_[\w+/=]{32}$/);
  await section.getByRole('button', { name: 'Send a test' }).click();
  await section.getByText('The webhook arrived.').waitFor();
  const [call] = calls;
  const headers = Object.fromEntries(Object.entries(call?.headers ?? {}).map(([name, value]) => [name, String(value)]));
  expect(new Webhook(secret).verify(call?.rawBody.toString('utf8') ?? '', headers)).toMatchObject({ type: 'test' });
  expect(await axeViolations(page)).toEqual([]);
  await listener.close();
});
