/** What was answered 2xx is there after a kill, and damage on the disk loses nothing that can be saved. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { startBurst } from '../support/callback-burst.ts';
import { everyTask } from '../support/every-task.ts';
import { createInboxes, type Inbox } from '../support/inbox-process.ts';
import { journalLines } from '../support/journal-lines.ts';
import { lumaFailure, lumaSuccess } from '../support/kie-callbacks.ts';
import { skipHere } from '../support/skip-here.ts';
import { fillDisk, mountSmallDisk, noMount } from '../support/small-disk.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes();
/** For what is shown of a library that an inbox finds, whatever became of the one before it. */
const inTurn = createInboxes({ inTurn: true });
afterEach(async () => {
  await inboxes.close();
  await inTurn.close();
});

async function post(inbox: Inbox, ...taskIds: string[]): Promise<void> {
  for (const taskId of taskIds) expect((await inbox.postCallback(lumaFailure(taskId))).status).toBe(200);
}

const tasksOf = (inbox: Inbox): Promise<readonly TaskView[]> => inbox.call('tasks:list', { state: null, limit: 500 });

const idsOf = async (inbox: Inbox): Promise<string[]> => (await tasksOf(inbox)).map(({ taskId }) => taskId).sort();

describe('killed in the middle of a burst', () => {
  it('has every answered callback after the restart, once, round after round', async () => {
    const rounds = 8;
    let inbox = await inboxes.start();
    const promised: string[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      // Every other round with a video, so that downloads are queued, tried and given up while the kill comes.
      const bodyOf = (taskId: string) =>
        round % 2 === 0 ? lumaSuccess(taskId, ['http://127.0.0.1:9/a.mp4']) : lumaFailure(taskId);
      const burst = startBurst(inbox.callbackUrl, `round-${round}`, 16, bodyOf);
      const killAfterMs = Math.round(30 + Math.random() * 700);
      await new Promise((later) => setTimeout(later, killAfterMs));
      const restarted = inbox.restart('SIGKILL');
      await burst.over;
      inbox = await restarted;
      promised.push(...burst.answered);
    }
    expect(promised.length).toBeGreaterThan(rounds);

    const deliveriesById = new Map((await everyTask(inbox)).map((task) => [task.taskId, task.deliveries]));
    const wrong = promised.filter((taskId) => deliveriesById.get(taskId) !== 1);
    expect(wrong).toEqual([]);
    const deliveries = (await journalLines(inbox.dataDir)).filter((event) => event.type === 'result');
    expect(new Set(deliveries.map(({ read }) => read.taskId)).size).toBe(deliveries.length);
    expect((await inbox.call('app:status')).tasks.total).toBe(deliveries.length);
  });

  it('clears what the kill left of a save, and nothing of anybody else', async () => {
    const inbox = await inboxes.start();
    await post(inbox, 'task-1');
    await inbox.stop('SIGKILL');
    const left = [
      'callback-urls.json.copy.bb62230f.tmp',
      'submissions.json.bb62230f.tmp',
      'journal/writer.0a1b2c3d.tmp',
    ];
    const others = ['notes.json.bb62230f.tmp', 'callback-urls.json.tmp'];
    for (const name of [...left, ...others]) await writeFile(path.join(inbox.dataDir, name), '{"half": ');
    const restarted = await inbox.restart();
    const names = await readdir(inbox.dataDir, { recursive: true });
    expect(names.filter((name) => name.endsWith('.tmp')).sort()).toEqual(others.sort());
    expect(await idsOf(restarted)).toEqual(['task-1']);
  });

  it('has them also where the index is lost as well', async () => {
    const inbox = await inboxes.start();
    const burst = startBurst(inbox.callbackUrl, 'burst', 16, (taskId) => lumaFailure(taskId));
    await new Promise((later) => setTimeout(later, 800));
    await inbox.stop('SIGKILL');
    await burst.over;
    await rm(path.join(inbox.dataDir, 'index'), { recursive: true });
    const again = await inboxes.start({ dataDir: inbox.dataDir });
    const deliveriesById = new Map((await everyTask(again)).map((task) => [task.taskId, task.deliveries]));
    expect(burst.answered.filter((taskId) => deliveriesById.get(taskId) !== 1)).toEqual([]);
  });
});

