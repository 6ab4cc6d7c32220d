/**
 * Whether the system shows tray icons. On Linux that is a program of its own, which GNOME does not bring; without it a
 * hidden window could only be had back by starting the app again. Electron does not tell, so the session bus is asked
 * by whichever of its tools is installed; one question does not pay for a D-Bus library.
 * @see https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/StatusNotifierWatcher/
 */
import { execFile } from 'node:child_process';

const watcher = 'org.kde.StatusNotifierWatcher';
const bus = 'org.freedesktop.DBus';
const answerLimitMs = 1000;

/** Each prints a word with `true` in it where that name has an owner. */
const questions: readonly (readonly [command: string, args: readonly string[]])[] = [
  [
    'gdbus',
    [
      'call',
      '--session',
      '--dest',
      bus,
      '--object-path',
      '/org/freedesktop/DBus',
      '--method',
      `${bus}.NameHasOwner`,
      watcher,
    ],
  ],
  [
    'dbus-send',
    [
      '--session',
      '--print-reply',
      `--dest=${bus}`,
      '/org/freedesktop/DBus',
      `${bus}.NameHasOwner`,
      `string:${watcher}`,
    ],
  ],
  ['busctl', ['--user', 'call', bus, '/org/freedesktop/DBus', bus, 'NameHasOwner', 's', watcher]],
];

/** Where nobody can be asked, `false`: a minimised window is found, a hidden one is not. */
export async function hasTrayHost(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (platform !== 'linux') return true;
  for (const [command, args] of questions) {
    const answer = await ask(command, args, env);
    if (answer !== null) return answer;
  }
  return false;
}

/** @returns `null` where that command is not there or gets no answer. */
function ask(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean | null> {
  return new Promise((resolve) => {
    execFile(command, [...args], { env, timeout: answerLimitMs }, (error, output) => {
      resolve(error === null ? /\btrue\b/.test(output) : null);
    });
  });
}
