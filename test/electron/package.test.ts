// The package for this Linux, laid out by electron-builder with the Electron double in the place of Electron: what is in
// it, what lies beside it, its fuses, that it starts, and how deb, rpm and AppImage lay it out. Those themselves, dmg and nsis
// are left to the CI workflow.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languageFor, languages } from '../../src-main/common/texts/language.ts';
import { delivery } from '../support/deliveries.ts';
import { inMain } from '../support/double.ts';
import { launchDesktop, repoDir } from '../support/electron-driver.ts';
import { openLibraryIn } from '../support/test-library.ts';

const run = promisify(execFile);
const sevenZip = spawnSync('sh', ['-c', 'command -v 7za'], { encoding: 'utf8' }).stdout.trim();
const isLinux = process.platform === 'linux' && process.arch === 'x64';
if (!isLinux) process.stderr.write('Skipped: the package test lays out the Linux package, on Linux x64 only.\n');
if (isLinux && sevenZip === '')
  process.stderr.write('Skipped: tar.gz and zip need 7za, which is not installed here.\n');

const buildLimitMs = 180_000;
let release = '';
const unpacked = (): string => path.join(release, 'linux-unpacked');
const appDir = (): string => path.join(release, 'app-dir');

/** Runs a program of node_modules in the repository. */
async function tool(file: string, ...args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    ELECTRON_BUILDER_7ZIP_PATH: sevenZip,
    CUSTOM_FPM_PATH: path.join(repoDir, 'test/support/fpm-double/fpm'),
    FPM_DOUBLE_DIR: release,
    APPIMAGE_TOOLS_PATH: path.join(repoDir, 'test/support/appimage-double'),
    APPIMAGE_DOUBLE_DIR: appDir(),
  };
  const { stdout } = await run(process.execPath, [path.join(repoDir, 'node_modules', file), ...args], {
    cwd: repoDir,
    env,
  });
  return stdout;
}

const build = (...targets: readonly string[]) =>
  tool(
    'electron-builder/cli.js',
    ...['--linux', ...targets, '--publish', 'never'],
    '-c.electronDist=test/electron-double',
    `-c.directories.output=${release}`,
  );

beforeAll(async () => {
  release = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-release-'));
  if (isLinux) await build('dir');
}, buildLimitMs);
afterAll(() => rm(release, { recursive: true, force: true }));

