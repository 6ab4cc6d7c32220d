/** Two machines that share a log and a shelf, when one takes out of the trash what the other removes for good just then. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { request } from '../support/http-request.ts';
import { repoDir, type Inbox } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../support/postgres.ts';
import { createSharedNodes, sameLibrary, type SharedNodes } from '../support/shared-nodes.ts';
import { waitUntil } from '../support/wait-until.ts';

const rounds = 20;

describe.skipIf(whyNoPostgres !== null)('a trash that two machines share', { timeout: 300_000 }, () => {
  let database: PostgresServer;
  let nodes: SharedNodes;
  let mp4: Buffer;
  beforeAll(async () => {
    mp4 = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
    database = await startPostgres();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    nodes = await createSharedNodes(database);
  });
  afterEach(() => nodes.close());

  async function sha256On(machine: Inbox, key: string): Promise<string> {
    const headers = { authorization: `Bearer ${machine.key}` };
    const reply = await request(`${machine.localUrl}/media/${encodeURIComponent(key)}/1`, { headers });
    return reply.status === 200 ? hash('sha256', reply.body) : `status ${String(reply.status)}`;
  }

  it('who was told that a task is back has it and its film, on both; of the others no name is left on the shelf', async () => {
    const [a, b] = [await nodes.start('a'), await nodes.start('b')];
    const films = new Map<string, string>();
    for (let n = 0; n < rounds; n += 1) {
      const id = `t${String(n)}`;
      const film = Buffer.concat([mp4, Buffer.from(`\0\0\0\x10free${String(n).padStart(8, '0')}`, 'latin1')]);
      films.set(`kie-luma:${id}`, hash('sha256', film));
      await a.postCallback(lumaSuccess(id, [nodes.media.file(`/${id}.mp4`, film)]));
    }
    for (const key of films.keys()) {
      for (const machine of [a, b]) {
        await machine.waitForTask(key, ({ videos }) => videos[0]?.state === 'saved');
      }
    }
    const outcomes: { readonly key: string; readonly isBack: boolean; readonly purged: number }[] = [];
    for (const [n, key] of [...films.keys()].entries()) {
      await a.call('tasks:trash', [key]);
      await b.waitForTask(key, ({ trashedAt }) => trashedAt !== null);
      const [restoring, emptying] = n % 2 === 0 ? [a, b] : [b, a];
      // By so much one is ahead; who is first in the log is chance all the same.
      const restore = wait((n % 5) * 2).then(() => restoring.call('tasks:restore', [key]));
      const purge = wait(4).then(() => emptying.call('tasks:purge', n % 3 === 0 ? 'all' : [key]));
      const [back, gone] = await Promise.allSettled([restore, purge]);
      outcomes.push({
        key,
        isBack: back.status === 'fulfilled' && back.value.keys.includes(key),
        purged: gone.status === 'fulfilled' ? gone.value.purged : Number.NaN,
      });
    }
    expect(outcomes.filter(({ isBack, purged }) => purged !== (isBack ? 0 : 1))).toEqual([]);
    const kept = outcomes.filter(({ isBack }) => isBack).map(({ key }) => key);
    process.stderr.write(`${String(kept.length)} of ${String(rounds)} came back\n`);
    // One that reads the log from its begin makes the same of it.
    const c = await nodes.start('c');
    const tasks = await sameLibrary([a, b, c], kept.length);
    expect(tasks.map(({ key }) => key).sort()).toEqual([...kept].sort());
    for (const key of kept) {
      for (const machine of [a, b, c]) expect(await sha256On(machine, key)).toBe(films.get(key));
    }
    const names = [...nodes.shelf.objects.keys()].filter((name) => /\/names\/.*\.mp4$/.test(name));
    expect(names).toHaveLength(kept.length);
    expect(JSON.parse((await a.runCli(['doctor', '--json'])).stdout)).toMatchObject({ ok: true, problems: [] });
    await Promise.all([a.stop(), b.stop(), c.stop()]);
  });

  it('cut off from the database one empties what the other takes out, and is killed: the film is there on both', async () => {
    const direct = { VIDEO_INBOX_DATABASE_URL: database.direct(nodes.url) };
    const [a, b] = [await nodes.start('near', { env: direct }), await nodes.start('far')];
    const before = (await a.call('tasks:list', { state: null, limit: 100 })).length;
    const films = new Map<string, string>();
    for (const id of ['cut-1', 'cut-2', 'cut-3']) {
      const film = Buffer.concat([mp4, Buffer.from(`\0\0\0\x0dfree${id}`, 'latin1')]);
      films.set(`kie-luma:${id}`, hash('sha256', film));
      await a.postCallback(lumaSuccess(id, [nodes.media.file(`/${id}.mp4`, film)]));
    }
    const [back = '', gone = '', undecided = ''] = films.keys();
    for (const key of films.keys()) await a.waitForTask(key, ({ videos }) => videos[0]?.state === 'saved');
    await a.call('tasks:trash', [...films.keys()]);
    for (const key of films.keys()) await b.waitForTask(key, ({ trashedAt }) => trashedAt !== null);
    database.cut();
    await waitUntil(async () => (await b.call('app:status')).shared?.state === 'away', 'one to be cut off');
    // Told as done, since it is stored here and its place in the log is not known yet; no file is touched.
    await b.call('tasks:purge', [back, gone]);
    await expect(b.call('tasks:restore', [undecided])).rejects.toThrow('unavailable');
    expect((await a.call('tasks:restore', [back])).keys).toEqual([back]);
    expect(await a.call('tasks:purge', [undecided])).toEqual({ purged: 1 });
    await b.stop('SIGKILL');
    database.mend();
    const again = await nodes.start('far', { dataDir: b.dataDir });
    const tasks = await sameLibrary([a, again], before + 1);
    expect(tasks.map(({ key }) => key)).toContain(back);
    for (const machine of [a, again]) {
      expect(await sha256On(machine, back)).toBe(films.get(back));
      await waitUntil(async () => (await machine.call('tasks:counts')).trash === 0, 'an empty trash');
    }
    // Whoever removed it was killed before it could know whether it left, and had noted its files.
    await waitUntil(
      () => (![...nodes.shelf.objects.keys()].some((name) => /names\/.*cut-[23]/.test(name)) ? true : null),
      'what was removed for good to leave the shelf',
    );
    expect(JSON.parse((await a.runCli(['doctor', '--json'])).stdout)).toMatchObject({ ok: true, problems: [] });
  });
});
