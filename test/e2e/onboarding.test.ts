/** From nothing to a callback over the "internet": onboarding, settings and notes, with the real SDK at a stand-in edge. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { en as texts } from '../../src-renderer/texts/en.ts';
import { enSettings as words } from '../../src-renderer/texts/en-settings.ts';
import { launchBrowser, type OpenPage, type TestBrowser } from '../support/browser.ts';
import { request, type Reply } from '../support/http-request.ts';
import { createInboxes, type Inbox } from '../support/inbox-process.ts';
import { journalLines } from '../support/journal-lines.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { openNgrokEdge, type NgrokEdge } from '../support/ngrok-edge/ngrok-edge.ts';
import { goodAuthtoken } from '../support/ngrok-edge/tunnel-rig.ts';
import { button, eventually, expectAccessible, expectGone, limitMs, player } from './specs/gallery-steps.ts';

const wrongAuthtoken = '2wrongWRONGwrongWRONGwrongWR_4wrongWRONGwrongWRON';

const inboxes = createInboxes({ inTurn: true });
let browser: TestBrowser;
let edge: NgrokEdge;
let env: Readonly<Record<string, string>>;
let open: OpenPage | null = null;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  edge = await openNgrokEdge({ authtokens: [goodAuthtoken] });
  const caFile = path.join(await inboxes.tempDir(), 'ca.pem');
  await writeFile(caFile, edge.caPem);
  env = { VIDEO_INBOX_NGROK_SERVER_ADDR: edge.serverAddress, VIDEO_INBOX_NGROK_CA_FILE: caFile };
});
afterEach(async () => {
  await open?.close();
  open = null;
  await inboxes.close();
  await edge.close();
});

/** An inbox whose tunnel is left to its settings. */
const startInbox = (more: Readonly<Record<string, string>> = {}): Promise<Inbox> =>
  inboxes.start({ tunnelAsSet: true, env: { ...env, ...more } });

async function openPage(inbox: Inbox, hash = ''): Promise<Page> {
  open = await browser.open(`${inbox.galleryUrl}${hash}`, { locale: 'en-US', timezoneId: 'Europe/Berlin' });
  return open.page;
}

/** As left by the onboarding: token stored, tunnel chosen, online. */
async function makeReachable(inbox: Inbox): Promise<void> {
  await inbox.call('secrets:set', 'NGROK_AUTHTOKEN', goodAuthtoken);
  await inbox.call('settings:update', { tunnel: { kind: 'ngrok' } });
  await eventually(async () => (await inbox.call('app:status')).tunnel.state, 'online');
}

const main = (page: Page): Locator => page.getByRole('main');
const foot = (page: Page): Locator => page.getByRole('region', { name: words.reach.label });
const section = (page: Page, title: string): Locator => page.getByRole('region', { name: title, exact: true });
/** By its role: the question "Remove the ngrok authtoken?" carries the same words while it fades out. */
const tokenField = (page: Page): Locator => page.getByRole('textbox', { name: words.token.label, exact: true });
const shows = (within: Page | Locator, text: string | RegExp): Promise<void> =>
  within
    .getByText(text, typeof text === 'string' ? { exact: true } : {})
    .first()
    .waitFor({ timeout: limitMs });
const focused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);

/** How a step of the test callback reads once it is ticked. */
const isDone = (step: string): string => `${step}: ${words.steps.done}`;

const post = (url: string, body: object): Promise<Reply> =>
  request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const processing = (taskId: string): object => ({
  code: 200,
  msg: 'processing',
  data: { taskId, state: 'processing', promptJson: JSON.stringify({ prompt: `Prompt of ${taskId}` }) },
});

/** Names of all files below `dir`, relative, and what is in them. */
async function filesBelow(dir: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        // What belongs to the run (`instance.json`) may go meanwhile.
        const text = await readFile(file, 'latin1').catch(() => '');
        return [path.relative(dir, file), text] as const;
      }),
    ),
  );
}

