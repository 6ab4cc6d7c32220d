/** The built command where its surroundings are not as usual: full output, folders of others, addresses that are not there. */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { skipHere } from '../support/skip-here.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes({ inTurn: true });
let inbox: Inbox;

beforeAll(async () => {
  inbox = await inboxes.start();
});
afterAll(() => inboxes.close());

const cliFile = path.join(repoDir, 'dist/main/cli.cjs');
const isLinux = process.platform === 'linux';

describe('output', () => {
  it.for(['help', 'submit --help'])('that cannot be written is an error, not silence (%s)', async (typed, context) => {
    if (!isLinux) skipHere(context, '/dev/full is of Linux');
    const command = `exec "$0" "$1" ${typed} > /dev/full`;
    const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile('sh', ['-c', command, process.execPath, cliFile], (error, _stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stderr }),
      );
    });
    expect(ended.stderr).toBe(
      'The output could not be written: that disk is full. Write it to another place and try again.\n',
    );
    expect(ended.code).toBe(1);
  });

  it('of a body is that body, byte for byte, or an error', async () => {
    const bytes = Buffer.from([0x81, 0xc0, 0x00, 0x9f, 0x0a]);
    const posted = await fetch(inbox.callbackUrl, { method: 'POST', body: bytes });
    expect([posted.status, (await posted.text()).length > 0]).toEqual([400, true]);
    const put = await fetch(inbox.callbackUrl, { method: 'PUT', body: 'x' });
    expect([put.status, (await put.text()).length > 0]).toEqual([405, true]);
    const rows = JSON.parse((await inbox.runCli(['requests', '--json'])).stdout) as { n: number; status: number }[];
    const numberOf = (of: number): string => String(rows.find(({ status }) => status === of)?.n);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [cliFile, 'requests', 'show', numberOf(400), '--raw', '--data-dir', inbox.dataDir],
      { encoding: 'buffer' },
    );
    expect([...stdout]).toEqual([...bytes]);
    expect(await inbox.runCli(['requests', 'show', numberOf(405), '--raw'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `The body of request ${numberOf(405)} was not kept, so it cannot be read or sent again.\n`,
    });
  });
});

describe('half an installation', () => {
  const installed = async (without: RegExp): Promise<string> => {
    const folder = await inboxes.tempDir();
    await cp(path.join(repoDir, 'dist/main'), path.join(folder, 'dist/main'), { recursive: true });
    for (const name of ['video-inbox.cjs', 'end-with-npm.cjs'])
      await cp(path.join(repoDir, 'scripts', name), path.join(folder, 'scripts', name));
    const names = (await readdir(path.join(folder, 'dist/main'))).filter((name) => without.test(name));
    expect(names).not.toEqual([]);
    for (const name of names) await rm(path.join(folder, 'dist/main', name));
    return folder;
  };
  const status = (program: string): Promise<{ code: unknown; stderr: string }> =>
    new Promise((resolve) => {
      const args = [program, 'status', '--data-dir', inbox.dataDir];
      execFile(process.execPath, args, (error, _stdout, stderr) => resolve({ code: error?.code ?? 0, stderr }));
    });

  it('says which file of the program is missing, and what to do', async () => {
    const folder = await installed(/^status-[\w-]+\.cjs$/);
    const ended = await status(path.join(folder, 'dist/main/cli.cjs'));
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^A file of Video Inbox itself is missing \(\S*status-\S+\.cjs\), .*Install Video Inbox again; .*"npm run build"\.\n$/,
    );
  });

  it('says so where the program cannot even begin', async () => {
    const folder = await installed(/^command-line\.cjs$/);
    const ended = await status(path.join(folder, 'scripts/video-inbox.cjs'));
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^A file of Video Inbox itself is missing \(.*command-line\.cjs.*\)\. Install it again/,
    );
    expect(ended.stderr).not.toContain('Require stack');
  });
});

describe('a data folder', () => {
  it('that the system does not let one make is told at once', async (context) => {
    if (!isLinux) skipHere(context, '/proc is of Linux');
    const run = await inboxes.runCli(['serve', '--data-dir', '/proc/video-inbox/library']);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be used') as unknown });
  });

  it('whose place cannot be read is not said to have been moved', async () => {
    const dir = await inboxes.tempDir();
    await mkdir(path.join(dir, 'moved-to.json'));
    const run = await inboxes.runCli(['list', '--data-dir', dir]);
    expect(run).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`The data folder ${dir} cannot be used`) as unknown,
    });
  });

  it('of another user is told as that', async (context) => {
    if (process.getuid?.() === 0 || process.platform === 'win32') skipHere(context, 'root may read everything');
    const dir = await inboxes.tempDir();
    await mkdir(path.join(dir, 'journal'));
    await writeFile(path.join(dir, 'journal/000001.ndjson'), '');
    await chmod(path.join(dir, 'journal/000001.ndjson'), 0);
    const run = await inboxes.runCli(['list', '--data-dir', dir]);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('this user may not') as unknown });
  });
});

describe('films', () => {
  it('are not written where the system does not let one, and that is told at once', async (context) => {
    const { taskId } = await inbox.call('callback:sendTest', { provider: null, fail: false });
    await inbox.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
    const file = path.join(await inboxes.tempDir(), 'a file');
    await writeFile(file, 'of the person');
    expect(await inbox.runCli(['export', taskId, '--to', file])).toMatchObject({
      code: 1,
      stderr: `The copies cannot be written to ${file}: there is a file of that name. Choose another folder with --to.\n`,
    });
    if (!isLinux) skipHere(context, '/proc is of Linux');
    const refused = await inbox.runCli(['export', taskId, '--to', '/proc/video-inbox']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be written') as unknown });
  });

  it('that are none are not said to have come by a link', async () => {
    const file = path.join(await inboxes.tempDir(), 'notes.txt');
    await writeFile(file, 'a text of the person');
    const { code, stderr } = await inbox.runCli(['import', file]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${file}: This file is no video`)]);
  });

  it('of which none matches are not said not to be here at all', async () => {
    expect(await inbox.runCli(['list', '--query', 'nothing-like-that'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(
        /^Nothing in the library matches\.\nLeave out a word .*"npm run cli -- list"\.\n$/,
      ) as string,
    });
    const empty = await inboxes.runCli(['list', '--data-dir', await inboxes.tempDir()]);
    expect(empty.stderr).toBe('Nothing here yet.\n');
  });
});

describe('a copy that has no token', () => {
  it('says so once, and has no callback URL to print', async () => {
    const copy = await inboxes.start({ args: ['--twin', 'http://127.0.0.1:9'] });
    await waitUntil(() => copy.log().includes('\n'), 'a line of the log');
    const url = await copy.runCli(['url']);
    expect(url).toMatchObject({ code: 1, stdout: '' });
    expect(url.stderr).toContain('api-key new --scope twin');
    expect(copy.log().match(/The inbox elsewhere needs a token\./g)).toHaveLength(1);
    expect((await copy.runCli(['status'])).stdout).toContain('not reachable from outside\n');
  });
});
