/** Downloads as strangers, bursts of kills and late files find them: the built program, real times. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { bigMp4 } from '../support/big-mp4.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { kieSignature, lumaSuccess } from '../support/kie-callbacks.ts';
import { makeCertificates } from '../support/ngrok-edge/certificates.ts';
import { listenVideoServer, type Handler, type VideoServer } from '../support/video-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes();
const servers: VideoServer[] = [];
let mp4: Buffer;

beforeEach(async () => {
  mp4 = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
});
afterEach(async () => {
  await inboxes.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function startServer(): Promise<VideoServer> {
  const server = await listenVideoServer();
  servers.push(server);
  return server;
}

const start = (env: Readonly<Record<string, string>> = {}): Promise<Inbox> =>
  inboxes.start({ args: ['--allow-host', '127.0.0.1'], env });
const isSaved = (task: TaskView): boolean =>
  task.videos.length > 0 && task.videos.every(({ state }) => state === 'saved');

it('the built program fetches https through a proxy of the environment', async () => {
  const { keyPem, certPem } = makeCertificates();
  const host = createHttpsServer({ key: keyPem, cert: certPem }, (_request, response) => void response.end(mp4));
  const proxy = createServer();
  proxy.on('connect', (_request, socket) => {
    const inner = connect((host.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      inner.pipe(socket).pipe(inner);
    });
    inner.on('error', () => socket.destroy());
    socket.on('error', () => inner.destroy());
  });
  for (const server of [host, proxy]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
  }
  const url = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  // Its certificate is for another name; what is shown here is the way to it.
  const inbox = await inboxes.start({ env: { HTTPS_PROXY: url, NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
  await inbox.postCallback(lumaSuccess('behind-a-proxy', ['https://cdn.example.test/a.mp4']));
  const task = await inbox.waitForTask('behind-a-proxy', ({ videos }) => videos[0]?.state !== 'queued');
  expect(task.videos[0]?.error).toBeNull();
  await inbox.waitForTask('behind-a-proxy', isSaved);
});

describe('a forged task with 16 links that hold their connections', () => {
  const evil: readonly [string, Handler][] = [
    ['silent', () => undefined],
    [
      'endlessly informing',
      (_request, response) => {
        const timer = setInterval(() => {
          if (response.destroyed) clearInterval(timer);
          else response.writeEarlyHints({ link: '</x>; rel=preload' });
        }, 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ];
  it.each(evil)('(%s) keeps no real one waiting, elsewhere or on the same host', async (_name, handler) => {
    const hosts = await Promise.all(Array.from({ length: 4 }, startServer));
    const inbox = await start();
    const links = Array.from({ length: 16 }, (_, n) => hosts[n % 4]?.handle(`/${n}.mp4`, handler) ?? '');
    await inbox.postCallback(lumaSuccess('forged', links));
    await waitUntil(() => hosts.some(({ exchanges }) => exchanges.length > 0), 'the forged links are asked for');
    const elsewhere = await startServer();
    await inbox.postCallback(lumaSuccess('elsewhere', [elsewhere.file('/a.mp4', mp4)]));
    await inbox.waitForTask('elsewhere', isSaved);
    await inbox.postCallback(lumaSuccess('same-host', [hosts[0]?.file('/real.mp4', mp4) ?? '']));
    await inbox.waitForTask('same-host', isSaved, 30_000);
  });
});

it('of eight times 64 forged links and the signed result after them, the signed film comes first', async () => {
  const server = await startServer();
  const inbox = await start({ VIDEO_INBOX_SECRET_KIE_HMAC: 'secret' });
  let letGo = (): void => undefined;
  const mayEnd = new Promise<void>((resolve) => (letGo = resolve));
  const held: Handler = async (_request, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': mp4.length });
    response.write(mp4.subarray(0, 5000));
    await mayEnd;
    response.end(mp4.subarray(5000));
  };
  for (let body = 0; body < 8; body += 1) {
    const links = Array.from({ length: 64 }, (_, n) => server.handle(`/${body}-${n}.mp4`, held));
    await inbox.postCallback(lumaSuccess('poisoned', links));
  }
  await waitUntil(() => server.exchanges.length > 0, 'the forged links are asked for');
  const film = server.file('/signed.mp4', mp4);
  const signature = kieSignature('poisoned', 'secret', Math.floor(Date.now() / 1000));
  expect((await inbox.postCallback(lumaSuccess('poisoned', [film]), signature)).status).toBe(200);
  const stateOf = (task: TaskView) => task.videos.find(({ url }) => url === film)?.state;
  await inbox.waitForTask('poisoned', (task) => stateOf(task) !== undefined);
  const begun = server.exchanges.length;
  letGo();
  await inbox.waitForTask('poisoned', (task) => stateOf(task) === 'saved');
  // Whatever had begun may end; of the five hundred that wait, hardly one comes before it.
  expect(server.exchanges.slice(begun + 2).map(({ path: asked }) => asked)).not.toContain('/signed.mp4');
});

it('a film that a callback of a failure names is fetched and kept, and the task has failed', async () => {
  const server = await startServer();
  const inbox = await start();
  const video_url = server.file('/a.mp4', mp4);
  await inbox.postCallback({ task_id: 'odd-1', status: 'failed', error: 'It took too long.', video_url });
  const task = await inbox.waitForTask('odd-1', isSaved);
  expect(task).toMatchObject({ state: 'failed', message: 'It took too long.', videos: [{ url: video_url }] });
  const waited = await inbox.runCli(['wait', 'odd-1']);
  expect([waited.code, waited.stdout]).toEqual([2, '']);
  expect(waited.stderr).toMatch(
    /^It took too long\.\nThe provider named a video all the same, which is here: \/.*\.mp4\n$/,
  );

  // Who waited for the end, as nearly everybody does, is told before the film is here.
  const late = server.file('/late.mp4', { bytes: mp4, stallAfter: 1000 });
  await inbox.postCallback({ task_id: 'odd-2', status: 'failed', error: 'It took too long.', video_url: late });
  const { code, stderr } = await inbox.runCli(['wait', 'odd-2']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^It took too long\.\nThe provider named a video .* show \S*odd-2"/);
});

it('kills in bursts fetch nothing twice that was on the disk, and leave nothing behind', async () => {
  const server = await startServer();
  let inbox = await start();
  const films = Array.from({ length: 6 }, () => bigMp4(12_000_000));
  for (const [n, bytes] of films.entries()) {
    const file = { bytes, etag: `"v${n}"`, pieceBytes: 16 * 1024, pauseMs: 6 };
    await inbox.postCallback(lumaSuccess(`film-${n}`, [server.file(`/${n}.mp4`, file)]));
  }
  // What lies in the socket of a process that is killed was sent for nothing, whatever that process does.
  const again: string[] = [];
  let broken = 0;
  for (let kill = 0; kill < 12; kill += 1) {
    const before = server.bytesSent;
    await waitUntil(() => server.bytesSent > before + 1_500_000, 'more bytes come');
    await inbox.stop('SIGKILL');
    const sizes = await partSizes(inbox.dataDir);
    broken += sizes.size;
    const asked = server.exchanges.length;
    inbox = await inbox.restart();
    // One that was whole, and only not yet in its place, is not asked for again.
    const open = [...sizes].filter(([task, size]) => size < (films[Number(task.slice(5))]?.length ?? 0));
    await waitUntil(() => server.exchanges.length >= asked + Math.min(4, open.length), 'what was broken off goes on');
    for (const { path: film, range } of server.exchanges.slice(asked)) {
      const size = sizes.get(`film-${film.slice(1, -4)}`) ?? 0;
      const first = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
      if (first < size - 64 * 1024)
        again.push(`${film}: ${String(size)} bytes were there, and ${String(range)} is asked for`);
    }
  }
  for (const n of films.keys()) await inbox.waitForTask(`film-${n}`, isSaved, 120_000);
  expect(again).toEqual([]);
  expect(broken).toBeGreaterThan(6);
  const names = await readdir(path.join(inbox.dataDir, 'videos'), { recursive: true });
  expect(names.filter((name) => !/\.(?:mp4|json)$/.test(name) && name.includes('.'))).toEqual([]);
});

/** How much of each film that has begun is on the disk, by its task. */
async function partSizes(dataDir: string): Promise<ReadonlyMap<string, number>> {
  const names = await readdir(path.join(dataDir, 'videos'), { recursive: true });
  const parts = names.filter((name) => name.endsWith('.part'));
  return new Map(
    await Promise.all(
      parts.map(async (name) => {
        const { size } = await stat(path.join(dataDir, 'videos', name));
        return [/film-\d/.exec(name)?.[0] ?? name, size] as const;
      }),
    ),
  );
}
