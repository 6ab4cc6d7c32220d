/** Orders from the page, in a real Chromium against a stand-in of kie.ai: nothing is paid twice, nothing is sent unseen. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Request } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { axeViolations } from '../support/axe.ts';
import { openJsonServer, type Reply } from '../support/providers/json-server.ts';
import { useOrderRig } from '../support/order-page.ts';
import type { KieStandIn } from '../support/providers/kie-stand-in.ts';
import { waitUntil } from '../support/wait-until.ts';

const rig = useOrderRig();
const { inboxes, start, open, orders, make } = rig;
let kie: KieStandIn;
let film: Buffer;
/** Another film than the one that it is put behind, and as good. */
const freeBox = Buffer.from([0, 0, 0, 8, ...Buffer.from('free')]);
beforeEach(() => {
  kie = rig.kie();
  film = rig.film();
});

const source = 'https://films.example/harbour.mp4';

describe('the form', () => {
  test.each([1280, 390])('a notice does not lie over the button that orders, at %i pixels', async (width) => {
    const inbox = await start();
    const page = await open(inbox, '#/library', { viewport: { width, height: 800 } });
    await page.getByRole('button', { name: 'Copy callback URL' }).first().click();
    const notice = page.getByText(/^(Callback URL copied|The system did not allow copying)/).first();
    await notice.waitFor();
    await page.keyboard.press('n');
    await make(page).waitFor();
    // Its place is told by the style, so it is there in the same turn as the button.
    const isFree = await make(page).evaluate((button) => {
      const { left, top, width: wide, height } = button.getBoundingClientRect();
      return button.contains(document.elementFromPoint(left + wide / 2, top + height / 2));
    });
    expect(isFree).toBe(true);
  });

  test('opens by N, is made from the provider’s own fields, and Ctrl Enter sends it while Enter never does', async () => {
    kie.script({ doneAfterMs: 0 });
    const inbox = await start({ args: ['--ask-after', '0.2'] });
    const page = await open(inbox, '#/library');
    await page.getByRole('link', { name: 'New video' }).waitFor();
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'New video' }).waitFor();
    await page.getByLabel('Prompt', { exact: true }).fill('rain at dusk');
    await page.getByLabel('Video', { exact: true }).fill(source);
    await page.getByRole('combobox', { name: 'Shape' }).selectOption('9:16');
    await page.getByLabel('Seed').fill('77120');
    await page.keyboard.press('Enter');
    await page.getByText('Balance: 1,000 credits').waitFor();
    expect(orders()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByLabel('Prompt', { exact: true }).focus();
    await page.keyboard.press('Control+Enter');
    const told = page.getByText(/^Ordered: task aleph-1/);
    await told.waitFor();
    // The form is longer than the window: what came of the order is seen without scrolling, and nothing lies over it.
    const isSeen = () =>
      told.evaluate((element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return element === document.elementFromPoint(left + width / 2, top + height / 2);
      });
    await waitUntil(isSeen, 'what came of it in view');
    expect(orders()).toBe(1);
    const order = kie.tasks.get('aleph-1');
    expect(order?.order).toMatchObject({ prompt: 'rain at dusk', videoUrl: source, aspectRatio: '9:16', seed: 77120 });
    expect(order?.callbackUrl).toMatch(/\/c\/[\w-]{20,}$/);
    expect(order?.callbackUrl).not.toBe(inbox.callbackUrl);
    await inbox.waitForTask('aleph-1', ({ videos }) => videos[0]?.state === 'saved');
    await page.getByRole('link', { name: 'Open task' }).click();
    await page.getByRole('button', { name: 'Same again…' }).click();
    expect(await page.getByLabel('Prompt', { exact: true }).inputValue()).toBe('rain at dusk');
    expect(await page.getByLabel('Seed').inputValue()).toBe('77120');
    expect(await page.getByRole('combobox', { name: 'Shape' }).inputValue()).toBe('9:16');
    await waitUntil(() => make(page).evaluate((button) => button === document.activeElement), 'focus on the button');
    expect(orders()).toBe(1);
  });

  test('what was typed goes along to another provider and comes back, and the focus stays where that was chosen', async () => {
    const inbox = await start();
    const page = await open(inbox);
    const provider = page.getByLabel('Provider').first();
    const prompt = page.getByLabel('Prompt', { exact: true });
    await prompt.fill('rain at dusk');
    await page.getByLabel('Video', { exact: true }).fill(source);
    await page.getByLabel('Seed').fill('77120');
    await provider.selectOption('kie-luma');
    await page.getByLabel('Seed').waitFor({ state: 'detached' });
    await waitUntil(async () => (await prompt.inputValue()) === 'rain at dusk', 'the prompt');
    expect(await page.getByLabel('Video', { exact: true }).inputValue()).toBe(source);
    await prompt.fill('snow at dawn');
    await provider.selectOption('kie-aleph');
    await page.getByLabel('Seed').waitFor();
    expect(await prompt.inputValue()).toBe('snow at dawn');
    expect(await page.getByLabel('Seed').inputValue()).toBe('77120');

    await make(page).click();
    await page.getByRole('link', { name: 'Open task' }).click();
    await page.getByRole('button', { name: 'Same again…' }).click();
    await waitUntil(() => make(page).evaluate((button) => button === document.activeElement), 'focus on the button');
    await provider.focus();
    await provider.selectOption('kie-luma');
    await page.getByLabel('Seed').waitFor({ state: 'detached' });
    await prompt.waitFor();
    expect(await provider.evaluate((field) => field === document.activeElement)).toBe(true);
  });

  test('what breaks a limit is told beside its field, and nothing is sent', async () => {
    const inbox = await start();
    const large = path.join(inbox.dataDir, '..', 'large.mp4');
    await writeFile(large, Buffer.concat([film, Buffer.alloc(11 * 1024 * 1024)]));
    const page = await open(inbox);
    await page.getByLabel('Prompt', { exact: true }).focus();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alert').getByText('This is needed.').first().waitFor();
    expect(await page.getByLabel('Prompt', { exact: true }).evaluate((field) => field === document.activeElement)).toBe(
      true,
    );
    await page.getByLabel('Prompt', { exact: true }).fill('x');
    await page.getByLabel('Seed').fill('-4');
    await page.getByLabel('Seed').blur();
    await page.getByText('At least 0.').waitFor();
    await page.getByLabel('Seed').fill('');
    await page.getByLabel('Video', { exact: true }).fill(large);
    await page.getByLabel('Video', { exact: true }).blur();
    await page.getByText(/the limit is 10 MB/).waitFor();
    expect(await page.getByLabel('Video', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await make(page).click();
    await waitUntil(() => make(page).evaluate((button) => button.ariaDisabled === null), 'the answer');
    expect(orders()).toBe(0);
    expect(kie.calls.some(({ path: at }) => at.includes('upload'))).toBe(false);
    expect(await axeViolations(page)).toEqual([]);
  });

  test('a file chosen in the page is brought, uploaded and ordered with', async () => {
    const page = await open(await start());
    await page.getByLabel('Prompt', { exact: true }).fill('x');
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Choose a file for Video' }).click(),
    ]);
    await chooser.setFiles({ name: 'harbour day.mp4', mimeType: 'video/mp4', buffer: film });
    await waitUntil(
      async () => (await page.getByLabel('Video', { exact: true }).inputValue()).endsWith('harbour_day.mp4'),
      'its path',
    );
    await make(page).click();
    await page.getByText(/^Ordered: task/).waitFor();
    const [task] = [...kie.tasks.values()];
    expect(String(task?.order['videoUrl'])).toContain('/files/upload-');
  });

  test('a Market model has the form of its schema, one without a schema is ordered as JSON', async () => {
    const page = await open(await start());
    await page.getByLabel('Provider').first().selectOption('kie-market');
    await page.getByLabel('Model').selectOption('wan/2-7-videoedit');
    await page.getByText('Price as published: 16 credits per second').waitFor();
    expect(await page.getByLabel('Resolution').inputValue()).toBe('720p');
    await page.getByRole('button', { name: 'As JSON' }).click();
    await page
      .getByLabel('Order as JSON')
      .fill(JSON.stringify({ prompt: 'snow', video_url: source, resolution: '1080p' }));
    await page.getByRole('button', { name: 'As a form' }).click();
    expect(await page.getByLabel('Prompt', { exact: true }).inputValue()).toBe('snow');
    expect(await page.getByLabel('Resolution').inputValue()).toBe('1080p');
    await page.getByLabel('Model').selectOption('happyhorse/video-edit');
    await page.getByText(/publishes no form/).waitFor();
    await page.getByLabel('Order as JSON').fill('{"prompt": ');
    await page.getByText(/no JSON object yet/).waitFor();
    await page.getByLabel('Order as JSON').fill('{"prompt": "gallop"}');
    await make(page).click();
    await page.getByText(/^Ordered: task market-/).waitFor();
    const [task] = [...kie.tasks.values()];
    expect(task?.order).toMatchObject({ model: 'happyhorse/video-edit', input: { prompt: 'gallop' } });
  });
});

