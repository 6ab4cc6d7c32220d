/** A copy and an inbox elsewhere that is another version of the program, or answers in ways of its own. */
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { InboxError } from '../../../src-main/common/errors.ts';
import type { EventDraft, StampedEvent } from '../../../src-main/common/events.ts';
import { parseEvent, type ParsedEvent } from '../../../src-main/common/parse-event.ts';
import { tunnelTextsEn } from '../../../src-main/common/texts/en-tunnel.ts';
import { asTold, told } from '../../../src-main/common/texts/sentence.ts';
import type { EventLog } from '../../../src-main/node/event-log/event-log.ts';
import { openNdjsonLog } from '../../../src-main/node/event-log/ndjson-log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import type { RemotePage, SentEvents, TwinClient } from '../../../src-main/node/sync/twin-client.ts';
import { startTwinFollower, type TwinFollowerPorts } from '../../../src-main/node/sync/twin-follower.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

const tunnel = {
  kind: 'url',
  state: 'online',
  publicUrl: 'https://inbox.example.com',
  callbackUrl: 'https://inbox.example.com/c/x',
  provenAt: null,
  message: null,
} as const;

interface Copy extends Pick<TwinFollowerPorts, 'parse'> {
  readonly root: string;
  /** So often its disk takes nothing. */
  readonly timesFull: number;
}

async function copyOf(client: Partial<TwinClient>, { root: known, timesFull = 0, ...ports }: Partial<Copy> = {}) {
  const root = known ?? (await tempDir());
  const log = await openNdjsonLog({ dir: path.join(root, 'journal'), log: silentLog, now: () => new Date() });
  const lights: (string | null)[] = [];
  let full = timesFull;
  const append: EventLog['append'] = (...drafts) => {
    full -= 1;
    return full < 0 ? log.append(...drafts) : Promise.reject(new InboxError('storage-failed', asTold('full')));
  };
  const follower = await startTwinFollower({
    file: path.join(root, 'twin.json'),
    events: { ...log, append },
    client: {
      status: () => Promise.resolve({ node: 'there', tunnel }),
      page: silence,
      send: () => Promise.resolve({ skipped: 0 }),
      media: () => Promise.reject(new Error('no films here')),
      ...client,
    },
    node: 'copy',
    statusChanged: () => lights.push(follower.status().message),
    log: silentLog,
    ...ports,
  });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await follower.close();
    await log.close();
  };
  onTestFinished(close);
  return { root, log, follower, lights, close };
}

/** Nothing new, until the copy has something to send or is closed. */
async function silence(after: string | null, waitS: number, signal: AbortSignal): Promise<RemotePage> {
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, waitS * 1000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve(null);
    });
  });
  signal.throwIfAborted();
  return { node: 'there', next: after ?? 'start', more: false, events: [] };
}

async function all(log: EventLog): Promise<readonly StampedEvent[]> {
  const found: StampedEvent[] = [];
  await log.read(null, (event) => void found.push(event));
  return found;
}

const tagged = (key: string, tag: string): EventDraft => ({ type: 'tagged', keys: [key], add: [tag], remove: [] });

test('a disk of the copy that is full says nothing of the inbox elsewhere, which is reached', async () => {
  const event = { v: 2, seq: 1, at: '2026-11-29T00:00:00.000Z', ...tagged('kie-luma:1', 'new') };
  const { log, follower, lights } = await copyOf(
    {
      page: (after, waitS, signal) =>
        after === null
          ? Promise.resolve({ node: 'there', next: 'behind it', more: false, events: [event] })
          : silence(after, waitS, signal),
    },
    { timesFull: 2 },
  );
  await waitUntil(async () => (await all(log)).length === 1, 'the event to be stored');
  expect([follower.status().state, lights.filter((light) => light !== null)]).toEqual(['online', []]);
});

