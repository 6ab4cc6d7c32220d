/**
 * Machines that share a log and a shelf, killed again and again in the middle of what they do: so many times each, with
 * so many films for each. Once each here; `npm run soak -- --kills 20` for often.
 */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { repoDir, type Inbox } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../support/postgres.ts';
import { createSharedNodes, sameLibrary, type SharedNodes } from '../support/shared-nodes.ts';
import { waitUntil } from '../support/wait-until.ts';

const kills = Number(process.env['VIDEO_INBOX_KILLS'] ?? '1');
const filmsEach = 4;
const patienceMs = 180_000;
const tell = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
const isSaved = ({ videos }: TaskView): boolean => videos.length > 0 && videos.every(({ state }) => state === 'saved');

const names = ['local', 'shared', 'one', 'two'] as const;
type Name = (typeof names)[number];

let database: PostgresServer;
let nodes: SharedNodes;
let sample: Buffer;
const inboxes = new Map<Name, Inbox>();
/** Ids of all that was answered. */
const answered: string[] = [];
let orders = 0;
let films = 0;

function inboxOf(name: Name): Inbox {
  const inbox = inboxes.get(name);
  if (inbox === undefined) throw new Error(`nobody is called ${name}`);
  return inbox;
}

/** Bytes of its own, so that each film is an object of its own on the shelf. */
function filmOf(id: string): Buffer {
  const text = Buffer.from(id);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + text.length);
  head.write('free', 4);
  return Buffer.concat([sample, head, text]);
}

function nextId(kind: string): string {
  films += 1;
  return `${kind}-${String(films)}`;
}

/** @param isStuck the first request gets half of it and then nothing; the others get all of it. */
function linkOf(id: string, isStuck: boolean): string {
  const whole = { bytes: filmOf(id), etag: `"${id}"` };
  const half = { ...whole, stallAfter: Math.floor(whole.bytes.length / 2) };
  return nodes.media.sequence(`/${id}.mp4`, isStuck ? [half, whole] : [whole]);
}

async function postTo(name: Name, id: string, link: string): Promise<boolean> {
  const reply = await inboxOf(name)
    .postCallback(lumaSuccess(id, [link]))
    .catch(() => null);
  if (reply?.status !== 200) return false;
  answered.push(id);
  return true;
}

/** As a provider does: until someone answers 200. */
async function postUntilAnswered(turns: readonly Name[], id: string, link: string): Promise<void> {
  let turn = 0;
  await waitUntil(() => postTo(turns[turn++ % turns.length] ?? 'local', id, link), `an answer for ${id}`, patienceMs);
}

async function untilSaved(by: Name, ids: readonly string[]): Promise<void> {
  for (const id of ids) await inboxOf(by).waitForTask(id, isSaved, patienceMs);
}

/** Posts films of which each is stuck once. @returns their ids, and who holds the first of them. */
async function midDownload(kind: string): Promise<{ readonly ids: readonly string[]; readonly holder: Name }> {
  const ids = Array.from({ length: filmsEach }, () => nextId(kind));
  await Promise.all(ids.map((id) => postUntilAnswered(['local', 'shared'], id, linkOf(id, true))));
  const holder = await waitUntil(
    async () => {
      if (!nodes.media.exchanges.some(({ path: file, bytesSent }) => file === `/${ids[0] ?? ''}.mp4` && bytesSent > 0))
        return null;
      const [row] = await database.query(
        nodes.url,
        `SELECT n.name FROM video_inbox.leases AS l JOIN video_inbox.nodes AS n ON split_part(l.holder, '.', 1) = n.node
         WHERE l.name LIKE 'download video % %:' || $1 AND l.lease_until > now()`,
        [ids[0]],
      );
      return names.find((name) => name === row?.['name']);
    },
    `a machine to be in the middle of ${ids[0] ?? ''}`,
    patienceMs,
  );
  return { ids, holder };
}

