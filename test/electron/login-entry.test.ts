// The entry by which Linux starts the app at the login, where the program lies elsewhere by now. `electron` is no more here
// than what is asked of it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { autostartEntry, followLoginSetting } from '../../src-main/electron/login-item.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

const app = vi.hoisted(() => ({ isPackaged: true, getAppPath: () => '/src' }));
vi.mock('electron', () => ({ app }));

let entry = '';
const read = () => readFile(entry, 'utf8').catch(() => null);

beforeEach(async () => {
  const config = await tempDir();
  entry = path.join(config, 'autostart/video-inbox.desktop');
  await mkdir(path.dirname(entry));
  vi.stubEnv('XDG_CONFIG_HOME', config);
  vi.stubEnv('APPIMAGE', '/home/a/new place/video-inbox.AppImage');
  onTestFinished(() => void vi.unstubAllEnvs());
});

it('starts the program where it is now; what the person wrote into it stays', async () => {
  await writeFile(entry, `${autostartEntry('/home/a/old/video-inbox.AppImage', null)}X-GNOME-Autostart-Delay=30\n`);
  followLoginSetting(() => true, 'linux', silentLog);
  const renewed = await waitUntil(
    async () => ((await read())?.includes('new place') ? await read() : null),
    'the entry',
  );
  expect(renewed).toBe(`${autostartEntry('/home/a/new place/video-inbox.AppImage', null)}X-GNOME-Autostart-Delay=30\n`);
});

it.each([
  ['is not made anew where the person removed it', true, true],
  ['is left alone where it is not to start', false, true],
  ['is left to the installed app by a checkout', true, false],
])('%s', async (_what, launches, isPackaged) => {
  app.isPackaged = isPackaged;
  const before = launches && isPackaged ? null : 'Exec="/elsewhere" --hidden';
  if (before !== null) await writeFile(entry, before);
  followLoginSetting(() => launches, 'linux', silentLog);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await read()).toBe(before);
});