describe('several at once', () => {
  test('prompts and seeds are multiplied, ordered in one go and summed up; the project is kept', async () => {
    kie.script({ ends: 'never' });
    const inbox = await start({ args: ['--ask-after', '3600'] });
    const page = await open(inbox);
    await page.getByLabel('Prompt', { exact: true }).fill('rain');
    await page.getByLabel('Video', { exact: true }).fill(source);
    await page.getByText('Several at once').click();
    await page.getByLabel('More prompts').fill('snow\n\nfog');
    await page.getByLabel('How often each').fill('2');
    await page.getByLabel('Project').fill('Harbour pitch');
    await page.getByRole('button', { name: 'Make 6 videos' }).waitFor();
    // One is left out before anything is paid for.
    const rows = page.getByRole('group', { name: 'What will be made' });
    await rows.getByRole('checkbox', { name: /^snow .* 1 of 2$/ }).uncheck();
    expect(await rows.getByRole('checkbox').count()).toBe(6);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make 5 videos' }).click();
    await page.getByText('5 of 5 ordered.').waitFor();
    await page.getByText('Credits spent: 5.').waitFor();
    const made = [...kie.tasks.values()].map((task) => task.order);
    expect(made.map((order) => order['prompt'])).toEqual(['rain', 'rain', 'snow', 'fog', 'fog']);
    expect(new Set(made.map((order) => order['seed'])).size).toBe(5);
    expect(new Set([...kie.tasks.values()].map((task) => task.callbackUrl)).size).toBe(5);
    expect(await inbox.call('tasks:get', 'aleph-1')).toMatchObject({ project: 'Harbour pitch' });
    await page.getByRole('complementary', { name: 'Watching' }).getByText('5 tasks').waitFor();
  });

  test('a limit of credits is what is written in thousands, and one that cannot be read is none of no limit', async () => {
    const inbox = await start({ args: ['--ask-after', '3600'] });
    const page = await open(inbox);
    const limits: unknown[] = [];
    page.on('request', (request) => {
      if (!request.url().endsWith('/call/submissions:sendMany')) return;
      const [, limit] = request.postDataJSON() as readonly unknown[];
      limits.push(limit);
    });
    await page.getByLabel('Prompt', { exact: true }).fill('rain');
    await page.getByLabel('Video', { exact: true }).fill(source);
    await page.getByText('Several at once').click();
    await page.getByLabel('More prompts').fill('snow');
    const budget = page.getByLabel('Stop at so many credits');
    await budget.fill('1 000 credits');
    await page.getByText('Several at once').click();
    await page.getByRole('button', { name: 'Make 2 videos' }).click();
    await page.getByRole('alert').getByText('This must be a number.').waitFor();
    await expect.poll(() => budget.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(orders()).toBe(0);
    await budget.fill('1,000');
    await page.getByRole('button', { name: 'Make 2 videos' }).click();
    await page.getByText('2 of 2 ordered.').waitFor();
    expect(limits).toEqual([{ budgetCredits: 1000 }]);
  });
});

describe('never paid twice', () => {
  test('the button is dead from the first press until the answer', async () => {
    const page = await open(await start());
    await page.getByLabel('Prompt', { exact: true }).fill('x');
    await page.getByLabel('Video', { exact: true }).fill(source);
    // Answered, it would live again, and a press then is one order more.
    const answer = kie.holdOrders();
    await make(page).evaluate((button: HTMLElement) => {
      button.click();
      button.click();
      button.click();
    });
    await make(page).focus();
    await page.keyboard.press('Control+Enter');
    answer();
    await page.getByText(/^Ordered: task/).waitFor();
    expect(orders()).toBe(1);
  });

  test('an answer that is lost is told, is not sent again by itself, and once more only after a question', async () => {
    kie.script({ create: 'lost', ends: 'never' });
    const page = await open(await start());
    await page.getByLabel('Prompt', { exact: true }).fill('a dancer of porcelain');
    await page.getByLabel('Video', { exact: true }).fill(source);
    await make(page).click();
    await page.getByRole('alert').getByText('Not known whether it was made').waitFor();
    const watching = page.getByRole('complementary', { name: 'Watching' });
    await watching.getByText('Not known whether it was made').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(orders()).toBe(1);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    expect(orders()).toBe(1);
    kie.script({ ends: 'never' });
    await page.getByRole('button', { name: 'Make it once more…' }).click();
    await page.getByRole('button', { name: 'Order it once more', exact: true }).click();
    await page.getByText(/^Ordered: task/).waitFor();
    expect(orders()).toBe(2);
  });

  test('a refusal has its reason and what to do', async () => {
    kie.script({ create: 402 });
    const page = await open(await start());
    await page.getByLabel('Prompt', { exact: true }).fill('x');
    await page.getByLabel('Video', { exact: true }).fill(source);
    await make(page).click();
    const alert = page.getByRole('alert').filter({ hasText: 'Refused, nothing was made' });
    await alert.getByText(/credits are used up.*Top up/).waitFor();
    expect(orders()).toBe(1);
  });
});

describe('keys and waiting', () => {
  test('without a key there is the field for it, and the button is dead', async () => {
    const page = await open(await start({ key: false }));
    await page.getByLabel('Prompt', { exact: true }).fill('x');
    await page.getByLabel('Video', { exact: true }).fill(source);
    await page.keyboard.press('Control+Enter');
    expect(await make(page).getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByRole('link', { name: /Get a key/ }).getAttribute('href')).toBe('https://kie.ai/api-key');
    await page.getByLabel('kie.ai API key').fill(kie.key);
    await page.keyboard.press('Enter');
    await waitUntil(async () => (await make(page).getAttribute('aria-disabled')) === null, 'the button');
    expect(orders()).toBe(0);
    expect(await page.getByLabel('Prompt', { exact: true }).inputValue()).toBe('x');
    await page.getByLabel('Prompt', { exact: true }).focus();
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^Ordered: task/).waitFor();
  });

  test('what is waited for is listed, asked now, and leaves when it has come', async () => {
    kie.script({ ends: 'never' });
    const inbox = await start({ args: ['--ask-after', '3600'] });
    kie.add('luma', 'elsewhere-1', { ends: 'never' });
    kie.add('luma', 'elsewhere-2', { ends: 'success', doneAfterMs: 0 });
    const page = await open(inbox);
    const watching = page.getByRole('complementary', { name: 'Watching' });
    await watching.getByText(/Nothing is being made/).waitFor();
    for (const id of ['elsewhere-1', 'elsewhere-2']) {
      await watching.getByRole('button', { name: 'Task id…' }).click();
      await watching.getByLabel('Provider').selectOption('kie-luma');
      await watching.getByLabel('Task id', { exact: true }).fill(id);
      await page.keyboard.press('Enter');
      await watching.getByRole('link', { name: id }).waitFor();
    }
    await watching.getByText('2 tasks').waitFor();
    await watching
      .getByText(/^Being made\s· .* of usually/)
      .first()
      .waitFor();
    await watching.getByRole('button', { name: /^Ask now: .*elsewhere-1/ }).click();
    await watching.getByText(/says that it is still being made/).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await watching.getByRole('button', { name: /^Ask now: .*elsewhere-2/ }).click();
    await watching.getByText('1 task', { exact: true }).waitFor();
    await watching.getByRole('button', { name: /^Stop waiting/ }).click();
    await watching.getByText(/Nothing is being made/).waitFor();
  });

  test('a video that is only given out for a key has the field for it, and is fetched once the key is there', async () => {
    const openai = await openJsonServer((call): Reply => {
      if (call.headers.authorization !== 'Bearer sk-test') return { status: 401, json: { error: { message: 'no' } } };
      if (call.path.endsWith('/content')) return { bytes: film };
      return { json: { id: 'video_1', object: 'video', status: 'completed', model: 'sora-2' } };
    });
    const inbox = await inboxes.start({
      args: ['--api-base', `openai=${openai.origin}`, '--allow-host', openai.host, '--ask-every', '0.2'],
    });
    await inbox.postCallback({
      id: 'evt_1',
      object: 'event',
      type: 'video.completed',
      created_at: 1,
      data: { id: 'video_1' },
    });
    await inbox.waitForTask('video_1', ({ needsApiKey }) => needsApiKey);
    const page = await open(inbox, `#/task/${encodeURIComponent('openai:video_1')}`);
    await page.getByRole('heading', { name: 'Ready at the provider' }).waitFor();
    await page.getByLabel('OpenAI API key').fill('sk-test');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await inbox.waitForTask('video_1', ({ videos }) => videos[0]?.state === 'saved', 30_000);
    await page
      .getByRole('button', { name: 'Play', exact: true })
      .or(page.getByLabel('Video', { exact: true }))
      .first()
      .waitFor();
    await openai.close();
  });
});

