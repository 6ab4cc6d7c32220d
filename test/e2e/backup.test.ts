/** The lines of docs/backup.md, as they stand there: a library that is copied while callbacks come, and brought back. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInboxes, repoDir } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { listenVideoServer, type VideoServer } from '../support/video-server.ts';

const inboxes = createInboxes({ inTurn: true });
let media: VideoServer;
beforeEach(async () => {
  media = await listenVideoServer();
});
afterEach(async () => {
  await inboxes.close();
  await media.close();
});

it('a library that is copied while callbacks come is there again, and so is what came behind the journal’s copy', async () => {
  const page = await readFile(path.join(repoDir, 'docs/backup.md'), 'utf8');
  const [stopped = '', running = '', back = ''] = [...page.matchAll(/```sh\n([^`]+)```/g)].map(([, lines]) => lines);
  const mp4 = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
  const inbox = await inboxes.start({ args: ['--allow-host', media.host] });
  const folder = path.dirname(inbox.dataDir);
  /** @param changes Whether the library may change meanwhile: tar tells so by ending with 1. */
  function run(lines: string, { changes = false } = {}): void {
    const env = { ...process.env, LIBRARY: inbox.dataDir };
    const { status, stderr } = spawnSync('sh', [changes ? '-c' : '-ec', lines], { cwd: folder, env, encoding: 'utf8' });
    expect(changes ? [0, 1] : [0], stderr).toContain(status);
  }
  async function saved(taskId: string): Promise<string> {
    // No two films have the same bytes, which would be one file.
    const film = Buffer.concat([mp4, Buffer.from([0, 0, 0, 12]), Buffer.from('free'), Buffer.from(taskId.padEnd(4))]);
    await inbox.postCallback(lumaSuccess(taskId, [media.file(`/l/${taskId}.mp4`, film)]));
    return (await inbox.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved')).key;
  }
  const [kept, gone] = [await saved('kept'), await saved('gone')];
  await inbox.call('tasks:tag', [kept], { add: ['mine'] });
  const [umask = '', journal = '', rest = ''] = running.trim().split('\n');
  run([umask, journal].join('\n'), { changes: true });
  await saved('late');
  await inbox.call('tasks:trash', [kept, gone]);
  await inbox.call('tasks:purge', [gone]);
  run([umask, rest].join('\n'), { changes: true });
  const url = new URL(inbox.callbackUrl).pathname;
  await inbox.stop();
  run(stopped);
  run(back);
  run('mkdir -m 700 whole && tar -C whole -xf library.tar');

  const restored = await inboxes.start({ dataDir: path.join(folder, 'restored') });
  expect(new URL(restored.callbackUrl).pathname).toBe(url);
  expect(await restored.call('tasks:get', kept)).toMatchObject({ tags: ['mine'], trashedAt: null });
  const problems = async (): Promise<readonly (string | null)[][]> =>
    (await restored.call('library:doctor', { rebuild: false })).problems.map(({ code, path: file }) => [code, file]);
  const film = 'videos/2026-11/kie-luma_'.replace('2026-11', new Date().toISOString().slice(0, 7));
  expect(await problems()).toEqual([
    ['missing-video', `${film}gone_1.mp4`],
    ['stray-file', `${film}late_1.json`],
    ['stray-file', `${film}late_1.mp4`],
  ]);
  const late = path.join(restored.dataDir, `${film}late_1.mp4`);
  const imported = await inboxes.runCli(['import', late, '--data-dir', restored.dataDir]);
  expect(imported).toMatchObject({ code: 0, stdout: 'kie-luma:late\n' });
  expect(await problems()).toEqual([['missing-video', `${film}gone_1.mp4`]]);
  await restored.stop();

  const whole = await inboxes.start({ dataDir: path.join(folder, 'whole') });
  expect(await whole.call('library:doctor', { rebuild: false })).toMatchObject({ ok: true, tasks: 2, problems: [] });
});
