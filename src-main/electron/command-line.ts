/** The app's own program as the `video-inbox` command: it works where only the package is installed. */
import { app, utilityProcess } from 'electron';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { helpWords, isCommandName, versionWords } from '../common/command-names.ts';
import type { CommandLine } from '../node/command-line-host.ts';
import { untilWritten } from '../node/log/unhurried-lines.ts';
import { createUtilitySpawn, workerEnvironment } from '../node/tunnel/worker-handle.ts';
import { desktopTexts } from './texts/en.ts';

/**
 * @param argv of the process
 * @param isPackaged false: the app's folder stands before the command
 * @returns what follows `video-inbox`, or `null` where the app itself is wanted
 */
export function commandIn(argv: readonly string[], isPackaged: boolean): readonly string[] | null {
  const args = argv.slice(1);
  // Flags of Chromium may come before what is ours.
  let at = args.findIndex((word) => !word.startsWith('-'));
  if (!isPackaged && at >= 0) {
    const next = args.slice(at + 1).findIndex((word) => !word.startsWith('-'));
    at = next < 0 ? -1 : at + 1 + next;
  }
  const word = args[at];
  if (word !== undefined) return isCommandName(word) || word === 'help' || word === 'version' ? args.slice(at) : null;
  const asked = args.find((each) => helpWords.includes(each) || versionWords.includes(each));
  return isPackaged && asked !== undefined ? [asked] : null;
}

/** Ends the process once the command is done. No window, no profile, no lock of the app. */
export function runAsCommand(args: readonly string[], mainDir: string): void {
  // Electron needs one for its own start, and ends with a line of its own where there is none.
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    process.stderr.write(`${desktopTexts.commandLine.noDisplay}\n`);
    process.exit(1);
  }
  // The app may run beside us, and two processes must not share what Chromium keeps.
  const profile = mkdtempSync(path.join(os.tmpdir(), 'video-inbox-command-'));
  app.setPath('userData', profile);
  app.setPath('sessionData', profile);
  app.disableHardwareAcceleration();
  app.dock?.hide();
  // Electron quits by itself at these signals; a command ends in its own way.
  let isTold = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isTold) return;
    isTold = true;
    process.emit('SIGTERM');
  });
  const exit = (code: number): void => {
    try {
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Chromium may still write into it; what is left is a few files in the system's temporary folder.
    }
    endProcess(code);
  };
  const run = async (): Promise<void> => {
    await app.whenReady();
    const require = createRequire(path.join(mainDir, 'electron.cjs'));
    const commandLine = require('./command-line.cjs') as CommandLine;
    const workerFile = path.join(mainDir, 'ngrok-worker.cjs');
    const code = await commandLine.runCommandLine(args, {
      spawnNgrok: createUtilitySpawn(() =>
        utilityProcess.fork(workerFile, [], {
          stdio: 'ignore',
          serviceName: 'ngrok',
          env: workerEnvironment(process.env),
        }),
      ),
      exit,
    });
    // What a slow reader has yet to take would end with the process. An inbox has waited as long as it may.
    if (args[0] !== 'serve') await untilWritten([process.stdout, process.stderr]);
    exit(code);
  };
  run().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    exit(1);
  });
}

/**
 * As plain Node ends. The end that Electron makes of `app.exit` and `process.exit` goes round in circles for ever where a
 * callback of Node is still on its way: one command in five, on a busy machine, in Electron 25.
 */
function endProcess(code: number): void {
  const end: unknown = Reflect.get(process, 'reallyExit');
  if (typeof end === 'function') Reflect.apply(end, process, [code]);
  else app.exit(code);
}
