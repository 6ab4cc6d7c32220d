import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import { plainVideo, type Task } from '../../../src-main/common/model.ts';
import { forShowing } from '../../../src-main/common/task-view.ts';
import { withoutProxy, type Fetch } from '../../../src-main/node/outgoing/outgoing.ts';
import type { TaskGlance } from '../../../src-main/node/projections/task-facts.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { openHookBook } from '../../../src-main/node/reactors/hook-book.ts';
import { createHooks } from '../../../src-main/node/reactors/hooks.ts';
import { takingTurns } from '../../../src-main/node/in-turns.ts';
import { createClock } from '../../../src-main/node/clock.ts';
import { openJsonServer, type Reply } from '../../support/providers/json-server.ts';
import { savedFile as file } from '../../support/saved-file.ts';
import { tempDir } from '../../support/temp-dir.ts';

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes....').toString('base64')}`;
const url = 'https://cdn.example.com/a.mp4';
const task: Task = {
  key: 'kie-aleph:t',
  provider: 'kie-aleph',
  taskId: 't',
  state: 'succeeded',
  message: null,
  prompt: 'rain $(touch /tmp/never)',
  sourceUrl: null,
  receivedAt: '2026-11-26T08:00:00.000Z',
  updatedAt: '2026-11-26T08:00:00.000Z',
  expiresAt: null,
  deliveries: 1,
  trust: 'unsigned',
  seen: false,
  starred: false,
  tags: [],
  poster: null,
  videos: [{ url, ...plainVideo, state: 'saved', path: 'videos/a.mp4' }],
  thumbnailUrl: null,
  needsApiKey: false,
  model: null,
  credits: null,
  trashedAt: null,
  history: [],
};
const saved: StampedEvent = { v: 2, seq: 1, at: task.receivedAt, type: 'video-saved', key: task.key, url, file };

async function open(
  replies: readonly Reply[],
  options: {
    command?: string;
    hasSecret?: boolean;
    user?: string;
    answer?: () => Promise<Reply>;
    file?: string;
    logId?: string;
    isWanted?: () => boolean;
    fetch?: Fetch;
  } = {},
) {
  let turn = 0;
  const server = await openJsonServer(
    () => options.answer?.() ?? replies[Math.min(turn++, replies.length - 1)] ?? { json: {} },
  );
  const real = createClock();
  const hooks = createHooks({
    webhookUrl: () => (options.isWanted?.() === false ? null : `http://${options.user ?? ''}${server.host}/hook`),
    secret: () => (options.hasSecret === false ? null : secret),
    command: options.command ?? null,
    toTaskView: forShowing,
    fetch: options.fetch ?? withoutProxy.fetch,
    book: openHookBook(options.file ?? path.join(await tempDir(), 'webhooks.json'), silentLog, options.logId),
    // The pauses between attempts pass at once.
    clock: { ...real, after: (_ms, run) => real.after(1, run) },
    log: silentLog,
  });
  onTestFinished(async () => {
    await hooks.close();
    await server.close();
  });
  return { hooks, server };
}

describe('a film that was named while it was being made', () => {
  const draft: Task = {
    ...task,
    state: 'processing',
    videos: [{ url, ...plainVideo, state: 'saved', path: 'videos/draft.mp4', early: true }],
  };
  const told = async (...changes: Parameters<Awaited<ReturnType<typeof open>>['hooks']['onChange']>[0][]) => {
    const { hooks, server } = await open([{ json: {} }]);
    for (const change of changes) hooks.onChange(change);
    await hooks.idle();
    return server.calls.map(({ body }) => (body as { data: { videos: { path: string }[] } }).data.videos[0]?.path);
  };

  test('is told of once, with the film and not with its draft', async () => {
    expect(await told({ event: saved, task: draft }, { event: saved, task })).toEqual(['videos/a.mp4']);
  });

  test('is told of with its draft where no film follows', async () => {
    const unwatched: StampedEvent = {
      v: 2,
      seq: 2,
      at: task.receivedAt,
      type: 'unwatched',
      key: task.key,
      code: 'gone',
    };
    const givenUp: Task = { ...draft, history: [{ at: task.receivedAt, kind: 'unwatched', code: 'gone' }] };
    expect(await told({ event: saved, task: draft }, { event: unwatched, task: givenUp })).toEqual([
      'videos/draft.mp4',
    ]);
  });
});