describe.skipIf(!isLinux)('the package', () => {
  it('holds the built program, the native module and nothing else', async () => {
    const list = await tool('@electron/asar/bin/asar.js', 'list', path.join(unpacked(), 'resources/app.asar'));
    const files = list.trim().split('\n');
    // What the bundler names by content is compared by its kind.
    const known = new Set(files.map((file) => file.replace(/-[\w-]{8}(?=\.\w+$)/, '-*')));
    const chunks = [...known].filter((file) => /^\/dist\/main\/[\w.-]+-\*\.cjs$/.test(file));
    const assets = [...known].filter((file) => /^\/dist\/renderer\/assets\/[\w.-]+-\*\.(js|css|svg|woff2)$/.test(file));
    expect([...known].filter((file) => !chunks.includes(file) && !assets.includes(file)).sort()).toEqual([
      '/dist',
      '/dist/main',
      '/dist/main/body-worker.cjs',
      '/dist/main/command-line.cjs',
      '/dist/main/electron.cjs',
      '/dist/main/media-worker.cjs',
      '/dist/main/ngrok-worker.cjs',
      '/dist/preload',
      '/dist/preload/preload.cjs',
      '/dist/renderer',
      '/dist/renderer/THIRD-PARTY-*.txt',
      '/dist/renderer/assets',
      '/dist/renderer/index.html',
      '/node_modules',
      '/node_modules/@ngrok',
      '/node_modules/@ngrok/ngrok',
      '/node_modules/@ngrok/ngrok-linux-x64-gnu',
      '/node_modules/@ngrok/ngrok-linux-x64-gnu/ngrok.linux-x64-gnu.node',
      '/node_modules/@ngrok/ngrok-linux-x64-gnu/package.json',
      '/node_modules/@ngrok/ngrok/LICENSE-APACHE',
      '/node_modules/@ngrok/ngrok/LICENSE-MIT',
      '/node_modules/@ngrok/ngrok/index.js',
      '/node_modules/@ngrok/ngrok/package.json',
      '/package.json',
    ]);
    expect(chunks.length).toBeGreaterThan(0);
    expect(assets.some((file) => file.endsWith('.js'))).toBe(true);
    expect(files.some((file) => file.endsWith('.map'))).toBe(false);
  });

  it('keeps only the package of the native module outside of the archive', () => {
    const beside = readdirSync(path.join(unpacked(), 'resources/app.asar.unpacked'), {
      recursive: true,
      withFileTypes: true,
    });
    expect(
      beside
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['ngrok.linux-x64-gnu.node', 'package.json']);
    expect(readFileSync(path.join(unpacked(), 'resources/app-update.yml'), 'utf8')).toContain('provider: github');
    expect(readFileSync(path.join(unpacked(), 'resources/LICENSE.txt'), 'utf8')).toContain('MIT License');
    expect(readFileSync(path.join(unpacked(), 'resources/THIRD-PARTY-LICENSES.txt'), 'utf8')).toContain('@ngrok/ngrok');
  });

  it('knows each language that the app speaks, so that the system can ask for it', () => {
    const known = readdirSync(path.join(unpacked(), 'locales')).map((file) => path.basename(file, '.pak'));
    expect(known).not.toContain('de');
    expect(new Set(known.map((tag) => languageFor([tag])))).toEqual(new Set(languages.map(({ code }) => code)));
  });

  it('has its fuses blown as the security checklist asks', async () => {
    const text = await tool('@electron/fuses/dist/bin.js', 'read', '--app', path.join(unpacked(), 'video-inbox'));
    const fuses = Object.fromEntries(
      [...text.matchAll(/^ {2}(\w+) is (\w+)$/gm)].map((match) => [match[1] ?? '', match[2]] as const),
    );
    expect(fuses).toMatchObject({
      RunAsNode: 'Disabled',
      EnableCookieEncryption: 'Enabled',
      EnableNodeOptionsEnvironmentVariable: 'Disabled',
      EnableNodeCliInspectArguments: 'Disabled',
      EnableEmbeddedAsarIntegrityValidation: 'Enabled',
      OnlyLoadAppFromAsar: 'Enabled',
      GrantFileProtocolExtraPrivileges: 'Disabled',
    });
  });

  it('starts from its folder, shows the gallery, loads its native module and quits', async () => {
    const desktop = await launchDesktop({ executablePath: path.join(unpacked(), 'video-inbox') });
    try {
      const page = await desktop.page();
      await page.getByText('Video Inbox').first().waitFor();
      const { taskId } = await desktop.call('callback:sendTest', { provider: 'kie-luma', fail: false });
      await desktop.waitForTask(taskId, (task) => task.videos[0]?.state === 'saved');
      expect(await desktop.app.evaluate(({ app }) => [app.isPackaged, app.getName()])).toEqual([true, 'Video Inbox']);
      const native = await inMain(desktop.app, () => {
        const { createRequire } = process.getBuiltinModule('module');
        const { app } = createRequire('/')('electron') as { app: { getAppPath(): string } };
        const loaded = createRequire(`${app.getAppPath()}/package.json`)('@ngrok/ngrok') as object;
        return 'SessionBuilder' in loaded;
      });
      expect(native).toBe(true);
      expect(await desktop.quit()).toBe(0);
    } finally {
      await desktop.close();
    }
  });

  it('answers the commands as well, where there is a display, and says what to do where there is none', () => {
    const folder = path.join(release, 'a-library');
    const command = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
      spawnSync(path.join(unpacked(), 'video-inbox'), args, {
        env: { ...process.env, VIDEO_INBOX_DATA_DIR: folder, DISPLAY: '', WAYLAND_DISPLAY: '', ...env },
        encoding: 'utf8',
        timeout: 60_000,
        killSignal: 'SIGKILL',
        input: 'whsec-of-the-test',
      });
    const stored = command({ DISPLAY: ':1' }, 'secret', 'set', 'replicate');
    expect(stored).toMatchObject({ status: 0, stdout: '' });
    expect(stored.stderr).toContain('REPLICATE is stored; the inbox uses it when it starts.');
    const listed = command({ DISPLAY: ':1' }, 'list', '--json');
    expect(listed).toMatchObject({ status: 0, stdout: '[]\n', stderr: '' });
    const missing = command({ DISPLAY: ':1' }, 'status');
    expect(missing).toMatchObject({ status: 1, stdout: '' });
    expect(missing.stderr).toContain(`No Video Inbox runs on ${folder}. Start it with "video-inbox serve"`);
    const version = command({ DISPLAY: ':1' }, 'version');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const blind = command({}, 'status');
    expect(blind.status).toBe(1);
    expect(blind.stderr).toContain('cannot run commands without a display');
  });

  it('gives a reader that takes its time all that a command has to say', async () => {
    const folder = path.join(release, 'a-long-list');
    const library = await openLibraryIn(folder);
    await library.recordAll(
      Array.from({ length: 200 }, (_, n) => delivery(`t-${String(n)}`, { prompt: 'a boat '.repeat(60) })),
    );
    await library.close();
    const listed = spawnSync(
      'sh',
      ['-c', `'${path.join(unpacked(), 'video-inbox')}' list --json --limit 200 | (sleep 2; cat)`],
      {
        env: { ...process.env, VIDEO_INBOX_DATA_DIR: folder, DISPLAY: ':1' },
        encoding: 'utf8',
        timeout: 60_000,
        maxBuffer: 16 * 1024 * 1024,
      },
    );
    expect(JSON.parse(listed.stdout)).toHaveLength(200);
  });

  it('is a deb and an rpm that lie in a folder without blanks, take links, and put the command in the path', async () => {
    await build('deb', 'rpm');
    for (const target of ['deb', 'rpm']) {
      const read = (name: string) => readFile(path.join(release, target, name), 'utf8');
      const layout = (await read('arguments')).split('\n').filter((line) => /=\/(opt|usr)\//.test(line));
      // Chromium takes the path of its sandbox apart at blanks: the app would not start where that is needed.
      expect(layout.map((line) => line.replace(/^.*=/, ''))).toEqual(
        expect.arrayContaining([
          '/opt/video-inbox',
          '/usr/share/applications/video-inbox.desktop',
          '/usr/share/icons/hicolor/512x512/apps/video-inbox.png',
        ]),
      );
      expect((await read('desktop')).split('\n')).toEqual(
        expect.arrayContaining([
          'Name=Video Inbox',
          'Exec=/opt/video-inbox/video-inbox %U',
          'Icon=video-inbox',
          'StartupWMClass=video-inbox',
          'MimeType=x-scheme-handler/video-inbox;',
        ]),
      );
      expect(await read('after-install')).toContain("ln -sf '/opt/video-inbox/video-inbox' '/usr/bin/video-inbox'");
      expect(await read('after-remove')).toContain('/usr/bin/video-inbox');
    }
  });

  it(
    'is an AppImage that is started in Chromium’s sandbox, takes links, and answers the commands',
    async () => {
      await build('AppImage');
      const entry = await readFile(path.join(appDir(), 'video-inbox.desktop'), 'utf8');
      expect(entry.split('\n')).toEqual(
        expect.arrayContaining(['Name=Video Inbox', 'Exec=AppRun %U', 'MimeType=x-scheme-handler/video-inbox;']),
      );
      const env = { ...process.env, DISPLAY: ':1', VIDEO_INBOX_DATA_DIR: path.join(release, 'of-the-app-image') };
      const started = spawnSync(path.join(appDir(), 'AppRun'), ['list', '--json'], {
        env,
        encoding: 'utf8',
        timeout: 60_000,
        killSignal: 'SIGKILL',
      });
      expect(started).toMatchObject({ status: 0, stdout: '[]\n' });
      // The updater keeps a name without a version, and with it all that starts the program by its name.
      expect(readdirSync(release).filter((name) => name.endsWith('.AppImage'))).toEqual([
        'video-inbox-linux-x86_64.AppImage',
      ]);
    },
    buildLimitMs,
  );

  it.skipIf(sevenZip === '')(
    'comes as tar.gz and zip',
    async () => {
      await build('tar.gz', 'zip', '-c.compression=store');
      const { version } = JSON.parse(await readFile(path.join(repoDir, 'package.json'), 'utf8')) as { version: string };
      for (const name of [`video-inbox-${version}-linux-x64.tar.gz`, `video-inbox-${version}-linux-x64.zip`]) {
        expect(existsSync(path.join(release, name)), name).toBe(true);
      }
    },
    buildLimitMs,
  );
});
