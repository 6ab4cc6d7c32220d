/** Machines as hosts of a network of their own (namespaces of Linux), whose cable is pulled and put back. */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { createInboxes, repoDir } from '../support/inbox-process.ts';
import { collectJsonLines } from '../support/json-lines.ts';
import { lumaFailure } from '../support/kie-callbacks.ts';
import { startPostgres, whyNoPostgres } from '../support/postgres.ts';
import { waitUntil } from '../support/wait-until.ts';

const cli = path.join(repoDir, 'dist/main/cli.cjs');
const patienceMs = 120_000;
/** Addresses of a range that is for tests of networks (RFC 2544), and names that no other run has. */
const range = `198.19.${String(process.pid % 250)}`;
const nameOf = (what: string): string => `vi${String(process.pid % 100_000)}${what}`;
const ip = (...args: readonly string[]): string => execFileSync('ip', args, { encoding: 'utf8', stdio: 'pipe' });
const quietly = (work: () => unknown): void => {
  try {
    work();
  } catch {
    // It is gone already.
  }
};

/** `null` where this user may make networks. */
const whyNoNetworks = ((): string | null => {
  if (process.platform !== 'linux') return 'only Linux has network namespaces';
  const probe = nameOf('p');
  try {
    ip('netns', 'add', probe);
    ip('-n', probe, 'tuntap', 'add', 'dev', 'probe', 'mode', 'tap');
    execFileSync('python3', ['--version'], { stdio: 'pipe' });
    return null;
  } catch {
    return 'this user may not make network namespaces with tap devices, or there is no python3';
  } finally {
    quietly(() => ip('netns', 'del', probe));
  }
})();
if (whyNoNetworks !== null) process.stderr.write(`Skipped the tests of a network that is split: ${whyNoNetworks}.\n`);

interface Cable {
  pull(): void;
  putBack(): void;
}

async function plug(ends: readonly [Plug, Plug]): Promise<Cable> {
  const device = (index: number): string => nameOf(`${ends[1].space.slice(-1)}${String(index)}`);
  const words = ends.flatMap(({ space }, index) => [space, device(index)]);
  const child = spawn('python3', [path.join(repoDir, 'test/support/cable.py'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error('no cable')))]);
  for (const [index, { space, address }] of ends.entries()) {
    ip('-n', space, 'address', 'add', `${address}/30`, 'dev', device(index));
    ip('-n', space, 'link', 'set', device(index), 'up');
  }
  return { pull: () => void child.kill('SIGUSR1'), putBack: () => void child.kill('SIGUSR2') };
}

interface Plug {
  readonly space: string;
  readonly address: string;
}

