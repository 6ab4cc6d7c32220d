/** What a person gives the program for its public address: an authtoken, a proxy of their own, a port. */
import { cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { request } from '../support/http-request.ts';
import { repoDir, type Inbox } from '../support/inbox-process.ts';
import { journalLines } from '../support/journal-lines.ts';
import { lumaFailure } from '../support/kie-callbacks.ts';
import { goodAuthtoken } from '../support/ngrok-edge/tunnel-rig.ts';
import {
  canSeeProcesses,
  commandLine,
  createTunnelledInboxes,
  environmentOf,
  filesWith,
  postAt,
  runWithInput,
  statusOf,
  strangeAuthtoken,
  untilLight,
  workersOf,
} from '../support/tunnelled-inbox.ts';
import { waitUntil } from '../support/wait-until.ts';

const { inboxes, openEdge, edgeEnv, startOnline, close } = createTunnelledInboxes();
/** Each a process of its own. */
const alone = createTunnelledInboxes({ inTurn: false });
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await close();
  await alone.close();
  await Promise.all(closers.splice(0).map((run) => run()));
});

const limit = { timeout: 180_000 };
/** From the first version of ngrok: without the underscore. */
const oldAuthtoken = 'A1b2C3d4E5f6G7h8I9j0';

/** Without an authtoken in the environment. */
const startBare = (dataDir?: string): Promise<Inbox> =>
  inboxes.start({ args: ['--tunnel', 'ngrok'], env: edgeEnv(), ...(dataDir === undefined ? {} : { dataDir }) });

function setToken(dataDir: string, input: string, env: Readonly<Record<string, string>> = {}) {
  return runWithInput(['tunnel', 'set-token', '--data-dir', dataDir], input, env);
}

const badTokens: [string, string, RegExp][] = [
  ['nothing', '', /^Paste your ngrok authtoken: it is at dashboard\.ngrok\.com/],
  ['blanks', ' \n\n', /^Paste your ngrok authtoken/],
  ['a sentence', 'my secret authtoken', /^An authtoken is one word without spaces\./],
  ['a link', 'https://dashboard.ngrok.com/get-started/your-authtoken', /^This is a link, not the authtoken\./],
  ['odd characters', 'abcdefgh_ijk!lmn%opq', /^An authtoken consists of letters, digits/],
  ['the name of a key', 'cr_2abcDEFghiJKLmnoPQRstuVWXyz', /^This is the name of a key or credential/],
  ['a key of another service', 'sk-abcdefghijklmnopqrstuvwx', /^This is a key of another service\./],
];

describe('tunnel set-token', limit, () => {
  it('without a running inbox: refuses what is none with a sentence, and keeps a good one for the next start', async () => {
    await openEdge();
    const dataDir = path.join(await inboxes.tempDir(), 'data');
    for (const [, input, sentence] of badTokens.slice(0, 4)) {
      const run = await setToken(dataDir, input);
      expect(run).toMatchObject({ code: 1, stdout: '' });
      expect(run.stderr).toMatch(sentence);
      if (input.trim() !== '') expect(run.stderr).not.toContain(input);
    }
    const run = await setToken(dataDir, `ngrok config add-authtoken ${goodAuthtoken}\n`);
    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(run.stderr).toMatch(/^Saved\./);
    expect(run.stderr).not.toContain(goodAuthtoken);
    expect(await filesWith(dataDir, goodAuthtoken)).toEqual(['secrets.json']);
    expect((await stat(path.join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path.join(dataDir, 'settings.json'), 'utf8'))).toMatchObject({
      tunnel: { kind: 'ngrok' },
    });

    const inbox = await startBare(dataDir);
    await untilLight(inbox, 'online');
    expect((await inbox.call('settings:get')).secrets).toContainEqual({
      name: 'NGROK_AUTHTOKEN',
      isSet: true,
      fromEnvironment: false,
    });
  });

  it('with a running inbox: a bad one changes nothing, a good one brings it online at once', async () => {
    await openEdge();
    const inbox = await startBare();
    expect(await statusOf(inbox)).toMatchObject({
      kind: 'ngrok',
      state: 'blocked',
      message: expect.stringMatching(/needs your ngrok authtoken.*set-token/) as string,
    });
    expect(await inbox.call('tunnel:details')).toMatchObject({ since: null, advice: null, ngrokCode: null });
    for (const [, input, sentence] of badTokens.slice(4)) {
      const run = await setToken(inbox.dataDir, input);
      expect(run).toMatchObject({ code: 1, stdout: '' });
      expect(run.stderr).toMatch(sentence);
      await expect(inbox.call('secrets:set', 'NGROK_AUTHTOKEN', input)).rejects.toThrow(/^bad-request: /);
    }
    expect((await inbox.postCallback(lumaFailure('without-a-tunnel'))).status).toBe(200);

    expect(await setToken(inbox.dataDir, `${goodAuthtoken}\n`)).toMatchObject({ code: 0 });
    await untilLight(inbox, 'online');

    // Replaced by one that ngrok does not know, and by a good one again.
    expect(await setToken(inbox.dataDir, strangeAuthtoken())).toMatchObject({ code: 0 });
    expect((await untilLight(inbox, 'blocked')).message).toMatch(/reset or revoked/);
    expect(await setToken(inbox.dataDir, '', { NGROK_AUTHTOKEN: goodAuthtoken })).toMatchObject({ code: 0 });
    await untilLight(inbox, 'online');
    await inbox.stop();
    expect(await filesWith(inbox.dataDir, goodAuthtoken)).toEqual(['secrets.json']);
    expect(inbox.log()).not.toContain(goodAuthtoken);
  });

  it('one of the first version of ngrok is doubted at once, and ngrok itself has the last word', async () => {
    const edge = await openEdge();
    edge.refuse('auth', '106');
    const inbox = await startBare();
    const run = await setToken(inbox.dataDir, oldAuthtoken);
    expect(run.stderr).toMatch(/^Note: This looks like an authtoken from the first version of ngrok/);
    const blocked = await untilLight(inbox, ({ message }) => message?.includes('first version') === true);
    expect(blocked).toMatchObject({ state: 'blocked', publicUrl: null });
    expect((await inbox.call('tunnel:details')).ngrokCode).toBe('106');
    expect((await inbox.postCallback(lumaFailure('beside-an-old-token'))).status).toBe(200);
  });

  it('does not promise a tunnel where the inbox was started without one', async () => {
    const inbox = await inboxes.start(); // with `--tunnel none`
    const run = await setToken(inbox.dataDir, goodAuthtoken);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/^Saved, but the running inbox was started with another --tunnel/);
    expect((await statusOf(inbox)).kind).toBe('none');
  });

  it('a token of the environment cannot be changed behind its back', async () => {
    await openEdge();
    const inbox = await startOnline();
    const run = await setToken(inbox.dataDir, strangeAuthtoken());
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/comes from the environment/);
    expect((await statusOf(inbox)).state).toBe('online');
  });
});

