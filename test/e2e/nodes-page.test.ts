/** The page that tells which machines share an inbox, in a real Chromium. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enShared } from '../../src-main/common/texts/en-shared.ts';
import { enNodes } from '../../src-renderer/texts/en-nodes.ts';
import { texts } from '../../src-renderer/texts/texts.ts';
import { axeViolations } from '../support/axe.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../support/postgres.ts';
import { createSharedNodes, sameLibrary, type SharedNodes } from '../support/shared-nodes.ts';

const limitMs = 60_000;

describe.skipIf(whyNoPostgres !== null)('the page of machines', { timeout: 180_000 }, () => {
  let database: PostgresServer;
  let nodes: SharedNodes;
  let browser: TestBrowser;
  beforeAll(async () => {
    database = await startPostgres();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await database.close();
  });
  beforeEach(async () => {
    nodes = await createSharedNodes(database);
  });
  afterEach(() => nodes.close());

  it('names them, what they do and who has not been heard of; a machine alone has no such page', async () => {
    const a = await nodes.start('harbour');
    const b = await nodes.start('cellar', { args: ['--role', 'download'] });
    // It takes no callbacks: where its address would stand, the first screen says who does.
    const there = await browser.open(b.galleryUrl);
    const main = there.page.getByRole('main');
    await main.getByText(enShared.noIntake).waitFor({ timeout: limitMs });
    expect(await main.getByRole('button', { name: texts.reach.copyUrl }).isDisabled()).toBe(true);
    await there.page.close();
    await a.postCallback(lumaSuccess('one', ['https://media.example.test/x.mp4']));
    await sameLibrary([a, b], 1);
    const { page, complaints } = await browser.open(a.galleryUrl);
    await page.getByRole('link', { name: enNodes.title }).click({ timeout: limitMs });
    await page.getByRole('heading', { level: 1, name: enNodes.title }).waitFor({ timeout: limitMs });
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row('harbour').getByText(enNodes.roles.ask, { exact: true }).waitFor({ timeout: limitMs });
    await row('harbour').getByText(enNodes.thisMachine).waitFor({ timeout: limitMs });
    await row('cellar').getByText(enNodes.working).waitFor({ timeout: limitMs });
    expect(await row('cellar').getByText(enNodes.roles.intake).count()).toBe(0);
    await page.getByText(enNodes.answered.local).waitFor({ timeout: limitMs });
    expect(await axeViolations(page)).toEqual([]);
    // One of an older build, and one of before builds told of their rules.
    const tell = (name: string, told: object): Promise<unknown> =>
      database.query(
        nodes.url,
        `INSERT INTO video_inbox.nodes SELECT $1, $1, clock_timestamp() + interval '1 hour', (facts - 'foldVersion') || $2
           FROM video_inbox.nodes WHERE name = 'cellar'`,
        [name, JSON.stringify(told)],
      );
    await tell('attic', { foldVersion: 1, version: '0.0.9' });
    // It takes callbacks, and what the database has does not come through to it.
    await tell('barn', { roles: ['intake'], feedDelayMs: 7400 });
    await row('attic').getByText(enNodes.olderBuild).waitFor({ timeout: limitMs });
    await page.getByText('runs on attic: it reads some callbacks by earlier rules').waitFor({ timeout: limitMs });
    expect(await page.getByText(enNodes.olderBuild, { exact: true }).count()).toBe(1);
    expect((await a.runCli(['status'])).stdout.match(/.*older build$/gm)).toEqual([expect.stringContaining('attic')]);
    expect(await axeViolations(page)).toEqual([]);
    await row('barn').getByText(enNodes.troubled.late).waitFor({ timeout: limitMs });
    const way = page.getByRole('list', { name: enNodes.path });
    await way.getByText('barn, harbour').waitFor({ timeout: limitMs });
    // What one machine does for all is no job of its own.
    await row('harbour').getByText(enNodes.noWork).waitFor({ timeout: limitMs });
    await database.query(nodes.url, `DELETE FROM video_inbox.nodes WHERE name = 'attic'`);
    await b.stop('SIGKILL');
    await page.getByText(enNodes.lostDetail).waitFor({ timeout: limitMs });
    await row('cellar').getByText(enNodes.notKnown).first().waitFor({ timeout: limitMs });
    expect(await axeViolations(page)).toEqual([]);
    database.cut();
    await page.getByText('cannot be used just now: it does not answer').waitFor({ timeout: limitMs });
    // Whatever screen is open, the rail tells it.
    const inRail = page.getByRole('navigation').getByRole('link', { name: enNodes.title });
    await inRail.getByText(enNodes.troubled.away).waitFor({ timeout: limitMs });
    // Of the others nothing is known then; of itself it tells what is, not what it told the database last.
    await row('harbour').getByText(enNodes.troubled.away).waitFor({ timeout: limitMs });
    await row('cellar').getByText(enNodes.notKnown).first().waitFor({ timeout: limitMs });
    expect(await page.getByText(enNodes.lostDetail).count()).toBe(0);
    await way.getByRole('heading', { name: 'harbour', exact: true }).waitFor({ timeout: limitMs });
    await a.postCallback(lumaSuccess('two', ['https://media.example.test/x.mp4']));
    await page.getByText(/\d events? waits? here, since/).waitFor({ timeout: limitMs });
    await row('harbour')
      .getByRole('cell', { name: /^[1-9]\d*$/ })
      .waitFor({ timeout: limitMs });
    expect(await axeViolations(page)).toEqual([]);
    // On a narrow page each machine is a block, and nothing is wider than its frame.
    await page.setViewportSize({ width: 390, height: 844 });
    const wider = await page
      .getByRole('table')
      .evaluate((table) => table.scrollWidth - (table.parentElement?.clientWidth ?? 0));
    expect(wider).toBeLessThanOrEqual(0);
    expect(await axeViolations(page)).toEqual([]);
    database.mend();
    // What it says of the reason is what stands here, and what is to be done.
    await database.query(
      nodes.url,
      `CREATE FUNCTION video_inbox.no() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '53100'; END $$;
       CREATE TRIGGER no BEFORE INSERT ON video_inbox.events EXECUTE FUNCTION video_inbox.no()`,
    );
    await page.getByText('cannot be used just now: its disk is full').waitFor({ timeout: limitMs });
    await database.query(nodes.url, 'DROP TRIGGER no ON video_inbox.events');
    await row('harbour').getByText(enNodes.working).waitFor({ timeout: limitMs });
    // One that is gone for good need not stand there for a week.
    await page.getByRole('button', { name: enNodes.forget }).click({ timeout: limitMs });
    await row('cellar').waitFor({ state: 'detached', timeout: limitMs });
    expect(await page.getByText(enNodes.lostDetail).count()).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    await inRail.waitFor({ timeout: limitMs });
    await inRail.getByText(enNodes.troubled.away).waitFor({ state: 'detached', timeout: limitMs });
    expect(complaints).toEqual([]);

    const alone = await nodes.inboxes.start();
    const other = await browser.open(alone.galleryUrl);
    await other.page.getByRole('navigation').getByRole('link').first().waitFor({ timeout: limitMs });
    await other.page.goto(`${alone.localUrl}/#/nodes`);
    await other.page.getByText(enNodes.alone).waitFor({ timeout: limitMs });
    expect(await other.page.getByRole('link', { name: enNodes.title }).count()).toBe(0);
  });
});