it('an inbox mends by itself, once it takes callbacks, what an earlier version made of the same events', async () => {
  const inbox = await inTurn.start();
  await post(inbox, 'task-1');
  await inbox.stop();
  const index = path.join(inbox.dataDir, 'index');
  const page = path.join(index, 'page-000000.json');
  const before = await readFile(page);
  const again = await inbox.restart();
  await post(again, 'task-2');
  await again.stop();
  // A page that lacks a task although the checkpoint says that it has all, and nothing of who folded it.
  await writeFile(page, before);
  const checkpoint = await readFile(path.join(index, 'checkpoint.json'), 'utf8');
  await writeFile(path.join(index, 'checkpoint.json'), checkpoint.replace(/"fold":\d+,/, ''));
  const mended = await again.restart();
  await waitUntil(async () => (await idsOf(mended)).length === 2, 'both tasks');
  expect(await idsOf(mended)).toEqual(['task-1', 'task-2']);
});

describe('a machine with little memory', () => {
  it('takes or puts off many large bodies at once, and loses none that it took', async () => {
    const inbox = await inboxes.start({ env: { NODE_OPTIONS: '--max-old-space-size=128' } });
    // Of many names, so that they are read into twenty times their size.
    const items = Array.from({ length: 60_000 }, (_, n) => `{"k${n}":"v${n}","n":[${n}]}`).join(',');
    const send = async (n: number): Promise<readonly [string, number | 'cut']> => {
      const id = `large-${n}`;
      const body = `{"taskId":"${id}","status":"processing","data":[${items}]}`;
      // Who is put off while it still sends is cut off.
      return [
        id,
        await inbox.postCallback(body).then(
          ({ status }) => status,
          () => 'cut' as const,
        ),
      ];
    };
    const answers = await Promise.all(Array.from({ length: 24 }, (_, n) => send(n)));
    const taken = answers.flatMap(([id, status]) => (status === 200 ? [id] : []));
    expect(taken.length).toBeGreaterThan(0);
    expect(answers.filter(([, status]) => status !== 200 && status !== 429 && status !== 'cut')).toEqual([]);
    const stored = new Set(await idsOf(inbox));
    expect(taken.filter((id) => !stored.has(id))).toEqual([]);
    // Whose answer did not come in time on a busy machine sends again.
    const putOff = answers.flatMap(([id, status]) => (status === 429 ? [id] : []));
    expect(putOff.filter((id) => stored.has(id))).toEqual([]);
  });
});

describe('told to end in the middle of a callback', () => {
  it('takes the rest of it, stores it, answers, and then ends', async () => {
    const inbox = await inboxes.start();
    const body = JSON.stringify(lumaFailure('cut-in-half'));
    const head = `POST ${new URL(inbox.callbackUrl).pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`;
    const sender = connect(inbox.callbackPort, '127.0.0.1');
    let received = '';
    sender.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
    const hungUp = once(sender, 'close');
    sender.write(head + body.slice(0, body.length / 2));
    // It reads in the order in which something comes: behind these, that has surely been read.
    for (let n = 0; n < 3; n += 1) await inbox.call('app:status');
    const end = inbox.stop('SIGTERM');
    await waitUntil(() => isRefused(inbox.callbackPort), 'the listener to take no more connections');
    sender.write(body.slice(body.length / 2));
    await hungUp;
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(await end).toEqual({ code: 0, signal: null });
    const deliveries = (await journalLines(inbox.dataDir)).filter((event) => event.type === 'result');
    expect(deliveries).toMatchObject([{ read: { taskId: 'cut-in-half' } }]);
    expect(await idsOf(await inboxes.start({ dataDir: inbox.dataDir }))).toEqual(['cut-in-half']);
  });
});

/** True where nothing listens on the port any more. */
function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1');
    probe.once('connect', () => resolve(false)).once('error', () => resolve(true));
    probe.once('connect', () => probe.destroy());
  });
}

