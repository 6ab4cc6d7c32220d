/** A folder that was set back to an older state, as from a backup: the other inbox's, and the copy's. */
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EventDraft } from '../../../src-main/common/events.ts';
import type { EventLog, StampedEvent } from '../../../src-main/node/event-log/event-log.ts';
import { openNdjsonLog } from '../../../src-main/node/event-log/ndjson-log.ts';
import { createHttpListener } from '../../../src-main/node/http-listener.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { openLibraryOn, type Library } from '../../../src-main/node/projections/library.ts';
import { createSeenOrigins } from '../../../src-main/node/sync/seen-origins.ts';
import { createSyncApp } from '../../../src-main/node/sync/sync-app.ts';
import { openSyncIdentity } from '../../../src-main/node/sync/sync-identity.ts';
import { createTakeEvents } from '../../../src-main/node/inbox/machines/take-events.ts';
import { createTwinClient } from '../../../src-main/node/sync/twin-client.ts';
import { startTwinFollower, type TwinFollower } from '../../../src-main/node/sync/twin-follower.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

interface Machine {
  readonly log: EventLog;
  readonly library: Library;
  close(): Promise<void>;
}

let dir: string;
let there: Machine;
let here: Machine;
let port: number;
let follower: TwinFollower | null;

beforeEach(async () => {
  dir = await tempDir();
  follower = null;
  port = 0;
  there = await openThere();
  here = await openMachine('here');
  onTestFinished(async () => {
    await follower?.close();
    await here.close();
    await there.close();
  });
});

const folder = (name: string): string => path.join(dir, name);

async function openMachine(name: string): Promise<Machine> {
  const log = await openNdjsonLog({ dir: path.join(folder(name), 'journal'), log: silentLog, now: () => new Date() });
  const library = await openLibraryOn(log, {
    indexDir: path.join(folder(name), 'index'),
    log: silentLog,
    beside: [],
  });
  return {
    log,
    library,
    async close() {
      await library.close();
      await log.close();
    },
  };
}

/** Listens where it did before. */
async function openThere(): Promise<Machine> {
  const machine = await openMachine('there');
  const nothing = () => Promise.resolve();
  const seen = createSeenOrigins(machine.log);
  const closing = new AbortController();
  const app = createSyncApp({
    identity: await openSyncIdentity(path.join(folder('there'), 'sync.json')),
    events: machine.log,
    scopeOf: () => 'twin',
    take: createTakeEvents({
      library: machine.library,
      seen,
      places: { moveToTrash: nothing, moveBack: nothing },
      removals: { note: () => Promise.resolve(), remove: () => Promise.resolve(0) },
      plan: { forget: nothing },
      retryNow: () => undefined,
    }),
    tunnelStatus: () => ({
      kind: 'none',
      state: 'offline',
      publicUrl: null,
      callbackUrl: 'http://127.0.0.1:1/c/x',
      provenAt: null,
      message: null,
    }),
    findMedia: () => Promise.resolve(null),
    closing: closing.signal,
    nowMs: () => performance.now(),
    log: silentLog,
  });
  const listener = await createHttpListener({
    name: 'sync',
    flag: 'sync-port',
    port,
    usualPort: port,
    app,
    maxConnections: 64,
  }).listen();
  ({ port } = listener);
  return {
    ...machine,
    async close() {
      closing.abort();
      await listener.close(0);
      seen.close();
      await machine.close();
    },
  };
}

async function follow(): Promise<void> {
  follower = await startTwinFollower({
    file: path.join(folder('here'), 'twin.json'),
    events: here.log,
    client: createTwinClient(
      () => `http://127.0.0.1:${String(port)}`,
      () => 'token',
    ),
    node: 'copy',
    statusChanged: () => undefined,
    log: silentLog,
  });
}

async function unfollow(): Promise<void> {
  await follower?.close();
  follower = null;
}

const keep = (name: string) => cp(folder(name), folder(`${name}-kept`), { recursive: true });
async function setBack(name: string): Promise<void> {
  await rm(folder(name), { recursive: true });
  await cp(folder(`${name}-kept`), folder(name), { recursive: true });
}

async function all(log: EventLog): Promise<readonly StampedEvent[]> {
  const found: StampedEvent[] = [];
  await log.read(null, (event) => void found.push(event));
  return found;
}

const result = (taskId: string): EventDraft => ({
  type: 'result',
  source: 'callback',
  read: {
    provider: 'kie-luma',
    certain: true,
    family: 'kie',
    taskId,
    result: {
      state: 'processing',
      stateWord: null,
      message: null,
      prompt: null,
      sourceUrl: null,
      thumbnailUrl: null,
      videoUrls: [],
      needsApiKey: false,
      model: null,
      credits: null,
      expiresAfterSeconds: null,
    },
  },
  trust: 'unsigned',
  evidence: null,
  tags: [],
});
const titled = (taskId: string, title: string): EventDraft => ({ type: 'titled', key: `kie-luma:${taskId}`, title });
const tasksOf = ({ library }: Machine): readonly string[] =>
  [...library.newestFirst()]
    .map(({ taskId, title, deliveries }) => `${taskId} ${title ?? ''} ${deliveries}`)
    .toSorted();