test('an older inbox refuses one mark: the others arrive, and the person is told of the one', async () => {
  const taken: string[] = [];
  const send = (events: readonly EventDraft[]): Promise<SentEvents> => {
    const tags = events.flatMap((event) => (event.type === 'tagged' ? event.add : []));
    if (tags.includes('of tomorrow')) return Promise.reject(new InboxError('bad-request', asTold('refused')));
    taken.push(...tags);
    return Promise.resolve({ skipped: 0 });
  };
  const { log, follower } = await copyOf({ send });
  const tags = Array.from({ length: 90 }, (_, n) => (n === 41 ? 'of tomorrow' : `tag ${String(n)}`));
  await log.append(tags.map((tag, n) => tagged(`kie-luma:t${String(n)}`, tag)));
  await waitUntil(() => taken.length === 89, 'the others to be sent');
  expect(taken).toEqual(tags.filter((tag) => tag !== 'of tomorrow'));
  await waitUntil(() => follower.status().text?.key === 'twin.notTaken', 'the light to tell of it');
  expect(follower.status().message).toContain('kie-luma:t41');
});

test('what is done on a copy of a copy goes on to the first, and nothing that came from there goes back', async () => {
  const sent: (EventDraft & { readonly origin?: unknown })[] = [];
  const send = (events: readonly EventDraft[]): Promise<SentEvents> => {
    sent.push(...events);
    return Promise.resolve({ skipped: 0 });
  };
  const theirs = { v: 2, seq: 1, at: '2026-11-28T10:00:00.000Z', ...tagged('kie-luma:t1', 'theirs') };
  const page = (after: string | null, waitS: number, signal: AbortSignal): Promise<RemotePage> =>
    after === null
      ? Promise.resolve({ node: 'there', next: 'one', more: false, events: [theirs] })
      : silence(after, waitS, signal);
  const { log } = await copyOf({ page, send });
  await log.append([{ ...tagged('kie-luma:t1', 'further'), origin: { node: 'copy-of-this', k: 7 } }]);
  await log.append([tagged('kie-luma:t1', 'here')]);
  await waitUntil(() => sent.length >= 2, 'both to be sent');
  expect(sent).toEqual([
    { ...tagged('kie-luma:t1', 'further'), origin: { node: 'copy-of-this', k: 7 } },
    {
      ...tagged('kie-luma:t1', 'here'),
      origin: { node: expect.stringMatching(/^copy-/) as string, k: expect.any(Number) as number },
    },
  ]);
});

test('what a newer inbox says and this version cannot read is told of, and taken after an update, once', async () => {
  const at = '2026-11-28T10:00:00.000Z';
  const events = ['one', 'two', 'three', 'four'].map((tag, n) => ({
    ...{ v: 2, seq: n + 1, at, ...tagged('kie-luma:t1', tag) },
    ...(n % 2 === 1 && { type: 'relabelled', more: n === 3 ? 'x'.repeat(10_000) : '' }),
  }));
  const page = (after: string | null, waitS: number, signal: AbortSignal): Promise<RemotePage> => {
    const begin = after === null ? 0 : Number(after);
    if (begin >= events.length) return silence(after, waitS, signal);
    const isLast = begin + 2 === events.length;
    const part = events.slice(begin, begin + 2);
    return Promise.resolve({ node: 'there', next: String(begin + 2), more: !isLast, events: part });
  };
  const tags = async (log: EventLog) => (await all(log)).flatMap((event) => (event.type === 'tagged' ? event.add : []));
  const old = await copyOf({ page });
  await waitUntil(() => old.follower.status().text?.key === 'twin.newerThere', 'the light to tell of it');
  expect(await tags(old.log)).toEqual(['one', 'three']);
  await old.close();
  const same = await copyOf({ page }, { root: old.root });
  await waitUntil(() => same.follower.status().text?.key === 'twin.newerThere', 'the light to tell of it still');
  expect(await tags(same.log)).toEqual(['one', 'three']);
  await same.close();
  const parse = (value: unknown): ParsedEvent =>
    parseEvent(JSON.parse(JSON.stringify(value).replace('relabelled', 'tagged')));
  const updated = await copyOf({ page }, { root: old.root, parse });
  await waitUntil(() => updated.follower.status().message === null, 'the light to be that of the other');
  expect(await tags(updated.log)).toEqual(['one', 'three', 'two', 'four']);
  await updated.close();
  const later = await copyOf({ page }, { root: old.root, parse });
  await waitUntil(() => later.follower.status().message === null, 'the light to be that of the other');
  expect(await tags(later.log)).toHaveLength(4);
});

test('an inbox whose pages lead nowhere is not asked again and again at once', async () => {
  let asked = 0;
  const page = (): Promise<RemotePage> => {
    asked += 1;
    return Promise.resolve({ node: 'there', next: 'here', more: true, events: [] });
  };
  const { follower } = await copyOf({ page });
  await waitUntil(() => follower.status().state === 'offline', 'it to be told');
  const before = asked;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(asked - before).toBeLessThan(8);
});