describe('secrets', limit, () => {
  it('the authtoken of the environment and the tokens of callback URLs are kept out of everything', async () => {
    await alone.openEdge();
    const inbox = await alone.startOnline({ args: ['--log-level', 'debug'] });
    const { url } = await inbox.call('callback:url');
    const token = new URL(url).pathname.slice('/c/'.length);
    if (canSeeProcesses) {
      const workers = workersOf(inbox.pid);
      expect(workers).toHaveLength(1);
      for (const pid of [inbox.pid, ...workers]) {
        expect(commandLine(pid)).not.toBe('');
        expect(commandLine(pid)).not.toContain(goodAuthtoken);
      }
      for (const pid of workers) expect(environmentOf(pid)).not.toContain(goodAuthtoken);
    }
    // Luma Modify echoes its request, callback URL included; and someone may well post a key of ours back to us.
    const promptJson = JSON.stringify({ prompt: `a harbour ${goodAuthtoken}`, callBackUrl: url, waterMark: '' });
    const body = { code: 500, msg: `no luck with ${url}`, data: { taskId: 'echo-1', promptJson } };
    expect((await postAt(url, body, { 'x-api-key': goodAuthtoken, 'x-echo': url })).status).toBe(200);
    await postAt(url, { not: 'a task', of: goodAuthtoken, url });
    await request(`${url}/${goodAuthtoken}`);
    await inbox.call('tunnel:check');
    const shown = JSON.stringify([
      await inbox.call('tasks:get', 'echo-1'),
      await inbox.call('settings:get'),
      await inbox.call('tunnel:details'),
    ]).replaceAll(JSON.stringify(url), ''); // the status tells the callback URL: that is what it is for
    expect(shown).not.toContain(goodAuthtoken);
    expect(shown).not.toContain(token);
    await inbox.stop();

    expect(await filesWith(inbox.dataDir, goodAuthtoken)).toEqual([]);
    expect([...(await filesWith(inbox.dataDir, token))].sort()).toEqual([
      'callback-urls.json',
      'callback-urls.json.copy',
    ]);
    expect(inbox.log()).not.toContain(goodAuthtoken);
    expect(inbox.log()).not.toContain(token);
    const kept = JSON.stringify(await journalLines(inbox.dataDir));
    expect(kept).toContain('a harbour');
    expect(kept).toContain('[redacted]');
  });
});

interface Proxy {
  readonly url: string;
  /** Port to pass requests to; `null` = answers 502 by itself. */
  upstream: number | null;
  /** Answers everything by itself, as the wrong machine would. */
  isElsewhere: boolean;
}