describe('the inbox elsewhere is set back to an older state', () => {
  beforeEach(async () => {
    await there.log.append(['a', 'b'].map(result));
    await follow();
    await waitUntil(() => tasksOf(here).length === 2, 'the copy');
    await there.close();
    await keep('there');
    there = await openThere();
    // Behind the backup: callbacks, and what a person did on both.
    await there.log.append(['lost-1', 'lost-2'].map(result));
    await waitUntil(() => tasksOf(here).length === 4, 'what came meanwhile');
    await here.log.append([titled('a', 'named here')]);
    await waitUntil(() => tasksOf(there).includes('a named here 1'), 'the title to arrive');
    await waitUntil(async () => (await all(here.log)).length === 6, 'it to come back');
  });

  // As many new events as were lost, so that the number the copy waits behind is somebody else's; and fewer, and more.
  it.each([
    ['while the copy runs', 1],
    ['while the copy runs', 3],
    ['while the copy runs', 40],
    ['while the copy is off', 1],
    ['while the copy is off', 3],
    ['while the copy is off', 40],
  ])('%s, and has taken %i callbacks by then: each is on the copy once', async (when, count) => {
    const isOff = when === 'while the copy is off';
    if (isOff) await unfollow();
    await there.close();
    await setBack('there');
    there = await openThere();
    const fresh = Array.from({ length: count }, (_, n) => `new-${String(n)}`);
    await there.log.append(fresh.map(result));
    if (isOff) {
      await here.log.append([titled('b', 'named offline')]);
      await follow();
    }
    const named = isOff ? 'b named offline 1' : 'b  1';
    await waitUntil(
      () => tasksOf(there).includes('a named here 1') && tasksOf(there).includes(named),
      'what was lost of the marks to be there again',
    );
    const right = [...fresh.map((id) => `${id}  1`), 'a named here 1', named];
    expect(tasksOf(there)).toEqual(right.toSorted());
    await waitUntil(() => tasksOf(here).length === count + 4, 'the new ones to be here');
    // And what it lost stays here, where it is the only one.
    expect(tasksOf(here)).toEqual([...right, 'lost-1  1', 'lost-2  1'].toSorted());
    await waitUntil(
      () => follower?.status().message?.includes('Tasks that are only here now: 2') === true,
      'a word of it',
    );
    expect(follower?.status().message).toContain('kie-luma:lost-1, kie-luma:lost-2');
    // Until it is there again; and what comes later comes as ever, also behind another start.
    await there.log.append([result('lost-1'), result('later')]);
    await waitUntil(() => follower?.status().message?.includes('only here now: 1') === true, 'one that is there again');
    await unfollow();
    await there.log.append([result('lost-2'), result('last')]);
    await follow();
    await waitUntil(() => tasksOf(here).includes('last  1'), 'what came later');
    await waitUntil(() => follower?.status().message === null, 'nothing to be only here');
    expect(tasksOf(here)).toEqual([...right, 'lost-1  2', 'lost-2  2', 'later  1', 'last  1'].toSorted());
  });

  it('and gets what it lost again, as from the journal of another machine: each is on the copy once', async () => {
    const lost = (await all(there.log)).find((event) => event.type === 'result' && event.read.taskId === 'lost-1');
    await there.close();
    await setBack('there');
    there = await openThere();
    const isTold = (count: number) => () => follower?.status().message?.includes(`only here now: ${String(count)}`);
    await waitUntil(isTold(2), 'a word of what it lost');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(lost?.at ?? '') });
    onTestFinished(() => void vi.useRealTimers());
    await there.log.append([result('lost-1')]);
    vi.useRealTimers();
    await waitUntil(isTold(1), 'one that is there again');
    expect(tasksOf(here)).toContain('lost-1  1');
  });
});

it('an order that the inbox elsewhere lost with its log is waited for there again, and one that was removed is not', async () => {
  await there.log.append([result('a')]);
  await follow();
  await waitUntil(() => tasksOf(here).length === 1, 'the copy');
  await there.close();
  await keep('there');
  there = await openThere();
  const watched = (taskId: string): EventDraft => ({
    ...{
      type: 'watched',
      provider: 'kie-luma',
      taskId,
      prompt: 'rain',
      submission: 's1',
      askAt: 'https://example.com/ask',
    },
  });
  await there.log.append([watched('paid'), watched('removed')]);
  await waitUntil(() => tasksOf(here).length === 3, 'what was ordered');
  await there.log.append([{ type: 'purged', keys: ['kie-luma:removed'] }]);
  await waitUntil(() => tasksOf(here).length === 2, 'one to be removed');
  await there.close();
  await setBack('there');
  there = await openThere();
  await waitUntil(() => tasksOf(there).some((task) => task.startsWith('paid')), 'it to be watched again');
  const again = (await all(there.log)).flatMap((event) => (event.type === 'watched' ? event : []));
  expect(again).toEqual([expect.objectContaining({ taskId: 'paid', prompt: 'rain' })]);
  expect(again[0]).not.toHaveProperty('askAt');
  await unfollow();
});

it('the copy is set back to an older state: what is done there behind it counts, though its numbers were used', async () => {
  await there.log.append(['a', 'b', 'c'].map(result));
  await follow();
  await waitUntil(() => tasksOf(here).length === 3, 'the copy');
  await unfollow();
  await here.close();
  await keep('here');
  here = await openMachine('here');
  await follow();
  await here.log.append(Array.from({ length: 12 }, (_, n) => titled('a', `title ${String(n)}`)));
  await waitUntil(() => tasksOf(there).includes('a title 11 1'), 'the marks to arrive');
  await unfollow();
  await here.close();
  await setBack('here');
  here = await openMachine('here');
  // Offline at first.
  const home = port;
  port = 1;
  await follow();
  await here.log.append([titled('b', 'behind it'), titled('c', 'as well')]);
  await unfollow();
  port = home;
  await follow();
  await waitUntil(() => tasksOf(there).includes('c as well 1'), 'what was done since to arrive');
  expect(tasksOf(there)).toEqual(['a title 11 1', 'b behind it 1', 'c as well 1']);
  await waitUntil(() => tasksOf(here).join() === tasksOf(there).join(), 'both to be alike');
  await unfollow();
});