describe('the webhook', () => {
  test('is signed so that the library of whoever gets it agrees', async () => {
    const { hooks, server } = await open([{ json: {} }]);
    hooks.onChange({ event: saved, task });
    await hooks.idle();
    const [call] = server.calls;
    const headers = Object.fromEntries(
      Object.entries(call?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    expect(new Webhook(secret).verify(call?.rawBody.toString() ?? '', headers)).toMatchObject({
      type: 'task.saved',
      data: { key: task.key, videos: [{ state: 'saved', path: 'videos/a.mp4' }] },
    });
  });

  test('is tried again with the same id, and not for ever', async () => {
    const { hooks, server } = await open([{ status: 500, json: {} }, 'drop', { json: {} }]);
    hooks.onChange({ event: saved, task });
    await hooks.idle();
    expect(server.calls).toHaveLength(3);
    expect(new Set(server.calls.map((call) => call.headers['webhook-id'])).size).toBe(1);
    const never = await open([{ status: 503, json: {} }]);
    never.hooks.onChange({ event: saved, task });
    await never.hooks.idle();
    expect(never.server.calls).toHaveLength(6);
    const gone = await open([{ status: 410, json: {} }]);
    gone.hooks.onChange({ event: saved, task });
    await gone.hooks.idle();
    expect(gone.server.calls).toHaveLength(1);
  });

  test('leaves nothing behind of the pauses between attempts', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const { hooks } = await open([{ status: 503, json: {} }]);
    for (let n = 0; n < 4; n += 1) hooks.onChange({ event: saved, task });
    await hooks.idle();
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([]);
  });

  test('goes to no other address, and what nobody took is counted until a trial arrives', async () => {
    const { hooks, server } = await open([{ status: 307, json: {}, headers: { location: '/elsewhere' } }]);
    hooks.onChange({ event: saved, task });
    await hooks.idle();
    expect(server.calls.map(({ path: where }) => where)).toEqual(Array.from({ length: 6 }, () => '/hook'));
    expect(hooks.lost()).toEqual({ webhooks: 1, why: { code: 'refused', status: 307 }, commands: 0 });
    expect(await hooks.test()).toEqual({ ok: false, code: 'refused', status: 307 });
    const again = await open([...Array.from({ length: 6 }, () => ({ status: 500, json: {} })), { json: {} }]);
    again.hooks.onChange({ event: saved, task });
    await again.hooks.idle();
    expect(again.hooks.lost().webhooks).toBe(1);
    await again.hooks.test();
    expect(again.hooks.lost().webhooks).toBe(0);
  });

  test('goes out eight at a time, however many come at once', async () => {
    let atOnce = 0;
    let most = 0;
    const { hooks, server } = await open([], {
      answer: async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await new Promise((resolve) => setTimeout(resolve, 100));
        atOnce -= 1;
        return { json: {} };
      },
    });
    for (let n = 0; n < 40; n += 1) hooks.onChange({ event: saved, task });
    await hooks.idle();
    expect(server.calls).toHaveLength(40);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
  });

  test('takes an address with a user in it', async () => {
    const { hooks, server } = await open([{ json: {} }], { user: 'n8n:p%40ss@' });
    expect(await hooks.test()).toMatchObject({ ok: true });
    expect(server.calls[0]?.headers.authorization).toBe(`Basic ${Buffer.from('n8n:p@ss').toString('base64')}`);
  });

  test('tells of a failure, not of what is only on its way', async () => {
    const { hooks, server } = await open([{ json: {} }]);
    const failed: StampedEvent = {
      v: 2,
      seq: 2,
      at: task.receivedAt,
      type: 'video-failed',
      key: task.key,
      url,
      code: 'gone',
      reason: 'gone',
      params: {},
      gone: true,
    };
    hooks.onChange({ event: failed, task });
    const two = { ...task, videos: [...task.videos, { url: `${url}2`, ...plainVideo, state: 'queued' as const }] };
    hooks.onChange({ event: saved, task: two });
    await hooks.idle();
    expect(server.calls.map((call) => (call.body as { type: string }).type)).toEqual(['task.failed']);
  });

  test('can be tried, and is never sent unsigned', async () => {
    const { hooks } = await open([{ json: {} }]);
    expect(await hooks.test()).toEqual({ ok: true, code: 'answered', status: 200 });
    const unsigned = await open([{ json: {} }], { hasSecret: false });
    expect(await unsigned.hooks.test()).toMatchObject({ ok: false, code: 'no-secret' });
    expect(unsigned.server.calls).toEqual([]);
  });
});