describe('the three steps', () => {
  it('a token that ngrok refuses gets a sentence, the right one a reachable address, and a test callback comes through it', async () => {
    const inbox = await startInbox();
    const page = await openPage(inbox);
    await shows(foot(page), words.reach.local);
    await foot(page).getByRole('link', { name: words.reach.makeReachable }).click();
    const heading = page.getByRole('heading', { level: 1, name: words.steps.title });
    await eventually(() => focused(heading), true);
    expect(page.url()).toContain('#/reachable');
    const link = main(page).getByRole('link', { name: words.steps.tokenPage });
    expect(await link.getAttribute('href')).toBe('https://dashboard.ngrok.com/get-started/your-authtoken');
    expect(await link.getAttribute('rel')).toBe('noreferrer');

    // What cannot be a token is refused beside the field, before anything is stored.
    const field = tokenField(page);
    expect(await field.getAttribute('type')).toBe('password');
    await field.fill('not a token');
    await field.press('Enter');
    await shows(page.getByRole('alert'), /one word without spaces/);
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await eventually(() => focused(field), true);
    expect((await inbox.call('settings:get')).secrets.find(({ name }) => name === 'NGROK_AUTHTOKEN')?.isSet).toBe(
      false,
    );

    // What looks like one is ngrok's to judge.
    await field.fill(wrongAuthtoken);
    await field.press('Enter');
    await shows(main(page), words.reach.blocked);
    await shows(main(page), /ngrok does not accept this authtoken/);
    await shows(foot(page), words.reach.blocked);
    expect(await button(main(page), words.steps.send).isDisabled()).toBe(true);
    await eventually(() => field.inputValue(), '');

    await field.fill(goodAuthtoken);
    await button(page, words.token.connect).click();
    await shows(main(page), words.reach.online);
    await shows(main(page), /^A test came through/);
    await shows(foot(page), words.reach.online);
    await shows(main(page), words.token.stored);
    await expectGone(field);
    expect((await inbox.call('settings:get')).values.tunnel.kind).toBe('ngrok');
    await shows(main(page), new RegExp(`^${edge.publicUrl() ?? 'no public URL'}/c/`));

    await button(page, words.steps.send).click();
    await shows(main(page), isDone(words.steps.arrived));
    await shows(main(page), isDone(words.steps.saved));
    const [task] = await inbox.call('tasks:list', { state: null, limit: 1 });
    expect(task).toMatchObject({ state: 'succeeded', videos: [{ state: 'saved' }] });
    const results = (await journalLines(inbox.dataDir)).filter((event) => event.type === 'result');
    // The edge's mark: it did not come over loopback.
    expect(results.map(({ evidence }) => evidence?.remote)).toEqual(['198.51.100.7']);
    await page.getByRole('link', { name: words.steps.open }).click();
    await page
      .getByRole('main', { name: /^Task: / })
      .locator('video')
      .waitFor({ timeout: limitMs });

    // Neither token is anywhere but where secrets are kept.
    const content = await page.content();
    const storage = await page.evaluate(() => JSON.stringify(localStorage));
    await inbox.stop();
    const files = await filesBelow(inbox.dataDir);
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['settings.json', 'secrets.json', 'journal/000001.ndjson']),
    );
    for (const token of [goodAuthtoken, wrongAuthtoken]) {
      const holders = [...files].filter(([, text]) => text.includes(token)).map(([name]) => name);
      expect(holders).toEqual(token === goodAuthtoken ? ['secrets.json'] : []);
      for (const text of [inbox.log(), content, storage]) expect(text).not.toContain(token);
    }
    expect((await stat(path.join(inbox.dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });

  it('what is typed while another token is on its way stays', async () => {
    const inbox = await startInbox();
    const page = await openPage(inbox, '#/reachable');
    const field = tokenField(page);
    let letGo = (): void => undefined;
    const mayGo = new Promise<void>((resolve) => (letGo = resolve));
    await page.route('**/call/settings:update', async (route) => {
      await mayGo;
      await route.continue();
    });
    const asked = page.waitForRequest('**/call/settings:update');
    await field.fill(wrongAuthtoken);
    await field.press('Enter');
    await asked;
    await eventually(async () => (await inbox.call('settings:get')).secrets.some(({ isSet }) => isSet), true);
    await field.fill(goodAuthtoken);
    letGo();
    await shows(main(page), words.reach.blocked);
    await button(page, words.token.connect).click();
    await shows(main(page), words.reach.online);
    await expectGone(field);
  });

  it('a stored token is replaced and removed, and never shown again', async () => {
    const inbox = await startInbox();
    await makeReachable(inbox);
    const page = await openPage(inbox, '#/reachable');
    await shows(main(page), words.token.stored);
    expect(await page.content()).not.toContain(goodAuthtoken);

    await button(page, words.token.replace).click();
    await tokenField(page).fill(wrongAuthtoken);
    await button(page, words.token.connect).click();
    await shows(main(page), words.reach.blocked);
    await tokenField(page).fill(goodAuthtoken);
    await button(page, words.token.connect).click();
    await shows(main(page), words.reach.online);

    await button(page, words.token.remove).click();
    await button(page.getByRole('alertdialog'), words.token.remove).click();
    await shows(main(page), words.reach.blocked);
    await tokenField(page).waitFor();
    expect((await inbox.call('settings:get')).secrets.find(({ name }) => name === 'NGROK_AUTHTOKEN')?.isSet).toBe(
      false,
    );
  });

  it('where a flag decides, it says so and offers no token', async () => {
    const inbox = await inboxes.start({ env });
    const page = await openPage(inbox, '#/reachable');
    await shows(main(page), words.tunnel.fixed);
    expect(await tokenField(page).count()).toBe(0);
  });

  it('a token of the environment cannot be changed here', async () => {
    const inbox = await startInbox({ NGROK_AUTHTOKEN: goodAuthtoken });
    const page = await openPage(inbox, '#/reachable');
    await shows(main(page), words.token.fromEnvironment);
    await button(page, words.token.useNgrok).click();
    await shows(main(page), words.reach.online);
    expect(await tokenField(page).count()).toBe(0);
  });
});

describe('the foot of the rail', () => {
  it('"Check now" tells the truth when callbacks stop coming through, and when they do again', async () => {
    const inbox = await startInbox();
    await makeReachable(inbox);
    const page = await openPage(inbox);
    await shows(foot(page), words.reach.online);
    edge.detach(true);
    await button(foot(page), words.reach.check).click();
    await shows(foot(page), words.reach.degraded);
    await shows(foot(page), /nothing is online behind your public address/);
    await expectAccessible(page);
    edge.detach(false);
    edge.drop('reset');
    await shows(foot(page), words.reach.online);
  });

  it('a changed address is told with the tasks that still call the old one, until it is dismissed', async () => {
    const inbox = await startInbox();
    await makeReachable(inbox);
    const { callbackUrl } = (await inbox.call('app:status')).tunnel;
    expect((await post(callbackUrl, processing('waits-1'))).status).toBe(200);
    const before = edge.publicUrl() ?? '';
    edge.changeUrl();
    edge.drop('reset');
    const page = await openPage(inbox);
    const note = section(page, words.drift.label);
    await note.waitFor({ timeout: limitMs });
    await shows(note, new RegExp(`from ${before} to ${edge.publicUrl() ?? ''}`));
    await note.getByText(words.drift.pending(1, '1')).click();
    await expectAccessible(page);
    await note.getByRole('link', { name: 'Prompt of waits-1' }).click();
    await player(page, 'Prompt of waits-1').waitFor({ timeout: limitMs });
    await page.keyboard.press('Escape');
    await button(note, words.drift.dismiss).click();
    await expectGone(note);
    await expect.poll(async () => (await inbox.call('tunnel:details')).drift).toBeNull();
  });
});

describe('the settings', () => {
  it('a URL of its own per project; revoking it leaves the main one alone', async () => {
    const inbox = await startInbox();
    await makeReachable(inbox);
    const page = await openPage(inbox, '#/settings/urls');
    const urls = section(page, words.urls.title);
    await eventually(() => focused(urls.getByRole('heading', { name: words.urls.title })), true);

    await button(urls, words.urls.create).click();
    await shows(urls.getByRole('alert'), /needs a name/);
    await urls.getByLabel(words.urls.label).fill('Trailer');
    await urls.getByLabel(words.urls.projectLabel).fill('trailer-2');
    await button(urls, words.urls.create).click();
    await shows(urls, words.urls.project('trailer-2'));
    const minted = (await inbox.call('callback:list')).find(({ label }) => label === 'Trailer');
    const mainUrl = (await inbox.call('callback:url')).url;
    expect(minted?.url.startsWith(`${edge.publicUrl() ?? ''}/c/`)).toBe(true);

    expect((await post(minted?.url ?? '', lumaSuccess('through-trailer', []))).status).toBe(200);
    expect((await inbox.waitForTask('through-trailer', () => true)).tags).toEqual(['trailer-2']);
    const row = urls.getByRole('listitem').filter({ hasText: 'Trailer' });
    await shows(row, /1 callback$/);

    await button(urls, words.urls.revoke('Trailer')).click();
    const dialog = page.getByRole('alertdialog', { name: words.urls.confirmTitle('Trailer') });
    await button(dialog, texts.common.cancel).click();
    await expectGone(dialog);
    expect((await post(minted?.url ?? '', lumaSuccess('not-revoked-yet', []))).status).toBe(200);
    await button(urls, words.urls.revoke('Trailer')).click();
    await button(dialog, words.urls.revokeShort).click();
    await expectGone(row);
    expect((await post(minted?.url ?? '', lumaSuccess('too-late', []))).status).toBe(404);
    expect((await post(mainUrl, lumaSuccess('main-goes-on', []))).status).toBe(200);
  });

  it('each change is saved at once, and what cannot be is refused beside its field', async () => {
    const inbox = await startInbox();
    const page = await openPage(inbox);
    await shows(foot(page), words.reach.local);
    await page.keyboard.press('Control+,');
    await eventually(() => focused(page.getByRole('heading', { level: 1, name: words.screen.settings })), true);
    const values = async () => (await inbox.call('settings:get')).values;

    await page.getByRole('switch', { name: words.notifications.failed }).click();
    await eventually(async () => (await values()).notifications.failed, false);
    await shows(section(page, words.notifications.title), words.save.saved);
    await page.getByRole('switch', { name: words.notifications.quiet }).click();
    await page.getByLabel(words.notifications.from, { exact: true }).fill('21:30');
    await eventually(async () => (await values()).notifications.quietHours?.from, '21:30');
    await page.getByLabel(words.downloads.atOnce).selectOption('9');
    await eventually(async () => (await values()).downloads.atOnce, 9);

    // Chosen when the inbox says so: right behind the click it need not be yet.
    const ngrok = page.getByRole('radio', { name: words.tunnel.ngrok });
    await ngrok.click();
    await eventually(() => ngrok.isChecked(), true);
    const domain = page.getByLabel(words.domain.label);
    await domain.fill('not a domain');
    await domain.press('Enter');
    await shows(section(page, words.tunnel.title).getByRole('alert'), /not a domain name/);
    await domain.fill('https://Otter-Lucky.ngrok-free.dev/');
    await domain.press('Enter');
    await eventually(async () => (await values()).tunnel.domain, 'otter-lucky.ngrok-free.dev');
    await eventually(() => domain.inputValue(), 'otter-lucky.ngrok-free.dev');

    const senders = page.getByLabel(words.senders.label);
    await senders.fill('example.com');
    await senders.blur();
    await shows(section(page, words.urls.title).getByRole('alert'), /is not an address/);
    await senders.fill('198.51.100.0/24 203.0.113.9');
    await senders.blur();
    await eventually(async () => (await values()).callbacks.allowAddresses, ['198.51.100.0/24', '203.0.113.9']);

    await page.keyboard.press('Escape'); // in no field: the way back
    await expectGone(page.getByRole('heading', { level: 1, name: words.screen.settings }));
    await page.getByRole('heading', { name: texts.empty.title }).waitFor();
  });

  it('two windows agree, on the settings and on whether downloads are paused', async () => {
    const inbox = await startInbox();
    const settings = await openPage(inbox, '#/settings');
    const gallery = await settings.context().newPage();
    await gallery.goto(inbox.localUrl);
    const paused = settings.getByRole('switch', { name: words.downloads.pauseLabel });
    await paused.click();
    await shows(gallery, words.downloads.paused);
    await button(gallery, words.downloads.resume).click();
    await expectGone(gallery.getByText(words.downloads.paused));
    await eventually(() => paused.isChecked(), false);

    await gallery.goto(`${inbox.localUrl}/#/settings`);
    await settings.getByLabel(words.downloads.atOnce).selectOption('9');
    await eventually(() => gallery.getByLabel(words.downloads.atOnce).inputValue(), '9');
  });

  it('keys are set, replaced and removed without being shown', async () => {
    const secret = 'a-signing-key-of-kie';
    const inbox = await startInbox({ VIDEO_INBOX_SECRET_OPENAI: 'from-the-environment' });
    const page = await openPage(inbox, '#/settings/keys');
    const keys = section(page, words.keys.title);
    const name = words.keys.names['KIE_HMAC'] ?? '';
    const isSet = async () =>
      (await inbox.call('settings:get')).secrets.find((each) => each.name === 'KIE_HMAC')?.isSet ?? null;
    await shows(keys, words.keys.protectionFile);
    await shows(keys, words.keys.fromEnvironment('VIDEO_INBOX_SECRET_OPENAI'));

    const set = button(keys, words.keys.actionFor(words.keys.set, name));
    await set.press('Enter');
    const field = keys.getByLabel(name, { exact: true });
    await eventually(() => focused(field), true);
    await page.keyboard.press('Enter');
    await shows(keys.getByRole('alert'), words.keys.empty);
    await page.keyboard.type(secret);
    await page.keyboard.press('Enter');
    const replace = button(keys, words.keys.actionFor(words.keys.replace, name));
    await replace.waitFor({ timeout: limitMs });
    await eventually(() => focused(replace), true);
    expect(await isSet()).toBe(true);
    expect(await page.content()).not.toContain(secret);
    expect(await readFile(path.join(inbox.dataDir, 'settings.json'), 'utf8').catch(() => '')).not.toContain(secret);

    await button(keys, words.keys.actionFor(words.keys.remove, name)).click();
    await button(page.getByRole('alertdialog'), words.keys.remove).click();
    await set.waitFor({ timeout: limitMs });
    expect(await isSet()).toBe(false);
  });

  it('the library is checked, and what is missing is named', async () => {
    const inbox = await startInbox();
    const { key } = await inbox.call('callback:sendTest', { provider: null, fail: false });
    const taskId = key.slice(key.indexOf(':') + 1);
    const task = await inbox.waitForTask(taskId, ({ videos }) => videos.every(({ state }) => state === 'saved'));
    const page = await openPage(inbox, '#/settings/library');
    const library = section(page, words.library.title);
    await button(library, words.library.check).click();
    await shows(library, words.library.allWell('1 task', '1 video'));
    const lost = path.join(inbox.dataDir, task.videos[0]?.path ?? '');
    await writeFile(lost, 'something else');
    await button(library, words.library.check).click();
    await shows(library, words.library.problems(1, '1', '1 task', '1 video'));
    await shows(library, /is not the file that was saved/);
  });
});

describe('for everyone', () => {
  it.each(['light', 'dark'] as const)(
    'settings and steps have no violation that axe knows, %s, wide and narrow',
    async (colorScheme) => {
      const inbox = await startInbox();
      await makeReachable(inbox);
      const page = await openPage(inbox, '#/reachable');
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const [hash, there] of [
        ['#/reachable', words.token.stored],
        ['#/settings', words.urls.main],
      ] as const) {
        await page.goto(`${inbox.localUrl}/${hash}`);
        await shows(main(page), there);
        for (const [width, height] of [
          [1280, 800],
          [640, 800],
          [640, 400], // 1280 by 800 at 200 %
          [320, 640],
        ] as const) {
          await page.setViewportSize({ width, height });
          await expectAccessible(page);
          const overflow = await page.evaluate(() =>
            [document.documentElement, ...document.querySelectorAll('main, main > :not(.visually-hidden)')]
              .filter((element) => element.scrollWidth > element.clientWidth + 1)
              .map((element) => element.className || element.tagName),
          );
          expect(overflow, `${hash} at ${width} by ${height}`).toEqual([]);
        }
      }
    },
  );

  it('the steps can be gone through with the keyboard alone', async () => {
    const inbox = await startInbox();
    const page = await openPage(inbox);
    const start = foot(page).getByRole('link', { name: words.reach.makeReachable });
    await start.focus();
    await page.keyboard.press('Enter');
    await eventually(() => focused(page.getByRole('heading', { level: 1, name: words.steps.title })), true);
    const field = tokenField(page);
    for (let presses = 0; presses < 6 && !(await focused(field)); presses += 1) await page.keyboard.press('Tab');
    expect(await focused(field)).toBe(true);
    await page.keyboard.insertText(goodAuthtoken);
    await page.keyboard.press('Enter');
    await shows(main(page), words.reach.online);
    await page.keyboard.press('Tab');
    const send = button(page, words.steps.send);
    for (let presses = 0; presses < 20 && !(await focused(send)); presses += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await shows(main(page), isDone(words.steps.saved));
    await page.keyboard.press('Escape');
    await expectGone(page.getByRole('heading', { level: 1, name: words.steps.title }));
  });
});
