/**
 * The page in the language of the system, in a real Chromium. Arabic, since it shows most: what is left in Latin letters is
 * a name, a key, an address or a word of the search, and everything runs from right to left but films and code.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { createInboxes } from '../support/inbox-process.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes({ inTurn: true });
let browser: TestBrowser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await inboxes.close();
});

/** Names, formats, keys of the keyboard and languages' own names; words of addresses, flags and variables. */
const sameEverywhere = new RegExp(
  [
    ...['Video Inbox', 'ngrok', 'authtoken', 'kie', 'API', 'URL', 'JSON', 'CSV', 'MIT', 'MiB', 'GiB', 'webhook', 'fps'],
    ...['Standard', 'Webhooks', 'Clash', 'Surge', 'sing-box', 'THIRD-PARTY-LICENSES', 'txt', 'curl', 'callBackUrl'],
    ...['Ctrl', 'Enter', 'Esc', 'Shift', 'Tab', 'Home', 'End', 'PgUp', 'PgDn', 'Backspace'],
    ...['English', 'Español', 'Português', 'Brasil', 'Tiếng', 'Việt', 'video-inbox', 'api-key', 'new', 'scope', 'twin'],
    ...['https?', 'docs', 'several-machines', 'md', 'Replicate', 'Luma', 'Modify', 'Runway', 'Aleph'],
  ]
    .map((word) => `(?<![A-Za-z])${word}(?![A-Za-z])`)
    .concat(['--[a-z-]+', '[A-Z]+_[A-Z_]+', 'https?://\\S+', '/[\\w./-]+', '\\w+\\.\\w+'])
    .join('|'),
  'g',
);

/** Sentences and labels with a word in Latin letters that has no business there. */
async function latinWords(page: Page): Promise<readonly string[]> {
  const texts = await page.evaluate<string[]>(`(() => {
    const found = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const parent = walk.currentNode.parentElement;
      if (parent.closest('script, style, code, pre, kbd, [translate=no], option, [data-key-name]') === null) found.add(walk.currentNode.data);
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
      for (const name of ['aria-label', 'title', 'placeholder']) found.add(element.getAttribute(name) ?? '');
    return [...found];
  })()`);
  return texts.filter((text) => /[A-Za-z]{3,}/.test(text.replaceAll(sameEverywhere, '')));
}

it('says all that it names itself in Arabic, and reads from right to left', { timeout: 180_000 }, async () => {
  const inbox = await inboxes.start();
  onTestFinished(() => inboxes.kill());
  const { page } = await browser.open(inbox.galleryUrl, { locale: 'ar-EG' });
  await waitUntil(() => page.evaluate<boolean>("document.documentElement.dir === 'rtl'"), 'the Arabic page');
  // The example holds a callback URL; it stays as a program reads it.
  await page.locator('pre[dir=ltr]').waitFor();
  expect(await latinWords(page)).toEqual([]);

  const prompt = (n: number) => `قارب ورقي في المطر ${String(n)}`;
  for (const n of [1, 2]) {
    await inbox.postCallback({
      code: 501,
      msg: 'أوقفه المرشّح.',
      data: { taskId: String(n), promptJson: JSON.stringify({ prompt: prompt(n) }) },
    });
    await inbox.waitForTask(String(n), ({ state }) => state === 'failed');
  }
  await inbox.postCallback({ task_id: '3', state: '٣' });
  await inbox.waitForTask('3', () => true);
  for (const place of ['library', 'costs', 'requests', 'nodes', 'new', 'reachable', 'trash', 'task/unknown%3A3']) {
    await page.goto(`${inbox.localUrl}/#/${place}`);
    await page.locator('h1').first().waitFor({ state: 'attached' });
    expect(await latinWords(page), place).toEqual([]);
  }

  // What a machine reads stays in its order: a list of addresses would begin with its second.
  await page.goto(`${inbox.localUrl}/#/settings`);
  const senders = page.getByPlaceholder('203.0.113.7, 198.51.100.0/24');
  await senders.waitFor();
  expect(await senders.getAttribute('dir')).toBe('ltr');
  await page.locator('bdi[dir=ltr]').getByText(inbox.dataDir, { exact: true }).waitFor({ state: 'attached' });

  // What is searched for in Latin letters begins at the glass on the right as well, clear of the number of hits.
  await page.goto(`${inbox.localUrl}/#/library?q=codec`);
  const search = page.getByRole('combobox').and(page.locator('[dir=auto]'));
  await search.waitFor();
  expect(
    await search.evaluate((field) => {
      const { textAlign, paddingLeft, paddingRight } = getComputedStyle(field);
      return { textAlign, isClearLeft: parseFloat(paddingLeft) > 2 * parseFloat(paddingRight) };
    }),
  ).toEqual({ textAlign: 'right', isClearLeft: true });

  // The next task lies on the left, and so does the key that leads there.
  const titled = (n: number) => page.locator('[data-player]').getByText(prompt(n)).first();
  await page.goto(`${inbox.localUrl}/#/task/${encodeURIComponent('kie-luma:2')}`);
  await titled(2).waitFor();
  await page.getByRole('button', { name: 'المهمة التالية' }).and(page.locator(':enabled')).waitFor();
  await page.keyboard.press('ArrowLeft');
  await titled(1).waitFor();
  await page.keyboard.press('ArrowRight');
  await titled(2).waitFor();
});