test('what another machine was to tell is told by who takes over, as far as it may be untold, once', async () => {
  const { hooks, server } = await open([{ json: {} }]);
  const at = new Date().toISOString();
  const known = (key: string): Task => ({ ...task, key });
  const heard = (key: string, when = at): void =>
    hooks.onChange({ event: { ...saved, at: when, key }, task: known(key) }, false);
  heard('of long ago', '2026-01-01T00:00:00.000Z');
  heard('of just now');
  heard('gone meanwhile');
  const library = {
    get: (key: string) => (key === 'gone meanwhile' ? undefined : known(key)),
    newestInTurns: () => [],
  };
  await hooks.idle();
  expect(server.calls).toEqual([]);
  for (let n = 0; n < 2; n += 1) await hooks.takeOver(library, 60_000, takingTurns);
  await hooks.idle();
  expect(server.calls.map(({ body }) => (body as { data: { key: string } }).data.key)).toEqual(['of just now']);
});

test('all that is taken over is told, however much it is', async () => {
  let told = 0;
  const { hooks } = await open([], {
    fetch: () => {
      told += 1;
      return Promise.resolve(new Response());
    },
  });
  const many = 1200;
  const at = new Date().toISOString();
  for (let n = 0; n < many; n += 1)
    hooks.onChange({ event: { ...saved, at }, task: { ...task, key: `k:${String(n)}` } }, false);
  const library = { get: (key: string) => ({ ...task, key }), newestInTurns: () => [] };
  await hooks.takeOver(library, 60_000, takingTurns);
  await hooks.idle();
  expect([told, hooks.lost().webhooks]).toEqual([many, 0]);
});

test('a webhook that is named later hears nothing of what came before', async () => {
  let isWanted = false;
  const { hooks, server } = await open([{ json: {} }], { isWanted: () => isWanted });
  const library = { get: () => task, glances: () => [], newestInTurns: () => [task] };
  await hooks.catchUp(library, takingTurns, false);
  const heard = { event: { ...saved, at: new Date().toISOString() }, task };
  hooks.onChange(heard, false);
  isWanted = true;
  await hooks.takeOver(library, Infinity, takingTurns);
  await hooks.idle();
  expect(server.calls).toEqual([]);
});

