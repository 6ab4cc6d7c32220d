// The built desktop app in the Electron double, with the tunnel's worker as a utility process and the real ngrok SDK on a
// stand-in edge.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsOf, inMain } from '../support/double.ts';
import { launchDesktop, type Desktop } from '../support/electron-driver.ts';
import { request } from '../support/http-request.ts';
import { openNgrokEdge, type NgrokEdge } from '../support/ngrok-edge/ngrok-edge.ts';
import { waitUntil } from '../support/wait-until.ts';

const authtoken = '2desktopTokenDesktopTokenDe_5desktopTokenDesktop';

let folder = '';
let edge: NgrokEdge;
let desktop: Desktop;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-edge-'));
  edge = await openNgrokEdge({ authtokens: [authtoken] });
  const caFile = path.join(folder, 'ca.pem');
  await writeFile(caFile, edge.caPem);
  desktop = await launchDesktop({
    env: {
      NGROK_AUTHTOKEN: authtoken,
      VIDEO_INBOX_TUNNEL: 'ngrok',
      VIDEO_INBOX_NGROK_SERVER_ADDR: edge.serverAddress,
      VIDEO_INBOX_NGROK_CA_FILE: caFile,
    },
  });
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
    await waitUntil(
      () =>
        inMain(desktop.app, ({ double }) => double.trays[0]?.menu.items[0]?.label !== 'Connecting the callback URL'),
      'the status in the tray',
    );
  });

  it('leaves its token in no file and in no argument', async () => {
    const log = await readFile(path.join(desktop.dataDir, 'logs/video-inbox.log'), 'utf8');
    expect(log).not.toContain(authtoken);
    const forks = await callsOf(desktop.app, 'utilityProcess.fork');
    expect(JSON.stringify(forks)).not.toContain(authtoken);
  });

  it('is unbound when the app quits', async () => {
    expect(edge.counts().endpoints).toBe(1);
    expect(await desktop.quit()).toBe(0);
    await waitUntil(() => edge.counts().endpoints === 0, 'the edge to be rid of it');
  });
});