test('a link that only a key opens has the field for it where it is waited for, and what is half typed there stays', async () => {
  const refusal: Reply = { status: 401, json: { error: { message: 'no' } } };
  const router = await openJsonServer((call): Reply =>
    call.headers.authorization === 'Bearer or-key' ? { bytes: film } : refusal,
  );
  const inbox = await inboxes.start({
    args: ['--api-base', `openrouter=${router.origin}`, '--allow-host', router.host],
  });
  await inbox.postCallback({
    type: 'video.generation.completed',
    created_at: 1,
    data: { id: 'v1', status: 'completed', unsigned_urls: [`${router.origin}/api/v1/videos/v1/content`] },
  });
  await inbox.waitForTask('v1', ({ videos }) => (videos[0]?.attempts?.length ?? 0) > 0, 40_000);
  const page = await open(inbox, `#/task/${encodeURIComponent('openrouter:v1')}`);
  const field = page.getByLabel('OpenRouter API key');
  await field.fill('or-');
  // Its last attempt is behind it, and those before it came while this was typed.
  await page.getByRole('heading', { name: /The download failed|The link has died/ }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.type('key');
  expect(await field.inputValue()).toBe('or-key');
  await page.keyboard.press('Enter');
  await inbox.waitForTask('v1', ({ videos }) => videos[0]?.state === 'saved', 40_000);
  await router.close();
});

test('a film that Gemini names as a file of its own is fetched from there with the key, which no redirect takes along', async () => {
  const store = await openJsonServer((): Reply => ({ bytes: film }));
  const gemini = await openJsonServer((call): Reply => {
    if (call.headers['x-goog-api-key'] !== 'goog-key')
      return { status: 400, json: { error: { code: 400, message: 'API key not valid.' } } };
    if (call.query.get('alt') !== 'media') return { status: 404, json: { error: { code: 404, message: 'not found' } } };
    if (call.path === '/v1beta/files/ab12:download') return { bytes: film };
    if (call.path === '/v1beta/files/ef56:download') return { bytes: Buffer.concat([film, freeBox]) };
    if (call.path !== '/v1beta/files/cd34:download') return { status: 404, json: {} };
    return { status: 302, json: {}, headers: { location: `${store.origin}/film.mp4` } };
  });
  const inbox = await inboxes.start({
    args: ['--api-base', `gemini=${gemini.origin}`, '--allow-host', gemini.host, '--allow-host', store.host],
  });
  const ready = (id: string, file: string) => ({
    type: 'video.generated',
    version: 'v1',
    timestamp: '2026-11-25T10:01:30Z',
    data: { id, output_file_uri: `https://generativelanguage.googleapis.com/v1beta/${file}`, file_name: file },
  });
  await inbox.postCallback(ready('v-81', 'files/ab12'));
  await inbox.waitForTask('v-81', ({ needsApiKey, videos }) => needsApiKey && videos.length === 0);
  const page = await open(inbox);
  // It is made: what is waited for is the key.
  const row = page.getByRole('listitem').filter({ hasText: 'Task v-81' });
  await row.getByText('Ready at the provider').waitFor();
  await row.getByLabel('Gemini API key').waitFor();
  expect(await row.innerText()).not.toMatch(/Being made|Overdue/);
  await page.goto(`${inbox.localUrl}/#/task/${encodeURIComponent('gemini:v-81')}`);
  await page.getByRole('heading', { name: 'Ready at the provider' }).waitFor();
  await page.getByLabel('Gemini API key').fill('goog-key');
  expect(gemini.calls).toEqual([]);
  await page.keyboard.press('Enter');
  const saved = await inbox.waitForTask('v-81', ({ videos }) => videos[0]?.state === 'saved', 40_000);
  expect(saved).toMatchObject({
    trust: 'unsigned',
    videos: [{ url: `${gemini.origin}/v1beta/files/ab12:download?alt=media` }],
  });
  // With the key there, by itself; and said again it is the same film.
  await inbox.postCallback(ready('v-82', 'files/cd34'));
  await inbox.postCallback(ready('v-81', 'files/ab12'));
  await inbox.waitForTask('v-82', ({ videos }) => videos[0]?.state === 'saved', 40_000);
  const again = await inbox.waitForTask('v-81', ({ deliveries }) => deliveries === 2);
  expect(again.videos).toHaveLength(1);
  // Another file of the same task is another film of it.
  await inbox.postCallback(ready('v-81', 'files/ef56'));
  const both = await inbox.waitForTask('v-81', ({ videos }) => videos[1]?.state === 'saved', 40_000);
  expect(both.videos.map(({ url }) => url.slice(gemini.origin.length))).toEqual([
    '/v1beta/files/ab12:download?alt=media',
    '/v1beta/files/ef56:download?alt=media',
  ]);
  expect(store.calls.length).toBeGreaterThan(0);
  expect(store.calls.some(({ headers }) => 'x-goog-api-key' in headers)).toBe(false);
  expect(gemini.calls.filter(({ path }) => !path.endsWith(':download'))).toEqual([]);
  await gemini.close();
  await store.close();
});

describe('while you were away', () => {
  test('says what came and what failed, with a way on, until it is put away', async () => {
    kie.script({ ends: 'never' });
    const inbox = await start({ args: ['--ask-after', '3600'] });
    kie.add('luma', 'came-1', { ends: 'success', doneAfterMs: 0 });
    kie.add('luma', 'failed-1', { ends: 'fail', doneAfterMs: 0 });
    for (const id of ['came-1', 'failed-1'])
      await inbox.call('watch:add', 'kie-luma', id, { model: null, project: null });
    const again = await inbox.restart();
    for (const id of ['came-1', 'failed-1']) await again.call('tasks:ask', id);
    await again.waitForTask('came-1', ({ videos }) => videos[0]?.state === 'saved');
    // Its callback and its record disagree, and another film wants a key that nobody has.
    kie.add('luma', 'contested', { ends: 'success', doneAfterMs: 0 });
    await again.postCallback({
      code: 200,
      msg: 'done',
      data: { taskId: 'contested', promptJson: '{"prompt":"snow"}', resultUrls: [`${kie.origin}/files/nobody/9.mp4`] },
    });
    // The film that the record names is fetched meanwhile.
    await again.waitForTask('contested', (task) => task.dispute !== undefined && task.videos[0]?.state === 'saved');
    await again.postCallback({
      id: 'evt_1',
      object: 'event',
      type: 'video.completed',
      created_at: 1,
      data: { id: 'video_1' },
    });
    await again.waitForTask('video_1', ({ needsApiKey }) => needsApiKey);
    const soon = await open(again, '#/library');
    await soon.getByText('came-1').first().waitFor();
    const { page } = await rig.browser().open('about:blank');
    // The absence was three hours, as the page's clock has it.
    await page.clock.setFixedTime(new Date(Date.now() + 3 * 3_600_000));
    // So low that the list is higher than its place.
    await page.setViewportSize({ width: 800, height: 600 });
    await page.goto(again.galleryUrl);
    const panel = page.getByRole('region', { name: 'While you were away' });
    await panel.getByText('2 came').waitFor();
    await panel.getByText('1 failed').waitFor();
    await panel.getByText('2 need you').waitFor();
    const lines = await panel.getByRole('list').last().getByRole('listitem').allInnerTexts();
    expect(lines.map((line) => line.split('\n').at(-1))).toEqual(['Decide', 'Show', 'Edit and try again']);
    await panel.getByRole('region', { name: 'The 2 that came' }).getByRole('img').first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    // What is told above the list hides none of it.
    const scrolled = await page.getByRole('grid').evaluate(({ parentElement: scroller }) => ({
      top: scroller?.scrollTop,
      isHigher: scroller !== null && scroller.scrollHeight > scroller.clientHeight + 40,
    }));
    expect(scrolled).toEqual({ top: 0, isHigher: true });
    expect(await soon.getByRole('region', { name: 'While you were away' }).count()).toBe(0);
    // Whoever goes down the list has read it: it gives its room back, and opened again it stays open.
    for (let n = 0; n < 4; n += 1) {
      const from = { promptJson: JSON.stringify({ prompt: `came meanwhile ${String(n)}` }), resultUrls: [] };
      await again.postCallback({ code: 200, msg: 'done', data: { taskId: `later-${String(n)}`, ...from } });
    }
    const details = panel.getByRole('button', { name: 'Details' });
    const scrollTo = (top: number) =>
      page.getByRole('grid').evaluate(({ parentElement }, to) => parentElement?.scrollTo({ top: to }), top);
    await scrollTo(10_000);
    await expect.poll(() => details.getAttribute('aria-expanded')).toBe('false');
    expect(await axeViolations(page)).toEqual([]);
    await details.click();
    await panel.getByText('1 failed').waitFor();
    await scrollTo(0);
    await scrollTo(10_000);
    expect(await details.getAttribute('aria-expanded')).toBe('true');
    await panel.getByRole('link', { name: /^Edit and try again/ }).click();
    await page.getByRole('heading', { name: 'New video' }).waitFor();
    expect(await page.getByLabel('Provider').first().inputValue()).toBe('kie-luma');
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    // What was decided needs nobody any more.
    await panel.getByRole('link', { name: /^Decide: / }).click();
    await page.getByRole('button', { name: 'Keep the first' }).click();
    await page.getByRole('heading', { name: 'Two answers name different films' }).waitFor({ state: 'detached' });
    await expect.poll(async () => (await again.call('digest:get'))?.needsYou).toEqual(['openai:video_1']);
    await page.keyboard.press('Escape');
    await panel.getByRole('button', { name: 'Dismiss' }).focus();
    // It looked once more, and the answer comes when it has been put away.
    let tellAway: () => void = () => undefined;
    const isAway = new Promise<void>((resolve) => (tellAway = resolve));
    const answered = new Promise<Request>((resolve) => {
      void page.route(/digest(:|%3A)get$/i, async (route) => {
        const response = await route.fetch();
        resolve(route.request());
        await isAway;
        await route.fulfill({ response });
      });
    });
    await again.call('tasks:mark', ['kie-luma:came-1'], { starred: true });
    const look = await answered;
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await expect.poll(() => again.call('digest:get')).toBeNull();
    tellAway();
    await (await look.response())?.finished();
    // More round trips than it would take to show it.
    await page.evaluate(async () => {
      for (let n = 0; n < 8; n += 1) await (await fetch('/call/digest:get', { method: 'POST', body: '[]' })).text();
    });
    expect(await panel.count()).toBe(0);
  });
});