describe('webhooks that an end has interrupted', () => {
  const lateSaved: StampedEvent = { ...saved, seq: 9, at: '2026-11-26T09:00:00.000Z' };
  const late: Task = { ...task, key: 'kie-aleph:late', history: [{ at: lateSaved.at, kind: 'saved', video: 1 }] };
  const library = (tasks: readonly { readonly task: Task; readonly seq: number }[]) => ({
    glances: () => [],
    get: (key: string) => tasks.find(({ task: { key: own } }) => own === key)?.task,
    newestInTurns: (isWanted: (glance: TaskGlance) => boolean) =>
      tasks.filter(({ seq }) => isWanted({ seq } as TaskGlance)).map(({ task: each }) => each),
  });
  async function* inOneTurn<T>(items: Iterable<T | null>): AsyncGenerator<T, void, undefined> {
    for (const item of await Promise.resolve([...items])) if (item !== null) yield item;
  }
  const idsOf = (server: Awaited<ReturnType<typeof open>>['server']) =>
    server.calls.map(({ headers }) => headers['webhook-id']);

  test('are sent by the next run under the same id, once, and those that arrived are not', async () => {
    const file = path.join(await tempDir(), 'webhooks.json');
    let isUp = true;
    const answer = (): Promise<Reply> => (isUp ? Promise.resolve({ json: {} }) : new Promise(() => undefined));
    const first = await open([], { file, answer });
    first.hooks.onChange({ event: saved, task });
    await first.hooks.idle();
    isUp = false;
    first.hooks.onChange({ event: lateSaved, task: late });
    await expect.poll(() => first.server.calls.length).toBe(2);
    await first.hooks.close();
    const second = await open([{ json: {} }], { file });
    const both = library([
      { task, seq: 1 },
      { task: late, seq: 9 },
    ]);
    await second.hooks.catchUp(both, inOneTurn, true);
    await second.hooks.idle();
    expect(idsOf(second.server)).toEqual([idsOf(first.server)[1]]);
    await second.hooks.close();
    const third = await open([{ json: {} }], { file });
    await third.hooks.catchUp(both, inOneTurn, true);
    await third.hooks.idle();
    expect(third.server.calls).toEqual([]);
  });

  test('and what came before this run began is told by whose turn it is, as far as nobody had it', async () => {
    const file = path.join(await tempDir(), 'webhooks.json');
    const first = await open([{ json: {} }], { file });
    first.hooks.onChange({ event: saved, task });
    await first.hooks.idle();
    await first.hooks.close();
    const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
    const at = (key: string, seconds: number): Task => ({
      ...task,
      key,
      history: [{ at: ago(seconds), kind: 'saved', video: 1 }],
    });
    const all = library([
      { task, seq: 1 },
      { task: at('told by another', 600), seq: 8 },
      { task: at('while nobody had it', 20), seq: 9 },
      { task: at('by a clock that is behind', 240), seq: 10 },
    ]);
    const next = await open([{ json: {} }], { file });
    await next.hooks.catchUp(all, inOneTurn, false);
    for (let n = 0; n < 2; n += 1) await next.hooks.takeOver(all, 60_000, inOneTurn);
    await next.hooks.idle();
    const keys = next.server.calls.map(({ body }) => (body as { data: { key: string } }).data.key);
    expect(keys).toEqual(['while nobody had it', 'by a clock that is behind']);
    await next.hooks.close();
    // Not again, whatever else happened to its task since.
    await copyFile(file, `${file}.again`);
    const again = await open([{ json: {} }], { file: `${file}.again` });
    const told = all.get('while nobody had it');
    const starred = library(told === undefined ? [] : [{ task: told, seq: 12 }]);
    await again.hooks.catchUp(starred, inOneTurn, false);
    await again.hooks.takeOver(starred, 60_000, inOneTurn);
    await again.hooks.idle();
    expect(again.server.calls).toEqual([]);
    // A night, too; and where nobody knows for how long it was nobody's, the last hour.
    for (const [goneMs, expected] of [
      [10 * 3_600_000, ['of the night']],
      [Infinity, []],
    ] as const) {
      const copy = `${file}.${String(goneMs)}`;
      await copyFile(file, copy);
      const later = await open([{ json: {} }], { file: copy });
      const night = library([{ task: at('of the night', 9 * 3600), seq: 11 }]);
      await later.hooks.catchUp(night, inOneTurn, false);
      await later.hooks.takeOver(night, goneMs, inOneTurn);
      await later.hooks.idle();
      expect(later.server.calls.map(({ body }) => (body as { data: { key: string } }).data.key)).toEqual(expected);
    }
  });

  test('are found in a log that was restored as well, where numbers are given out again', async () => {
    const file = path.join(await tempDir(), 'webhooks.json');
    const first = await open([{ json: {} }], { file, logId: 'log.0' });
    first.hooks.onChange({ event: { ...saved, seq: 62 }, task });
    await first.hooks.idle();
    await first.hooks.close();
    const restored = library([
      { task: { ...task, history: [{ at: saved.at, kind: 'saved', video: 1 }] }, seq: 2 },
      { task: late, seq: 9 },
    ]);
    for (const [logId, expected] of [
      ['log.0', []],
      ['log.1', [late.key]],
    ] as const) {
      const next = await open([{ json: {} }], { file, logId });
      await next.hooks.catchUp(restored, inOneTurn, true);
      await next.hooks.idle();
      expect(next.server.calls.map(({ body }) => (body as { data: { key: string } }).data.key)).toEqual(expected);
      await next.hooks.close();
    }
  });

  test('are found in a log that a machine has joined since, where numbers are others', async () => {
    const file = path.join(await tempDir(), 'webhooks.json');
    const alone = await open([{ json: {} }], { file });
    alone.hooks.onChange({ event: { ...saved, seq: 62 }, task });
    await alone.hooks.idle();
    await alone.hooks.close();
    const joined = await open([{ json: {} }], { file, logId: 'log.0' });
    await joined.hooks.catchUp(library([{ task: late, seq: 9 }]), inOneTurn, true);
    await joined.hooks.idle();
    expect(joined.server.calls).toHaveLength(1);
    await joined.hooks.close();
  });

  test('are found in the library where a kill came before they were noted', async () => {
    const file = path.join(await tempDir(), 'webhooks.json');
    const first = await open([{ json: {} }], { file });
    first.hooks.onChange({ event: saved, task });
    await first.hooks.idle();
    await first.hooks.close();
    const labelled: Task = {
      ...task,
      key: 'kie-aleph:old',
      history: [{ at: '2026-11-25T00:00:00.000Z', kind: 'saved' }],
    };
    const second = await open([{ json: {} }], { file });
    const now = library([
      { task: late, seq: 9 },
      { task: labelled, seq: 10 },
    ]);
    await second.hooks.catchUp(now, inOneTurn, true);
    await second.hooks.idle();
    expect(second.server.calls.map(({ body }) => (body as { data: { key: string } }).data.key)).toEqual([late.key]);
  });
});