const blows: Readonly<Record<string, () => Promise<void>>> = {
  async 'a worker in the middle of a download'() {
    const { ids, holder } = await midDownload('worker');
    await inboxOf(holder).stop('SIGKILL');
    await untilSaved('local', ids);
    inboxes.set(holder, await inboxOf(holder).restart());
  },
  async 'a worker that freezes in the middle of a download, and thaws'() {
    const { ids, holder } = await midDownload('frozen');
    process.kill(inboxOf(holder).pid, 'SIGSTOP');
    try {
      await untilSaved('local', ids);
    } finally {
      process.kill(inboxOf(holder).pid, 'SIGCONT');
    }
  },
  async 'one that takes callbacks, in the middle of an answer'() {
    const dies = films % 2 === 0 ? 'local' : 'shared';
    const lives = dies === 'local' ? 'shared' : 'local';
    const ids = Array.from({ length: filmsEach }, () => nextId('answer'));
    const before = answered.length;
    const posts = ids.map((id) => postTo(dies, id, linkOf(id, false)));
    await waitUntil(() => answered.length > before, 'the first answer', patienceMs);
    await inboxOf(dies).stop('SIGKILL');
    const isAnswered = await Promise.all(posts);
    for (const [index, id] of ids.entries()) {
      if (isAnswered[index] !== true) await postUntilAnswered([lives], id, nodes.media.url(`/${id}.mp4`));
    }
    inboxes.set(dies, await inboxOf(dies).restart());
    await untilSaved(lives, ids);
  },
  async 'one in the middle of an order'() {
    const before = orders;
    const dies = before % 2 === 0 ? 'local' : 'shared';
    const inbox = inboxOf(dies);
    const order = inbox.runCli(['submit', 'kie-aleph', '--prompt', 'x', '--video', 'https://a.example/a.mp4']);
    await waitUntil(() => orders > before, 'the order to be on its way', patienceMs);
    await inbox.stop('SIGKILL');
    await order;
    inboxes.set(dies, await inbox.restart());
    await waitUntil(
      async () => (await nodes.countEvents('submission-unknown')) === orders,
      'the order to be settled',
      patienceMs,
    );
  },
  async 'the primary, with a standby that takes over'() {
    const name = `standby_${String(films)}`;
    const standby = await database.copy(name);
    await database.query(nodes.url, `ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (${name})'`);
    await standby.start();
    await database.query(nodes.url, 'SELECT pg_reload_conf()');
    await waitUntil(
      async () => {
        const [row] = await database.query(nodes.url, 'SELECT sync_state FROM pg_stat_replication');
        return row?.['sync_state'] === 'quorum';
      },
      'the standby to be waited for',
      patienceMs,
    );
    const ids = Array.from({ length: filmsEach }, () => nextId('primary'));
    const before = answered.length;
    const posts = ids.map((id) => postUntilAnswered(['shared'], id, linkOf(id, false)));
    await waitUntil(() => answered.length > before, 'the first answer', patienceMs);
    await database.stop('SIGKILL');
    await standby.promote();
    standby.takeOver();
    // Nobody follows the new primary.
    await database.query(nodes.url, `ALTER SYSTEM SET synchronous_standby_names = ''`);
    await database.query(nodes.url, 'SELECT pg_reload_conf()');
    await Promise.all(posts);
    await untilSaved('shared', ids);
  },
};

describe.skipIf(whyNoPostgres !== null)('machines that are killed', () => {
  beforeAll(async () => {
    sample = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
    database = await startPostgres();
    nodes = await createSharedNodes(database, 5, { inTurn: false });
    const provider = nodes.media;
    // Made perhaps; the answer never comes.
    provider.handle('/api/v1/aleph/generate', () => void (orders += 1));
    const asks = ['--kie-api-base', provider.origin];
    const env = { VIDEO_INBOX_SECRET_KIE_API_KEY: 'key-of-the-person' };
    for (const name of ['local', 'shared'] as const) {
      const args = ['--role', 'intake,ask,gallery', '--answer', name, ...asks];
      inboxes.set(name, await nodes.start(name, { args, env }));
    }
    for (const name of ['one', 'two'] as const)
      inboxes.set(name, await nodes.start(name, { args: ['--role', 'download'] }));
  });
  afterAll(async () => {
    await nodes.close();
    await database.close();
  });

  it(
    'lose nothing, do nothing twice, and have the same library',
    async () => {
      for (const [what, blow] of Object.entries(blows)) {
        for (let n = 0; n < kills; n += 1) await blow();
        tell(`${String(kills)} x ${what}: ${String(answered.length)} answered so far, ${String(orders)} orders`);
      }
      await Promise.all(names.map((name) => inboxOf(name).waitForTask(answered.at(-1) ?? '', isSaved, patienceMs)));
      const tasks = await sameLibrary([...inboxes.values()], films);
      const ids = new Set(tasks.map(({ taskId }) => taskId));
      const lost = answered.filter((id) => !ids.has(id)).length + tasks.filter((task) => !isSaved(task)).length;
      const keys = [...nodes.shelf.objects.keys()];
      const objects = answered.flatMap((id) => {
        const sum = `films/sha256/${hash('sha256', filmOf(id))}`;
        return keys.filter((key) => key.startsWith(sum));
      }).length;
      const savedTwice = (await nodes.countEvents('video-saved')) - films;
      const paidTwice = orders - (await nodes.countOrders());
      tell(
        `${String(films)} films: lost ${String(lost)}, doubled ${String(savedTwice)}, paid twice ${String(paidTwice)}`,
      );
      expect({ lost, savedTwice, paidTwice, objects, ids: ids.size }).toEqual({
        lost: 0,
        savedTwice: 0,
        paidTwice: 0,
        objects: films,
        ids: films,
      });
      expect(await nodes.countEvents('video-failed')).toBe(0);
    },
    patienceMs * (3 + kills * Object.keys(blows).length),
  );
});