describe('a full disk', () => {
  it('answers 503 with Retry-After, keeps nothing half, and goes on when there is room', async (context) => {
    const mount = await mountSmallDisk(await inboxes.tempDir(), 8);
    if (mount === null) return skipHere(context, noMount);
    try {
      let inbox = await inboxes.start({ dataDir: path.join(mount.dir, 'data') });
      const stored = ['before-1', 'before-2'];
      await post(inbox, ...stored);

      const filler = path.join(mount.dir, 'filler');
      await fill(filler);
      // What is left of the last page may still take a few.
      let refused = await inbox.postCallback(lumaFailure('full-0'));
      for (let n = 1; refused.status === 200 && n < 200; n += 1) {
        stored.push(`full-${n - 1}`);
        refused = await inbox.postCallback(lumaFailure(`full-${n}`));
      }
      expect(refused.status).toBe(503);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect(JSON.parse(refused.text)).toMatchObject({
        code: 503,
        msg: expect.stringMatching(/free some space and send it again/i) as string,
      });
      expect(await idsOf(inbox)).toEqual([...stored].sort());
      const large = await inbox.postCallback({ ...lumaFailure('large'), padding: 'x'.repeat(100_000) });
      expect(large.status).toBe(503);
      const storageIs = (state: string) => async () => (await inbox.call('app:status')).storage.state === state;
      await waitUntil(storageIs('full'), 'the status to tell it');
      expect((await inbox.runCli(['status'])).stdout).toMatch(/callbacks are refused/);

      await rm(filler);
      await waitUntil(storageIs('ok'), 'the status to tell that there is room');
      await post(inbox, 'after-1');
      stored.push('after-1');
      expect(await idsOf(inbox)).toEqual([...stored].sort());
      inbox = await inbox.restart('SIGKILL');
      expect(await idsOf(inbox)).toEqual([...stored].sort());
      const seqs = (await journalLines(inbox.dataDir)).map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      await inbox.stop();
    } finally {
      await inboxes.kill();
      mount.unmount();
    }
  });

  it.for([
    ['ended', 'SIGTERM'],
    ['killed', 'SIGKILL'],
  ] as const)(
    'lets an inbox start that was %s, with all it had answered, and goes on by itself',
    async ([, signal], context) => {
      const mount = await mountSmallDisk(await inboxes.tempDir(), 8);
      if (mount === null) return skipHere(context, noMount);
      const filler = path.join(mount.dir, 'filler');
      const filler2 = path.join(mount.dir, 'filler-2');
      try {
        const dataDir = path.join(mount.dir, 'data');
        const first = await inboxes.start({ dataDir });
        await post(first, 'kept-1', 'kept-2');
        await fill(filler);
        // Answers 200 as long as a page has room left.
        const late = await first.postCallback(lumaFailure('late'));
        const stored = ['kept-1', 'kept-2', ...(late.status === 200 ? ['late'] : [])];
        await first.stop(signal);
        if (signal === 'SIGKILL') {
          // Half a line, for which there was room just now.
          await rm(filler);
          await appendFile(await segmentOf(dataDir), '{"v":1,"seq":4,"type":"deli');
        }
        await fillDisk(filler2);

        let inbox = await inboxes.start({ dataDir });
        const storageIs = (state: string) => async () => (await inbox.call('app:status')).storage.state === state;
        expect(await idsOf(inbox)).toEqual(stored);
        await waitUntil(storageIs('full'), 'the status to tell it');
        const refused = await inbox.postCallback(lumaFailure('full'));
        expect(refused.status).toBe(503);
        expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
        expect(JSON.parse(refused.text)).toMatchObject({ msg: expect.stringMatching(/free some space/i) as string });
        const second = await inboxes.runCli(['serve', '--data-dir', dataDir, '--callback-port', '0']);
        expect(second).toMatchObject({ code: 1, stderr: expect.stringMatching(/already/i) as string });

        inbox = await inbox.restart('SIGKILL');
        expect(await idsOf(inbox)).toEqual(stored);
        await rm(filler, { force: true });
        await rm(filler2);
        await waitUntil(storageIs('ok'), 'the status to tell that there is room');
        await post(inbox, 'room');
        const toldByCli = async () => (await inbox.runCli(['status', '--json'])).code === 0;
        await waitUntil(toldByCli, 'the command line to find the inbox');
        inbox = await inbox.restart('SIGKILL');
        expect(await idsOf(inbox)).toEqual([...stored, 'room'].sort());
        const seqs = (await journalLines(dataDir)).map(({ seq }) => seq);
        expect(seqs).toEqual(seqs.map((_, index) => index + 1));
        await inbox.stop();
      } finally {
        await inboxes.kill();
        mount.unmount();
      }
    },
  );

  it('is told where a library would be new on it', async (context) => {
    const mount = await mountSmallDisk(await inboxes.tempDir(), 8);
    if (mount === null) return skipHere(context, noMount);
    try {
      await fill(path.join(mount.dir, 'filler'));
      const run = await inboxes.runCli(['serve', '--data-dir', path.join(mount.dir, 'data'), '--callback-port', '0']);
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(/that disk is full/);
    } finally {
      await inboxes.kill();
      mount.unmount();
    }
  });
});

