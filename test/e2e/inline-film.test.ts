/** A film that stands inside the callback: on the disk with the same bytes, like any other. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';

const inboxes = createInboxes({ inTurn: true });
let inbox: Inbox;
let film: Buffer;

beforeAll(async () => {
  film = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
  inbox = await inboxes.start();
});
afterAll(() => inboxes.close());

async function expectSaved(taskId: string): Promise<void> {
  const task = await inbox.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
  expect(task).toMatchObject({ state: 'succeeded', videos: [{ container: 'mp4', sizeBytes: film.length }] });
  expect(task.videos).toHaveLength(1);
  const file = path.join(inbox.dataDir, task.videos[0]?.path ?? '');
  expect((await readFile(file)).equals(film)).toBe(true);
}

describe('a film inside the body', () => {
  it('as a data URI', async () => {
    const video = `data:video/mp4;base64,${film.toString('base64')}`;
    const reply = await inbox.postCallback({ id: 'inline-1', status: 'COMPLETED', output: { video } });
    expect(reply.status).toBe(200);
    await expectSaved('inline-1');
  });

  it('as base64 in a list of files', async () => {
    const videos = [{ filename: 'a.mp4', type: 'base64', data: film.toString('base64') }];
    expect((await inbox.postCallback({ id: 'inline-2', status: 'COMPLETED', output: { videos } })).status).toBe(200);
    await expectSaved('inline-2');
  });

  it('of more than the limit of an ordinary body', async () => {
    await inbox.call('settings:update', { callbacks: { bodyLimitMiB: 0.25, filmBodyLimitMiB: 2 } });
    // Bytes behind the last box are part of the file as it came.
    const large = Buffer.concat([film, Buffer.alloc(600 * 1024)]);
    const body = {
      id: 'inline-3',
      status: 'COMPLETED',
      output: { video: `data:video/mp4;base64,${large.toString('base64')}` },
    };
    expect((await inbox.postCallback(body)).status).toBe(200);
    expect((await inbox.postCallback({ id: 'long', status: 'failed', logs: 'x'.repeat(600 * 1024) })).status).toBe(413);
    await inbox.call('settings:update', { callbacks: { filmBodyLimitMiB: 0.5 } });
    const refused = await inbox.postCallback({ ...body, id: 'inline-4' });
    expect(refused.status).toBe(413);
    expect(refused.text).toMatch(/larger than/);
    await inbox.call('settings:update', { callbacks: { bodyLimitMiB: 4, filmBodyLimitMiB: 32 } });
  });

  it('is there again for a repeat that is only counted, after its task was removed for good', async () => {
    const body = {
      id: 'inline-6',
      status: 'COMPLETED',
      output: { video: `data:video/mp4;base64,${film.toString('base64')}` },
    };
    for (let sent = 0; sent < 3; sent++) await inbox.postCallback(body);
    await expectSaved('inline-6');
    await rm(path.join(inbox.dataDir, 'inline'), { recursive: true });
    await mkdir(path.join(inbox.dataDir, 'inline'));
    const { key } = await inbox.waitForTask('inline-6', () => true);
    await inbox.call('tasks:trash', [key]);
    expect(await inbox.call('tasks:purge', [key])).toEqual({ purged: 1 });
    expect((await inbox.postCallback(body)).status).toBe(200);
    await expectSaved('inline-6');
  });

  it('survives a crash between the answer and the saving', async () => {
    const other = Buffer.from(film);
    const body = {
      id: 'inline-5',
      status: 'COMPLETED',
      output: { video: `data:video/mp4;base64,${other.toString('base64')}` },
    };
    expect((await inbox.postCallback(body)).status).toBe(200);
    inbox = await inbox.restart('SIGKILL');
    await expectSaved('inline-5');
  });
});