describe('commands that an end has interrupted', () => {
  const library = { glances: () => [], get: () => task, newestInTurns: () => [] };
  async function* none(): AsyncGenerator<never, void, undefined> {
    yield* await Promise.resolve([]);
  }
  const lines = (out: string): Promise<readonly string[]> =>
    readFile(out, 'utf8').then(
      (text) => text.trim().split('\n'),
      () => [],
    );

  test('are run by the next run, under the same id, and those that ended are not', async () => {
    const dir = await tempDir();
    const [file, out] = [path.join(dir, 'webhooks.json'), path.join(dir, 'ids')];
    const note = `echo "$VIDEO_INBOX_HOOK_ID" >> '${out}'`;
    const first = await open([{ json: {} }], { file, command: `${note}; exec sleep 600` });
    first.hooks.onChange({ event: saved, task });
    await expect.poll(() => lines(out), { timeout: 30_000 }).toHaveLength(1);
    const waiting = async (): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));
    await expect.poll(waiting, { timeout: 30_000 }).toMatchObject({ waiting: [{ by: 'command' }] });
    await first.hooks.close();
    for (let run = 0; run < 2; run += 1) {
      const next = await open([{ json: {} }], { file, command: note });
      await next.hooks.catchUp(library, none, true);
      await next.hooks.idle();
      await next.hooks.close();
      // The webhook arrived in the first run, and is not sent again.
      expect(next.server.calls).toEqual([]);
    }
    const [id] = await lines(out);
    expect(await lines(out)).toEqual([id, id]);
    expect(first.server.calls[0]?.headers['webhook-id']).toBe(id);
  });
});

test('what nobody was told of is known in the next run, too, until the person has seen it', async () => {
  const file = path.join(await tempDir(), 'webhooks.json');
  const first = await open([{ status: 410, json: {} }], { file, command: 'exit 3' });
  for (const seq of [1, 2, 3])
    first.hooks.onChange({ event: { ...saved, seq, at: `2026-11-26T08:0${seq}:00.000Z` }, task });
  await first.hooks.idle();
  const lost = { webhooks: 3, why: { code: 'refused', status: 410 }, commands: 3 };
  expect(first.hooks.lost()).toEqual(lost);
  await first.hooks.close();
  const second = await open([{ json: {} }], { file });
  expect(second.hooks.lost()).toEqual(lost);
  second.hooks.forgetLost();
  await second.hooks.close();
  expect((await open([{ json: {} }], { file })).hooks.lost()).toMatchObject({ webhooks: 0, commands: 0 });
});

