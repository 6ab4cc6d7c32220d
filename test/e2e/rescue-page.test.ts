/** The rescue story on the page: a link that is dead, kie.ai's fresh one that dies half-way, one that the person pastes. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { axeViolations } from '../support/axe.ts';
import { bigMp4 } from '../support/big-mp4.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { createInboxes } from '../support/inbox-process.ts';
import { openJsonServer } from '../support/providers/json-server.ts';
import { openKieStandIn } from '../support/providers/kie-stand-in.ts';

const inboxes = createInboxes({ inTurn: true });
const film = bigMp4(900_000);
let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await inboxes.close();
});

test('403, the record, a fresh link that dies half-way, a pasted one: saved from where it broke off, and told', async () => {
  const kie = await openKieStandIn({ film });
  const elsewhere = await openJsonServer(() => ({ bytes: film }));
  onTestFinished(async () => {
    await inboxes.kill();
    await Promise.all([kie.close(), elsewhere.close()]);
  });
  const inbox = await inboxes.start({
    args: [
      ...['--api-base', `kie=${kie.origin}`, '--ask-after', '3600'],
      ...['--allow-host', kie.host, '--allow-host', elsewhere.host],
    ],
    env: { VIDEO_INBOX_SECRET_KIE_API_KEY: kie.key },
  });
  kie.add('aleph', 'rescued', { doneAfterMs: 0, onlyFreshLink: true, freshDiesAfter: 600_000 });
  await inbox.postCallback(kie.callbackBody('rescued'));
  const key = 'kie-aleph:rescued';
  // The record is asked, a fresh link is made, and that one dies as well.
  await inbox.waitForTask('rescued', ({ videos: [video] }) => {
    const links = video?.formerUrls ?? [];
    return video?.state === 'queued' && links.length > 0 && video.attempts?.at(-1)?.code === 'forbidden';
  });
  const { page } = await browser.open(`${inbox.galleryUrl}#/task/${encodeURIComponent(key)}`);
  await page.getByRole('heading', { name: 'Waiting to try again' }).waitFor();
  // It gave bytes before: it is not "not there yet".
  const waiting = await inbox.waitForTask('rescued', ({ videos: [video] }) => video?.errorReason === 'forbidden');
  expect(waiting.videos[0]?.error).toContain('expired');
  const story = page.getByRole('list').filter({ hasText: 'Callback stored: succeeded' });
  await story.getByText('The provider made a fresh link, for 20 minutes').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  const lives = page.getByRole('region', { name: 'What lives until when' });
  await lives.getByText('Video 1').waitFor();
  await lives.getByText('Record at kie.ai').waitFor();
  await page.getByRole('button', { name: 'Paste a new link…' }).click();
  await page.getByLabel('New link to the video').fill(`${elsewhere.origin}/found-again.mp4`);
  await page.getByRole('button', { name: 'Fetch it', exact: true }).click();
  const saved = await inbox.waitForTask('rescued', ({ videos }) => videos[0]?.state === 'saved');
  expect(saved.videos[0]).toMatchObject({ sizeBytes: film.length, url: `${elsewhere.origin}/found-again.mp4` });
  // What was here already is not fetched again.
  expect(elsewhere.calls.map(({ headers }) => headers.range)).toEqual([`bytes=600000-`]);
  expect(elsewhere.calls[0]?.headers.authorization).toBeUndefined();
  await story.getByText('Fetched from the link that you pasted').waitFor();
  await story.getByText('Video saved and checked').waitFor();
  await story.getByText(`${kie.host} answers 403`).first().waitFor();
  const told = await story.getByRole('listitem').allInnerTexts();
  const order = ['Callback stored', 'failed', 'fresh link', 'that you pasted', 'saved and checked'].map((part) =>
    told.findIndex((line) => line.includes(part)),
  );
  expect(order).toEqual([...order].sort((a, b) => a - b));
  await page.locator('video').waitFor();
  await lives.waitFor({ state: 'detached' });
  expect(await axeViolations(page)).toEqual([]);
});
