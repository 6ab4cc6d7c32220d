/**
 * The built program under mixed traffic, with kills, stops, rebuilds and a full disk in between, and an oracle that
 * decides at the end. A quarter of a minute here; `npm run soak -- --minutes N` for long.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import type { DoctorReport } from '../../src-main/common/doctor-report.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { fillDisk, mountSmallDisk } from '../support/small-disk.ts';
import { listenVideoServer } from '../support/video-server.ts';
import { waitUntil } from '../support/wait-until.ts';
import { everyTask } from '../support/every-task.ts';
import { createOracle } from './oracle.ts';
import { createProcessSlopes } from './process-slopes.ts';
import { hmacSecret, startTraffic } from './traffic.ts';

const minutes = Number(process.env['VIDEO_INBOX_SOAK_MINUTES'] ?? '0.25');
const perSecond = Number(process.env['VIDEO_INBOX_SOAK_RATE'] ?? '20');
/** Between one blow and the next; a short run gets each once. */
const pauseMs = Math.max(2000, Math.min(60_000, (minutes * 60_000) / 6));
const settleLimitMs = 120_000;

const tell = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

test(
  'everything that was answered is there',
  async () => {
    const inboxes = createInboxes();
    onTestFinished(() => inboxes.close());
    const media = await listenVideoServer();
    onTestFinished(() => media.close());
    const disk = await mountSmallDisk(await inboxes.tempDir(), 512 + Math.ceil(minutes * perSecond * 60 * 0.07));
    if (disk !== null) onTestFinished(disk.unmount);
    const dataDir = path.join(disk?.dir ?? (await inboxes.tempDir()), 'data');
    let inbox: Inbox = await inboxes.start({
      dataDir,
      args: ['--allow-host', media.host, '--require-signature', 'all'],
      env: { VIDEO_INBOX_SECRET_KIE_HMAC: hmacSecret },
    });
    const oracle = createOracle();
    const slopes = createProcessSlopes();
    const film = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
    const traffic = startTraffic({ callbackUrl: () => inbox.callbackUrl, media, film, oracle, perSecond });

    const blows: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['killed', async () => (inbox = await inbox.restart('SIGKILL'))],
      ['rebuilt', () => examine(true)],
      ['stopped and started', async () => (inbox = await inbox.restart())],
      ['disk full for a while', fullForAWhile],
      ['checked by doctor', () => examine(false)],
    ];
    const patient = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
    /** Reads every film, so it takes as long as that takes: `inbox.call` gives up after half a minute. */
    async function examine(rebuild: boolean): Promise<DoctorReport> {
      const reply = await fetch(`${inbox.localUrl}/call/library:doctor`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${inbox.key}` },
        body: JSON.stringify([{ rebuild }]),
        dispatcher: patient,
      });
      const answer = (await reply.json()) as { readonly ok: boolean; readonly value: DoctorReport };
      if (!answer.ok) throw new Error(JSON.stringify(answer));
      return answer.value;
    }
    async function fullForAWhile(): Promise<void> {
      if (disk === null) return;
      const filler = path.join(disk.dir, 'filler');
      await fillDisk(filler);
      await sleep(pauseMs / 4);
      await rm(filler);
    }

    const unfinished = async () => oracle.unfinished(await everyTask(inbox));
    const endMs = Date.now() + minutes * 60_000;
    for (let turn = 0; Date.now() < endMs; turn += 1) {
      const until = Math.min(endMs, Date.now() + pauseMs);
      while (Date.now() < until) {
        await slopes.sample(inbox.pid);
        await sleep(Math.min(5000, Math.max(1, until - Date.now())));
      }
      const [name, blow] = blows[turn % blows.length] ?? [];
      await blow?.();
      tell(`soak: ${String(name)}; ${String(oracle.promised)} tasks promised; ${slopes.told()}`);
    }
    await traffic.stop();
    // A link that answered 404 is asked again after half a minute; a short run does not wait for that.
    const late = minutes < 1 ? (await unfinished()).map(({ key }) => key) : [];
    // They may come by themselves meanwhile: then there is nothing to retry.
    if (late.length > 0)
      await inbox.call('tasks:retry', late).catch((error: unknown) => expect(String(error)).toContain('conflict'));
    // The oracle says which are missing where no more come.
    for (
      let left = Infinity, now = (await unfinished()).length;
      now > 0 && now < left;
      now = (await unfinished()).length
    ) {
      left = now;
      tell(`soak: ${String(left)} films to come`);
      const fewer = async () => (await unfinished()).length < Math.max(1, left * 0.9);
      await waitUntil(fewer, 'more films', settleLimitMs).catch(() => undefined);
    }

    expect(await oracle.faults(await everyTask(inbox), dataDir)).toEqual([]);
    const { problems } = await examine(false);
    expect(problems).toEqual([]);
    // A dead link is still asked now and then, which changes its task.
    const settled = async () =>
      (await everyTask(inbox)).filter(({ videos }) => videos.every(({ state }) => state === 'saved'));
    const before = await settled();
    inbox = await inbox.restart('SIGKILL');
    expect(await settled()).toEqual(before);
    const files = await readdir(dataDir, { recursive: true });
    expect(files.filter((file) => /\.(part|tmp)$/.test(file))).toEqual([]);
    const answers = [...traffic.answers].map(([status, count]) => `${status}: ${String(count)}`).join(', ');
    tell(`soak: nothing is missing. ${String(oracle.promised)} tasks; answers ${answers}; ${slopes.told()}`);
  },
  minutes * 120_000 + 10 * 60_000,
);
