/** Commands on a machine that shares a log and a shelf, while no inbox runs there. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { repoDir } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../support/postgres.ts';
import { createSharedNodes, sameLibrary, type SharedNodes } from '../support/shared-nodes.ts';

describe.skipIf(whyNoPostgres !== null)('a machine of several on which no inbox runs', { timeout: 180_000 }, () => {
  let database: PostgresServer;
  let nodes: SharedNodes;
  beforeAll(async () => {
    database = await startPostgres();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    nodes = await createSharedNodes(database);
  });
  afterEach(() => nodes.close());

  it('lists and moves all that the machines share, and moves and checks nothing that others use', async () => {
    const mp4 = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
    const [a, b] = [await nodes.start('a'), await nodes.start('b')];
    const filmOf = (id: string): Buffer => Buffer.concat([mp4, Buffer.from(`\0\0\0\x0cfree${id}`, 'latin1')]);
    for (const [inbox, id] of [
      [a, 'of-a'],
      [b, 'of-b'],
    ] as const) {
      await inbox.postCallback(lumaSuccess(id, [nodes.media.file(`/${id}.mp4`, filmOf(id))]));
      await inbox.waitForTask(id, ({ videos }) => videos[0]?.state === 'saved');
    }
    const shared = await sameLibrary([a, b], 2);
    // This one is in the journal of its machine alone when that dies.
    const late = path.join(await nodes.inboxes.tempDir(), 'late.mp4');
    await writeFile(late, filmOf('late'));
    database.cut();
    expect((await b.runCli(['import', late])).code).toBe(0);
    await b.stop('SIGKILL');
    database.mend();
    // As after the seconds for which a machine that was killed counts as one that runs.
    await database.query(nodes.url, `DELETE FROM video_inbox.nodes WHERE name = 'b'`);
    const listed = JSON.parse((await b.runCli(['list', '--json'])).stdout) as TaskView[];
    expect(listed.map(({ taskId }) => taskId.replace(/^film-.*/, 'late'))).toEqual(['late', 'of-b', 'of-a']);
    expect(listed.flatMap(({ videos }) => videos.map(({ state }) => state))).toEqual(['saved', 'saved', 'saved']);

    const doctor = await b.runCli(['doctor']);
    expect([doctor.code, doctor.stdout]).toEqual([1, '']);
    expect(doctor.stderr).toMatch(/Start it with ".* serve"/);
    expect((await b.runCli(['doctor', '--diagnostics'])).code).toBe(0);

    // Previews may come meanwhile.
    const films = (): number => [...nodes.shelf.objects.keys()].filter((name) => /\/names\/.*\.mp4$/.test(name)).length;
    const before = films();
    const early = await b.runCli(['store', 'move', '--to', 'disk']);
    expect([early.code, films()]).toEqual([1, before]);
    expect(early.stderr).toContain('still run: a.');
    await a.stop();
    // Of a machine that stopped before it could send what it took.
    const unsent = 'films/names/videos/2026-11/unsent.mp4';
    const [, like] = [...nodes.shelf.objects].find(([name]) => /\/names\/videos\/.*mp4$/.test(name)) ?? [];
    nodes.shelf.objects.set(unsent, like ?? Buffer.alloc(0));
    // One that is started while they are moved, or was frozen then.
    let isStarted = false as boolean;
    nodes.shelf.fault = ({ method, path: asked }) => {
      if (isStarted || method !== 'GET' || !asked.includes('/sha256/')) return null;
      isStarted = true;
      void database.query(
        nodes.url,
        `INSERT INTO video_inbox.nodes VALUES ('c', 'c', clock_timestamp() + interval '1 hour', '{}')`,
      );
      return null;
    };
    const meanwhile = await b.runCli(['store', 'move', '--to', 'disk']);
    expect([isStarted, meanwhile.code]).toEqual([true, 1]);
    expect(meanwhile.stderr).toMatch(/run again: c\..*it moves the rest/);
    nodes.shelf.fault = null;
    await database.query(nodes.url, `DELETE FROM video_inbox.nodes WHERE name = 'c'`);
    const moved = await b.runCli(['store', 'move', '--to', 'disk']);
    expect([moved.code, moved.stderr]).toEqual([0, expect.stringContaining('no task of this library names them: 1.')]);
    const files = await readdir(path.join(b.dataDir, 'videos'), { recursive: true });
    expect(files.filter((name) => name.endsWith('.mp4'))).toHaveLength(3);
    expect([...nodes.shelf.objects.keys()].filter((name) => name.includes('/names/'))).toEqual([unsent]);
    for (const { videos } of shared) {
      const [{ path: name, sizeBytes } = { path: null, sizeBytes: 0 }] = videos;
      expect((await readFile(path.join(b.dataDir, name ?? ''))).length).toBe(sizeBytes);
    }
    await database.stop();
    const away = await b.runCli(['list']);
    expect([away.code, away.stdout]).toEqual([1, '']);
    expect(away.stderr).toContain('The shared database cannot be used');
  });
});