describe('damage on the disk', () => {
  /** A library of three tasks, whose index is on disk. */
  async function stoppedLibrary(): Promise<{ readonly dataDir: string; readonly before: readonly TaskView[] }> {
    const inbox = await inTurn.start();
    await post(inbox, 'damage-1', 'damage-2', 'damage-3');
    const before = await tasksOf(inbox);
    await inbox.stop();
    return { dataDir: inbox.dataDir, before };
  }

  it.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['of another kind', () => '"hello"'],
    ['full of zeros', (text: string) => '\0'.repeat(text.length)],
  ])('an index whose files are %s is made again from the journal', async (_what, damage) => {
    const { dataDir, before } = await stoppedLibrary();
    const files = (await readdir(path.join(dataDir, 'index'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) await writeFile(file, damage(await readFile(file, 'utf8')));
    const inbox = await inTurn.start({ dataDir });
    expect(await tasksOf(inbox)).toEqual(before);
  });

  it('a broken line in the middle of the journal costs that line at most, and is told', async () => {
    const { dataDir, before } = await stoppedLibrary();
    const segment = await segmentOf(dataDir);
    const lines = (await readFile(segment, 'utf8')).split('\n');
    const broken = lines.findIndex((line) => line.includes('damage-2'));
    lines[broken] = (lines[broken] ?? '').replace('{', '#');
    await writeFile(segment, lines.join('\n'));

    let inbox = await inTurn.start({ dataDir });
    expect(await tasksOf(inbox)).toEqual(before); // the index still knows it
    const report = await inbox.call('library:doctor', { rebuild: false });
    expect(report.problems).toContainEqual(
      expect.objectContaining({ path: expect.stringMatching(/^journal\//) as string }),
    );
    expect(await tasksOf(inbox)).toEqual(before); // and a look at the damage did not make it worse
    await inbox.stop();

    await rm(path.join(dataDir, 'index'), { recursive: true });
    inbox = await inTurn.start({ dataDir });
    expect(await idsOf(inbox)).toEqual(['damage-1', 'damage-3']);
    await post(inbox, 'damage-4');
    inbox = await inbox.restart('SIGKILL');
    expect(await idsOf(inbox)).toEqual(['damage-1', 'damage-3', 'damage-4']);
  });

  it.each([
    ['half a line', '{"v":1,"seq":4,"type":"deli'],
    ['zeros', '\0'.repeat(300)],
    ['half a character', Buffer.from('{"v":1,"seq":4,"body":"ü').subarray(0, -1)],
  ])('a torn end of the journal (%s) is cut off, and the next callback is kept', async (_what, tail) => {
    const { dataDir, before } = await stoppedLibrary();
    await appendFile(await segmentOf(dataDir), tail);
    let inbox = await inTurn.start({ dataDir });
    expect(await tasksOf(inbox)).toEqual(before);
    await post(inbox, 'damage-4');
    inbox = await inbox.restart('SIGKILL');
    expect(await idsOf(inbox)).toEqual(['damage-1', 'damage-2', 'damage-3', 'damage-4']);
    expect((await journalLines(dataDir)).map(({ seq }) => seq)).toHaveLength(4);
  });

  it.each(['hello', '{"half":', '[]', 'null', '42'])('settings.json with %j in it stops nothing', async (text) => {
    const { dataDir, before } = await stoppedLibrary();
    await writeFile(path.join(dataDir, 'settings.json'), text);
    const inbox = await inTurn.start({ dataDir });
    expect(await tasksOf(inbox)).toEqual(before);
    await post(inbox, 'damage-4');
    const names = (await readdir(dataDir)).filter((name) => name.startsWith('settings.json'));
    const kept = await Promise.all(names.map((name) => readFile(path.join(dataDir, name), 'utf8')));
    expect(kept).toContain(text); // what someone wrote by hand is put aside, not thrown away
    if (names.length > 1) expect(inbox.log()).toMatch(/settings/i);
  });

  it.each(['', 'hello', '{"urls":7}'])(
    'callback-urls.json with %j in it does not change the callback URL',
    async (text) => {
      const first = await inTurn.start();
      await first.stop();
      await writeFile(path.join(first.dataDir, 'callback-urls.json'), text);
      const second = await inTurn.start({ dataDir: first.dataDir });
      expect(new URL(second.callbackUrl).pathname).toBe(new URL(first.callbackUrl).pathname);
    },
  );

  it.each(['', 'hello', '{"pid":1}', '[]'])('instance.json with %j in it is taken over', async (text) => {
    const { dataDir, before } = await stoppedLibrary();
    await writeFile(path.join(dataDir, 'instance.json'), text);
    expect(await tasksOf(await inTurn.start({ dataDir }))).toEqual(before);
  });
});

describe('a data dir that cannot be used', () => {
  async function refusal(dataDir: string): Promise<string> {
    const run = await inboxes.runCli(['serve', '--data-dir', dataDir, '--callback-port', '0', '--local-port', '0']);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain(dataDir);
    expect(run.stderr).not.toMatch(/^\s+at /m);
    return run.stderr;
  }

  it('because a file is in its place, says so and leaves the file alone', async () => {
    const file = path.join(await inTurn.tempDir(), 'file');
    await writeFile(file, 'mine');
    expect(await refusal(file)).toMatch(/file/);
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('because a file is above it', async () => {
    const file = path.join(await inTurn.tempDir(), 'file');
    await writeFile(file, 'mine');
    await refusal(path.join(file, 'data'));
  });

  it('because a file is in the place of the journal folder', async () => {
    const dir = await inTurn.tempDir();
    await writeFile(path.join(dir, 'journal'), 'mine');
    await refusal(dir);
    expect(await readFile(path.join(dir, 'journal'), 'utf8')).toBe('mine');
  });

  it('because its disk is read-only, for a new library and for one that was there before', async (context) => {
    const mount = await mountSmallDisk(await inTurn.tempDir(), 8);
    if (mount === null) return skipHere(context, noMount);
    try {
      const dataDir = path.join(mount.dir, 'data');
      const inbox = await inTurn.start({ dataDir });
      await post(inbox, 'before-1');
      await inbox.stop();
      const remount = (mode: string) => execFileSync('mount', ['-o', `remount,${mode}`, mount.dir]);
      remount('ro');
      for (const dir of [dataDir, path.join(mount.dir, 'new')]) {
        const said = await refusal(dir);
        expect(said).toMatch(/that disk is read-only\. Nothing was changed\. Choose another folder with --data-dir/);
      }
      remount('rw');
      expect(await idsOf(await inTurn.start({ dataDir }))).toEqual(['before-1']);
    } finally {
      await inTurn.kill();
      mount.unmount();
    }
  });
});

async function segmentOf(dataDir: string): Promise<string> {
  const names = await readdir(path.join(dataDir, 'journal'));
  return path.join(
    dataDir,
    'journal',
    names
      .filter((name) => name.endsWith('.ndjson'))
      .sort()
      .at(-1) ?? '',
  );
}

/** Takes all the room there is, to the last block. */
async function fill(file: string): Promise<void> {
  await fillDisk(file);
  expect((await statfs(path.dirname(file))).bavail).toBe(0);
  expect((await stat(file)).size).toBeGreaterThan(0);
}