interface Host {
  /** Ready once it has printed so. */
  serve(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<void>;
  /** What the command prints. */
  run(...args: readonly string[]): Promise<string>;
  post(taskId: string): Promise<number>;
  /** All that it knows of all tasks, in one order. */
  library(): Promise<readonly { readonly key: string }[]>;
}

function namespace(what: string): string {
  const space = nameOf(what);
  ip('netns', 'add', space);
  onTestFinished(() => quietly(() => ip('netns', 'del', space)));
  ip('-n', space, 'link', 'set', 'lo', 'up');
  return space;
}

/** A socket crosses namespaces as the file that it is. */
const relay = `
  const { connect, createServer } = require('node:net');
  createServer((near) => {
    const far = connect(process.argv[1]);
    for (const [from, to] of [[near, far], [far, near]]) from.pipe(to).on('error', () => from.destroy());
  }).listen(0, function () { console.log(this.address().port); });`;

/**
 * Where the cables to a server of this machine end: in a namespace as well. A browser drops what it is fetching whenever the
 * network of its machine changes, and others test with one meanwhile.
 * @param port on this machine's loopback
 */
async function gatewayTo(port: number): Promise<{ readonly space: string; readonly port: number }> {
  const space = namespace('g');
  const inboxes = createInboxes();
  onTestFinished(() => inboxes.close());
  const file = path.join(await inboxes.tempDir(), 'socket');
  const way = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.pipe(to);
      from.on('error', () => to.destroy());
    }
  }).listen(file);
  onTestFinished(() => void way.close());
  const child = spawn('ip', ['netns', 'exec', space, process.execPath, '-e', relay, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines = createInterface(child.stdout);
  const [printed] = (await Promise.race([
    once(lines, 'line'),
    ended.then(() => Promise.reject(new Error('no gateway'))),
  ])) as [string];
  return { space, port: Number(printed) };
}

async function host(what: string): Promise<Host & { readonly space: string }> {
  const space = namespace(what);
  const inboxes = createInboxes();
  onTestFinished(() => inboxes.close());
  const dataDir = path.join(await inboxes.tempDir(), 'data');
  const cleanEnv = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VIDEO_INBOX_')));
  let callbackUrl = '';

  const inside = async (env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> => {
    const command = ['netns', 'exec', space, process.execPath, ...args];
    return (await promisify(execFile)('ip', command, { env, maxBuffer: 2 ** 26 })).stdout;
  };
  const run = (...args: readonly string[]): Promise<string> =>
    inside({ ...cleanEnv, VIDEO_INBOX_DATA_DIR: dataDir }, cli, ...args);

  return {
    space,
    run,
    async serve(args, env = {}) {
      const ports = ['--callback-port', '0', '--local-port', '0', '--tunnel', 'none'];
      const command = [cli, 'serve', '--json', '--data-dir', dataDir, ...ports, ...args];
      const child: ChildProcess = spawn('ip', ['netns', 'exec', space, process.execPath, ...command], {
        env: { ...cleanEnv, ...env },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const ended = once(child, 'close');
      onTestFinished(async () => {
        child.kill('SIGKILL');
        await ended;
      });
      if (child.stdout === null) throw new Error('no standard output');
      const lines = collectJsonLines(child.stdout);
      const ready = await waitUntil(
        () => (lines.all() as { event: string; callbackUrl: string }[]).find(({ event }) => event === 'ready'),
        `${space} to be ready`,
        patienceMs,
      );
      callbackUrl = ready.callbackUrl;
    },
    async post(taskId) {
      const script = `fetch(process.argv[1], { method: 'POST', body: process.argv[2] }).then((r) => console.log(r.status))`;
      return Number(await inside(cleanEnv, '-e', script, callbackUrl, JSON.stringify(lumaFailure(taskId))));
    },
    async library() {
      const tasks = JSON.parse(await run('list', '--json')) as { readonly key: string }[];
      return tasks.sort((a, b) => (a.key < b.key ? -1 : 1));
    },
  };
}

async function alike(hosts: readonly Host[], count: number): Promise<void> {
  await waitUntil(
    async () => {
      const [first, ...others] = await Promise.all(hosts.map((each) => each.library()));
      const text = JSON.stringify(first);
      return first?.length === count && others.every((other) => JSON.stringify(other) === text);
    },
    `${String(count)} tasks that are the same on all hosts`,
    patienceMs,
  );
}

async function postAll(to: Host, prefix: string): Promise<void> {
  for (let n = 0; n < 3; n += 1) expect(await to.post(`${prefix}-${String(n)}`)).toBe(200);
}

it.skipIf(whyNoNetworks !== null || whyNoPostgres !== null)(
  'a machine is cut off from the database and the others, and heals: nothing is lost or doubled, and both libraries are the same',
  async () => {
    const database = await startPostgres();
    onTestFinished(() => database.close());
    const url = new URL(await database.createDatabase());
    const hosts = [await host('a'), await host('b')] as const;
    const cables: Cable[] = [];
    const gateway = await gatewayTo(Number(url.port));
    for (const [index, { space }] of hosts.entries()) {
      const address = `${range}.${String(index * 4 + 1)}`;
      cables.push(
        await plug([
          { space: gateway.space, address },
          { space, address: `${range}.${String(index * 4 + 2)}` },
        ]),
      );
      const here = new URL(url);
      here.host = `${address}:${String(gateway.port)}`;
      await hosts[index]?.serve(['--node', index === 0 ? 'a' : 'b', '--role', 'intake,gallery'], {
        VIDEO_INBOX_DATABASE_URL: here.href,
      });
    }
    const [a, b] = hosts;
    await postAll(a, 'before');
    await alike(hosts, 3);
    cables[0]?.pull();
    await postAll(a, 'cut-off');
    await postAll(b, 'meanwhile');
    await waitUntil(async () => (await b.library()).length === 6, 'the other to go on', patienceMs);
    expect((await a.library()).length).toBe(3);
    cables[0]?.putBack();
    await alike(hosts, 9);
    const rows = await database.query(url.href, `SELECT FROM video_inbox.events WHERE body LIKE '%"type":"result"%'`);
    expect(rows.length).toBe(9);
  },
);

it.skipIf(whyNoNetworks !== null)(
  'a copy is cut off from the inbox that it follows, and heals: what both did meanwhile is on both, once',
  async () => {
    const [home, copy] = [await host('h'), await host('t')];
    const cable = await plug([
      { space: home.space, address: `${range}.101` },
      { space: copy.space, address: `${range}.102` },
    ]);
    await home.serve(['--sync-port', '4750', '--sync-host', '0.0.0.0']);
    const token = (await home.run('api-key', 'new', '--scope', 'twin')).trim();
    await copy.serve(['--twin', `http://${range}.101:4750`], { VIDEO_INBOX_SECRET_TWIN_TOKEN: token });
    await postAll(home, 'before');
    await alike([home, copy], 3);
    cable.pull();
    await postAll(home, 'meanwhile');
    await copy.run('tag', 'before-0', '--add', 'while-cut-off');
    expect((await copy.library()).length).toBe(3);
    cable.putBack();
    await alike([home, copy], 6);
    await waitUntil(
      async () => JSON.stringify(await home.library()).includes('while-cut-off'),
      'the mark to be on the other',
      patienceMs,
    );
    await alike([home, copy], 6);
  },
);