test.each([{ node: 'copy' }, { node: 'there', copyOf: ['first', 'copy'] }])(
  'a copy of itself is told of: %j',
  async (who) => {
    const { follower } = await copyOf({ status: () => Promise.resolve({ ...who, tunnel }) });
    await waitUntil(() => follower.status().text?.key === 'twin.itself', 'it to be told');
  },
);

test('a proxy that cuts off what is silent for long is no inbox that is away, and is asked for less', async () => {
  const waits: number[] = [];
  const page = async (after: string | null, waitS: number, signal: AbortSignal): Promise<RemotePage> => {
    if (waitS > 0) waits.push(waitS);
    if (waitS <= 1.5) return silence(after, waitS, signal);
    await silence(after, 1.5, signal);
    throw new InboxError('unavailable', asTold('cut'));
  };
  const { lights } = await copyOf({ page });
  await waitUntil(() => waits.length >= 4, 'four questions');
  expect(waits.slice(0, 4)).toEqual([25, 25, 1, 1]);
  expect(lights).toEqual([null]);
});

test('what the inbox elsewhere cannot do, since it has no such task, is not told as done', async () => {
  const { follower } = await copyOf({ send: (events) => Promise.resolve({ skipped: events.length }) });
  const trashed = follower.forward([{ type: 'trashed', keys: ['kie-luma:only-here'] }]);
  await expect(trashed).rejects.toMatchObject({ code: 'not-found' });
});

test('the machine that it follows is gone: another one of the same log takes its place, one of another log does not', async () => {
  const at = '2026-11-29T00:00:00.000Z';
  const events = ['one', 'two', 'three'].map((tag, n) => ({ v: 2, seq: n + 1, at, ...tagged('kie-luma:t', tag) }));
  let who = { node: 'there', log: 'shared.1' };
  const asked: (string | null)[] = [];
  const sent: EventDraft[] = [];
  const client: Partial<TwinClient> = {
    status: () => Promise.resolve({ ...who, tunnel }),
    page(after, waitS, signal) {
      asked.push(after);
      // Each knows its own places only, as they seal them.
      const isKnown = after?.startsWith(`${who.node} `) === true;
      const most = who.node === 'there' ? 2 : 3;
      const from = isKnown ? Number(after.split(' ')[1]) : 0;
      if (from >= most) return silence(after, waitS, signal).then((page) => ({ ...page, ...who }));
      const next = `${who.node} ${String(most)}`;
      const page = { ...who, next, more: false, events: events.slice(from, most) };
      return Promise.resolve(after === null || isKnown ? page : { ...page, anew: true });
    },
    send(drafts) {
      sent.push(...drafts);
      return Promise.resolve({ skipped: 0 });
    },
  };
  const { log, follower } = await copyOf(client);
  const tags = async (): Promise<readonly string[]> =>
    (await all(log)).flatMap((event) => (event.type === 'tagged' ? event.add : []));
  await waitUntil(async () => (await tags()).length === 2, 'what the first machine has');
  who = { node: 'c', log: 'other.1' };
  follower.again();
  await waitUntil(() => follower.status().text?.key === 'twin.otherTwin', 'another inbox to be refused');
  who = { node: 'b', log: 'shared.1' };
  follower.again();
  await waitUntil(async () => (await tags()).length === 3, 'what the other machine has beyond that');
  expect(await tags()).toEqual(['one', 'two', 'three']);
  await waitUntil(() => asked.at(-1) === 'b 3', 'it to go on there');
  expect([follower.status().state, sent]).toEqual(['online', []]);
});

test('an inbox elsewhere without a public address is told of as that, and not as this computer', async () => {
  const local = { ...tunnel, kind: 'none', state: 'offline', publicUrl: null, ...told(tunnelTextsEn.none) } as const;
  const { follower } = await copyOf({ status: () => Promise.resolve({ node: 'there', tunnel: local }) });
  await waitUntil(() => follower.status().text?.key === 'twin.noTunnelThere', 'the light to tell of it');
  expect(follower.status()).toMatchObject({ kind: 'none', callbackUrl: local.callbackUrl, elsewhere: true });
  expect(follower.status().message).not.toContain('this computer');
});