test('what came after a clock was set back is told by the next run all the same', async () => {
  const file = path.join(await tempDir(), 'webhooks.json');
  const first = await open([{ json: {} }], { file });
  first.hooks.onChange({ event: { ...saved, at: '2026-11-27T08:00:00.000Z' }, task });
  first.hooks.onChange({ event: { ...saved, seq: 2 }, task });
  await first.hooks.idle();
  await first.hooks.close();
  const at = '2026-11-26T08:00:01.000Z';
  const cutOff: Task = { ...task, key: 'kie-aleph:late', history: [{ at, kind: 'saved', video: 1 }] };
  const second = await open([{ json: {} }], { file });
  async function* turns<T>(items: Iterable<T | null>): AsyncGenerator<T, void, undefined> {
    for (const item of await Promise.resolve([...items])) if (item !== null) yield item;
  }
  await second.hooks.catchUp({ glances: () => [], get: () => cutOff, newestInTurns: () => [cutOff] }, turns, true);
  await second.hooks.idle();
  expect(second.server.calls.map(({ body }) => (body as { data: { key: string } }).data.key)).toEqual([cutOff.key]);
});

test('the command gets the event on standard input, and no word of it on its command line', async () => {
  const out = path.join(await tempDir(), 'event.json');
  const { hooks } = await open([{ json: {} }], { command: `cat > '${out}'` });
  hooks.onChange({ event: saved, task });
  await hooks.idle();
  expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({ type: 'task.saved', data: { prompt: task.prompt } });
});

test('the command has the environment of the inbox without its keys', async () => {
  const out = path.join(await tempDir(), 'environment');
  vi.stubEnv('VIDEO_INBOX_SECRET_FAL_API_KEY', 'fal-key');
  vi.stubEnv('NGROK_AUTHTOKEN', 'tunnel-key');
  vi.stubEnv('VIDEO_INBOX_DATA_DIR', 'where-it-lies');
  onTestFinished(() => void vi.unstubAllEnvs());
  const command = `node -e "fs.writeFileSync('${out}', JSON.stringify(process.env))"`;
  const { hooks } = await open([{ json: {} }], { command });
  hooks.onChange({ event: saved, task });
  await hooks.idle();
  const told = JSON.parse(await readFile(out, 'utf8')) as Record<string, string>;
  expect(told).toMatchObject({ VIDEO_INBOX_DATA_DIR: 'where-it-lies' });
  expect(Object.values(told)).not.toContain('fal-key');
  expect(Object.values(told)).not.toContain('tunnel-key');
});

test('a command that does not end well is counted', async () => {
  const { hooks } = await open([{ json: {} }], { command: 'exit 3' });
  hooks.onChange({ event: saved, task });
  await hooks.idle();
  expect(hooks.lost().commands).toBe(1);
});

test.skipIf(process.platform === 'win32')(
  'a command that hangs ends with the inbox, and so does what it has started',
  async () => {
    const out = path.join(await tempDir(), 'pid');
    const { hooks } = await open([{ json: {} }], { command: `sleep 600 & echo $! > '${out}'; wait` });
    hooks.onChange({ event: saved, task });
    await expect.poll(() => readFile(out, 'utf8').catch(() => ''), { timeout: 30_000 }).toMatch(/^\d+\n$/);
    const pid = Number(await readFile(out, 'utf8'));
    const isThere = async (): Promise<boolean> =>
      readFile(`/proc/${String(pid)}/stat`, 'utf8').then(
        (text) => !/\) [ZX] /.test(text),
        () => false,
      );
    await hooks.close();
    await expect.poll(isThere, { timeout: 30_000 }).toBe(false);
  },
);

test.skipIf(process.platform === 'win32')('a command that may not be ended does not hold the end up', async () => {
  const out = path.join(await tempDir(), 'pid');
  const { hooks } = await open([{ json: {} }], { command: `echo $$ > '${out}'; exec sleep 600` });
  hooks.onChange({ event: saved, task });
  await expect.poll(() => readFile(out, 'utf8').catch(() => ''), { timeout: 30_000 }).toMatch(/^\d+\n$/);
  const pid = Number(await readFile(out, 'utf8'));
  // As the system answers of what runs as root (`sudo`).
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  });
  try {
    await hooks.close();
  } finally {
    kill.mockRestore();
    process.kill(-pid, 'SIGKILL');
  }
});