/** What a person might put in front: it says who asks, and knows one upstream. */
async function openProxy(): Promise<Proxy> {
  const server = http.createServer((incoming, outgoing) => {
    if (proxy.isElsewhere || proxy.upstream === null) {
      outgoing.writeHead(proxy.isElsewhere ? 204 : 502).end();
      return;
    }
    const upstream = http.request(
      {
        host: '127.0.0.1',
        port: proxy.upstream,
        method: incoming.method ?? 'GET',
        path: incoming.url ?? '/',
        headers: { ...incoming.headers, 'x-forwarded-for': '192.0.2.44' },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    upstream.on('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: Proxy = { url: `http://127.0.0.1:${port}`, upstream: null, isElsewhere: false };
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return proxy;
}

describe('--public-url', limit, () => {
  it('is online only once a proof came back through the proxy', async () => {
    const proxy = await openProxy();
    const inbox = await inboxes.start({ args: ['--public-url', `${proxy.url}/`] });
    const broken = await untilLight(inbox, 'degraded');
    expect(broken).toMatchObject({ kind: 'url', publicUrl: proxy.url, provenAt: null });
    expect(broken.message).toMatch(/Check that the proxy is running/);

    proxy.isElsewhere = true;
    expect(await inbox.call('tunnel:check')).toMatchObject({ state: 'degraded', provenAt: null });

    Object.assign(proxy, { isElsewhere: false, upstream: inbox.callbackPort });
    expect(await inbox.call('tunnel:check')).toMatchObject({ state: 'online', message: null });
    const status = await statusOf(inbox);
    expect(status).toMatchObject({ kind: 'url', state: 'online', publicUrl: proxy.url });
    expect(status.provenAt).not.toBeNull();
    expect(status.callbackUrl).toBe(`${proxy.url}${new URL(inbox.callbackUrl).pathname}`);
    expect((await postAt(status.callbackUrl, lumaFailure('by-my-proxy'))).status).toBe(200);
    expect((await journalLines(inbox.dataDir)).find(({ type }) => type === 'result')).toMatchObject({
      evidence: { remote: '192.0.2.44' },
    });

    proxy.upstream = null;
    expect(await inbox.call('tunnel:check')).toMatchObject({
      state: 'degraded',
      provenAt: expect.any(String) as string,
    });
    expect((await inbox.postCallback(lumaFailure('on-loopback'))).status).toBe(200);
  });

  it.each(['not an address', 'ftp://example.com', 'https://example.com/?a=b'])('%j is refused', async (url) => {
    const dataDir = path.join(await inboxes.tempDir(), 'data');
    const run = await inboxes.runCli(['serve', '--data-dir', dataDir, '--public-url', url]);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/^--public-url must be an address such as https:\/\//);
  });
});

describe('a port that is taken', limit, () => {
  it('is told as a sentence that names the port and the flag, and the tunnel is not begun', async () => {
    const edge = await openEdge();
    const proxy = await openProxy();
    const taken = new URL(proxy.url).port;
    const dataDir = path.join(await inboxes.tempDir(), 'data');
    const args = ['serve', '--data-dir', dataDir, '--tunnel', 'ngrok', '--local-port', '0', '--callback-port', taken];
    const run = await inboxes.runCli(args, { ...edgeEnv(), NGROK_AUTHTOKEN: goodAuthtoken });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain(`Port ${taken}`);
    expect(run.stderr).toMatch(/--callback-port \(0 = any free port\)/);
    expect(edge.counts().connections).toBe(0);
  });
});

describe('a system that ngrok has no module for', limit, () => {
  it('is told as a sentence, and callbacks on loopback are stored', async () => {
    await openEdge();
    // Nothing above this folder has an `@ngrok/ngrok`.
    const elsewhere = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-lonely-'));
    closers.push(() => rm(elsewhere, { recursive: true, force: true }));
    await mkdir(path.join(elsewhere, 'dist'));
    await cp(path.join(repoDir, 'dist/main'), path.join(elsewhere, 'dist/main'), { recursive: true });
    const dataDir = path.join(elsewhere, 'data');
    const args = ['serve', '--json', '--data-dir', dataDir, '--callback-port', '0', '--local-port', '0'];
    const child = spawn(process.execPath, [path.join(elsewhere, 'dist/main/cli.cjs'), ...args, '--tunnel', 'ngrok'], {
      cwd: os.tmpdir(),
      env: { PATH: process.env['PATH'] ?? '', ...edgeEnv(), NGROK_AUTHTOKEN: goodAuthtoken },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
    try {
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
      await waitUntil(() => printed.includes('\n'), 'the ready line');
      const { callbackUrl } = JSON.parse(printed.split('\n')[0] ?? '') as { readonly callbackUrl: string };
      const status = async (): Promise<string> =>
        (await inboxes.runCli(['status', '--json'], { VIDEO_INBOX_DATA_DIR: dataDir })).stdout;
      const blocked = await waitUntil(async () => {
        const text = await status();
        return text.includes('"blocked"') ? text : null;
      }, 'the tunnel to be blocked');
      expect(blocked).toMatch(/The part of ngrok that this system needs is missing.*--public-url/);
      expect((await postAt(callbackUrl, lumaFailure('without-a-module'))).status).toBe(200);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await gone).toBe(0);
    const deliveries = (await journalLines(dataDir)).filter(({ type }) => type === 'result');
    expect(deliveries).toMatchObject([{ read: { taskId: 'without-a-module' } }]);
  });
});
