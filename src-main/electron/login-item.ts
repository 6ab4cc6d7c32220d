/** Starts the app at login, hidden. Electron does this on macOS and Windows; Linux has a folder for it. */
import { app } from 'electron';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Log } from '../node/log/log.ts';
import { isErrno, replaceFile } from '../node/storage/durable-files.ts';
import { startFile } from './start-file.ts';

export const hiddenFlag = '--hidden';

interface LoginItemPorts {
  readonly platform: NodeJS.Platform;
  /** `XDG_CONFIG_HOME`, or what stands for it. */
  readonly configDir: string;
  /** The program to start. */
  readonly executable: string;
  /** The folder that a bare runtime must be told; `null` in a package, which holds its own. */
  readonly appFolder: string | null;
}

/**
 * Where the program was moved, its entry is brought up to date; what else stands in it is the person's.
 * @returns to be called after each change of the settings: tells the system where that one is another than before.
 */
export function followLoginSetting(launches: () => boolean, platform: NodeJS.Platform, log: Log): () => void {
  let told = launches();
  const ports = {
    platform,
    configDir: process.env['XDG_CONFIG_HOME'] ?? path.join(homedir(), '.config'),
    executable: startFile(process),
    appFolder: app.isPackaged ? null : app.getAppPath(),
  };
  const fail = (error: unknown): void => {
    log.error({ error }, 'The system did not take over whether Video Inbox starts at login.');
  };
  // A checkout beside an installed app leaves its entry alone.
  if (told && platform === 'linux' && app.isPackaged) renewEntry(ports).catch(fail);
  return () => {
    if (launches() === told) return;
    told = launches();
    setLaunchAtLogin(told, ports).catch(fail);
  };
}

const entryFile = (configDir: string): string => path.join(configDir, 'autostart', 'video-inbox.desktop');

async function renewEntry({ configDir, executable, appFolder }: LoginItemPorts): Promise<void> {
  const file = entryFile(configDir);
  const there = await readFile(file, 'utf8').catch((error: unknown) => {
    // Whoever removed it there wants no start.
    if (isErrno(error, ['ENOENT'])) return null;
    throw error;
  });
  const command = commandLine.exec(autostartEntry(executable, appFolder))?.[0] ?? '';
  const renewed = there?.replace(commandLine, () => command) ?? null;
  if (renewed !== null && renewed !== there) await replaceFile(file, renewed);
}

const commandLine = /^Exec=.*$/m;

/** @throws NodeJS.ErrnoException where the entry cannot be written. */
async function setLaunchAtLogin(on: boolean, ports: LoginItemPorts): Promise<void> {
  const { platform, configDir, executable, appFolder } = ports;
  if (platform !== 'linux') {
    // macOS would open the bare runtime: it takes no arguments for it.
    if (platform === 'darwin' && appFolder !== null) throw new Error('only a packaged app can start at login');
    const before = appFolder === null ? [] : [`"${appFolder}"`];
    const onWindows = { path: executable, args: [...before, hiddenFlag] };
    app.setLoginItemSettings({ openAtLogin: on, ...(platform === 'win32' ? onWindows : {}) });
    return;
  }
  const file = entryFile(configDir);
  if (!on) {
    await rm(file, { force: true });
    return;
  }
  await mkdir(path.dirname(file), { recursive: true });
  await replaceFile(file, autostartEntry(executable, appFolder));
}

/** True where the window should stay hidden: the flag, or macOS, which passes no flags at login. */
export function startsHidden(argv: readonly string[], platform: NodeJS.Platform): boolean {
  return argv.includes(hiddenFlag) || (platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);
}

/** @see https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html for the quoting */
export function autostartEntry(executable: string, appFolder: string | null): string {
  const command = [executable, ...(appFolder === null ? [] : [appFolder])].map((part) => `"${quoted(part)}"`);
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Video Inbox',
    `Exec=${command.join(' ')} ${hiddenFlag}`,
    'Icon=video-inbox',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

function quoted(part: string): string {
  return part
    .replaceAll(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%');
}
