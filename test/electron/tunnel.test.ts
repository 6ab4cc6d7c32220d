// The built desktop app in the Electron double, with the tunnel's worker as a utility process and the real ngrok SDK on a
// stand-in edge.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { callsOf, inMain } from '../support/double.ts';
import { launchDesktop, repoDir, type Desktop } from '../support/electron-driver.ts';
import { request } from '../support/http-request.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { openNgrokEdge, type NgrokEdge } from '../support/ngrok-edge/ngrok-edge.ts';
import { startVideoServer } from '../support/video-server.ts';
import { waitUntil } from '../support/wait-until.ts';

// Connecting takes its time, and so does a busy machine.

const authtoken = '2desktopTokenDesktopTokenDe_5desktopTokenDesktop';

let folder = '';
let edge: NgrokEdge;
let desktop: Desktop;

const statusInTray = ({ app }: Desktop) =>
  inMain(app, ({ double }) => double.trays[0]?.menu?.getMenuItemById('status')?.label);
const untilTrayTells = (label: string, of = desktop) =>
  waitUntil(async () => (await statusInTray(of)) === label, `"${label}" in the tray`, 60_000);
/** What Electron tells when the machine wakes; the double's machine does not sleep. */
const wake = ({ app }: Desktop) => app.evaluate(({ powerMonitor }) => void powerMonitor.emit('resume'));

function environment(token: string) {
  return {
    NGROK_AUTHTOKEN: token,
    VIDEO_INBOX_TUNNEL: 'ngrok',
    VIDEO_INBOX_NGROK_SERVER_ADDR: edge.serverAddress,
    VIDEO_INBOX_NGROK_CA_FILE: path.join(folder, 'ca.pem'),
  };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-edge-'));
  edge = await openNgrokEdge({ authtokens: [authtoken] });
  await writeFile(path.join(folder, 'ca.pem'), edge.caPem);
  desktop = await launchDesktop({ env: environment(authtoken) });
});
afterAll(async () => {
  await desktop.close();
  await edge.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the tunnel of the desktop app', () => {
  it('comes up in a utility process, and a callback through it is kept', async () => {
    const { url } = await waitUntil(async () => {
      const answer = await desktop.call('callback:url');
      return answer.isPublic ? answer : null;
    }, 'a public callback URL');
    const [[worker]] = (await callsOf(desktop.app, 'utilityProcess.fork')) as [[string]];
    expect(path.basename(worker)).toBe('ngrok-worker.cjs');
    const body = JSON.stringify({ taskId: 'from-outside', data: { state: 'success' } });
    const reply = await request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(reply.status).toBe(200);
    expect(await desktop.call('tasks:get', 'from-outside')).toMatchObject({ taskId: 'from-outside' });
  });

  it('is told in the tray, whatever becomes of it', async () => {
    await untilTrayTells('Callback URL is reachable');
    edge.detach(true);
    await desktop.call('tunnel:check');
    await untilTrayTells('Callback URL is shaky');
    edge.detach(false);
    await desktop.call('tunnel:check');
    await untilTrayTells('Callback URL is reachable');
    // Bound, and not proven before the public address answers.
    edge.delay(2000);
    await wake(desktop);
    await untilTrayTells('Connecting the callback URL');
    edge.delay(0);
    await untilTrayTells('Callback URL is reachable');
    await edge.down();
    await untilTrayTells('Callback URL is not reachable');
    await edge.up();
    await desktop.call('tunnel:check');
    await untilTrayTells('Callback URL is reachable');
  });

  it('is connected anew when the machine wakes', async () => {
    await untilTrayTells('Callback URL is reachable');
    const before = {
      forks: (await callsOf(desktop.app, 'utilityProcess.fork')).length,
      sessions: edge.counts().sessionsTotal,
    };
    await wake(desktop);
    await waitUntil(
      async () => (await callsOf(desktop.app, 'utilityProcess.fork')).length > before.forks,
      'a new worker',
    );
    await waitUntil(() => edge.counts().sessionsTotal > before.sessions, 'a new session');
    await untilTrayTells('Callback URL is reachable');
  });

  it('leaves its token in no file and in no argument', async () => {
    const log = await readFile(path.join(desktop.dataDir, 'logs/video-inbox.log'), 'utf8');
    expect(log).not.toContain(authtoken);
    const calls = await callsOf(desktop.app, 'utilityProcess.fork');
    expect(JSON.stringify(calls)).not.toContain(authtoken);
  });

  it('is unbound when the app quits', async () => {
    // The worker from before the sleep may only just be on its way out.
    await waitUntil(() => edge.counts().endpoints === 1, 'the edge to know one endpoint');
    expect(await desktop.quit()).toBe(0);
    await waitUntil(() => edge.counts().endpoints === 0, 'the edge to be rid of it');
  });
});

describe('a refused token', () => {
  it('is told in the tray', async () => {
    const refused = await launchDesktop({ env: environment('2strangerTokenStrangerTokenS_5strangerTokenStranger') });
    onTestFinished(() => refused.close());
    await untilTrayTells('Callback URL needs your help', refused);
    expect(edge.counts().endpoints).toBe(0);
  });
});

describe('without a tunnel', () => {
  it('the tray says how far the callback URL reaches, and downloads that wait go on when the machine wakes', async () => {
    const media = await startVideoServer();
    const local = await launchDesktop({ env: { VIDEO_INBOX_ALLOW_HOST: media.host } });
    onTestFinished(() => local.close());
    await untilTrayTells('Reachable from this machine only', local);

    const reply = await local.postCallback(lumaSuccess('late', [media.status('/late.mp4', 500)]));
    expect(reply.status).toBe(200);
    // By itself the eighth attempt comes after two minutes.
    await waitUntil(async () => {
      await wake(local);
      return media.exchanges.length >= 8;
    }, 'an attempt at each wake');
    media.file('/late.mp4', await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4')));
    await waitUntil(async () => {
      await wake(local);
      return (await local.call('tasks:get', 'late'))?.videos[0]?.state === 'saved';
    }, 'the video');
  });
});
