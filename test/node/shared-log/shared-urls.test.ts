/** Callback URLs of machines that share a log: each knows what another has done with one. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openCallbackUrls, type CallbackUrls } from '../../../src-main/node/callbacks/callback-urls.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDatabase } from '../../../src-main/node/shared-log/database.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { startSharedUrls, type SharedUrls } from '../../../src-main/node/shared-log/shared-urls.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';
import { tempDir } from '../../support/temp-dir.ts';

let server: PostgresServer;

async function openMachine(
  url: string,
  name: string,
): Promise<{ urls: CallbackUrls; shared: SharedUrls; file: string }> {
  const file = path.join(await tempDir(), 'callback-urls.json');
  const urls = await openCallbackUrls(file, silentLog, () => new Date());
  const shared = startSharedUrls(createDatabase(url, name, silentLog).session('urls'), urls, silentLog);
  onTestFinished(async () => {
    await shared.close();
    await urls.close();
  });
  return { urls, shared, file };
}

describe.skipIf(whyNoPostgres !== null)('callback URLs of several machines', () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('follow a project that is renamed on one of them, whoever renamed it last, also where another revokes one', async () => {
    const url = await server.createDatabase();
    const session = createDatabase(url, 'setup', silentLog).session('setup');
    await migrate(session);
    await session.close();
    const [a, b] = [await openMachine(url, 'a'), await openMachine(url, 'b')];
    const exchange = async (...machines: readonly (typeof a)[]): Promise<void> => {
      for (const { shared } of machines) await shared.exchange();
    };
    const { id } = await a.urls.mint({ label: 'one', project: 'spring' });
    const projects = (): readonly unknown[] =>
      [a, b].map(({ urls }) => urls.list().find((entry) => entry.id === id)?.project);
    await exchange(a, b);
    await b.urls.setProject([id], 'summer');
    await exchange(b, a, b);
    expect(projects()).toEqual(['summer', 'summer']);
    await a.urls.setProject([id], null);
    await b.urls.setProject([id], 'autumn');
    await exchange(a, b, a);
    expect(projects()).toEqual([null, null]);
    // The one has not heard of it, and revokes it; neither is lost.
    await b.urls.setProject([id], 'winter');
    await a.urls.revoke(id);
    await exchange(b, a, b);
    expect(projects()).toEqual(['winter', 'winter']);
    expect(b.urls.list().find((entry) => entry.id === id)?.revokedAt).not.toBeNull();
    const again = await openCallbackUrls(b.file, silentLog, () => new Date());
    expect(again.list()).toEqual(b.urls.list());
    await again.close();
  });

  it('are told whatever their labels hold: half a sign where one was cut, or one that the database takes in no text', async () => {
    const url = await server.createDatabase();
    const session = createDatabase(url, 'setup', silentLog).session('setup');
    await migrate(session);
    await session.close();
    const [a, b] = [await openMachine(url, 'a'), await openMachine(url, 'b')];
    const minted = [
      await a.urls.mint({ label: 'cut', project: `${'x'.repeat(599)}🎬` }),
      await a.urls.mint({ label: 'nothing\0in it', project: 'half \ud83c' }),
      await a.urls.mint({ label: 'usual', project: null }),
    ];
    for (const { shared } of [a, b, a]) await shared.exchange();
    expect(b.urls.list().map(({ id }) => id)).toEqual(expect.arrayContaining(minted.map(({ id }) => id)));
  });
});
