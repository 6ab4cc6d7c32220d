/** The desktop app: takes the lock, then wires the inbox to what Electron offers. Each adapter is a file beside this. */
import '../node/thread-pool.ts';
import { app } from 'electron';
import path from 'node:path';
import { InboxError, sentenceOf } from '../common/errors.ts';
import { desktopFailures } from '../common/texts/en-desktop.ts';
import { say } from '../common/texts/language.ts';
import { typeCommandsAs } from '../common/texts/typed.ts';
import { flagsOfDesktop, readConfig } from '../node/config.ts';
import { guardAgainstCrashes } from '../node/crash-guard.ts';
import { endInTime } from '../node/end-in-time.ts';
import { typedCommand } from '../node/typed-command.ts';
import { describeApp } from './about-panel.ts';
import { attachToRunning } from './attached.ts';
import { commandIn, runAsCommand } from './command-line.ts';
import { collectEarlyCalls, taskInArguments, type EarlyCall } from './deep-links.ts';
import { startDesktop } from './desktop.ts';
import { createDesktopLanguage } from './desktop-language.ts';
import { outliveGraphics } from './graphics.ts';
import { sayAndEnd } from './last-words.ts';
import { endLimitSeconds } from './orderly-quit.ts';
import { takeInstance } from './one-instance.ts';
import { registerUiScheme } from './scheme.ts';
import { startAnew, takeTold } from './start-anew.ts';
import { forgetStartFileOfOthers } from './start-file.ts';
import { desktopTexts } from './texts/en.ts';

/** Windows groups notices and taskbar buttons by it; the same as `appId` in electron-builder.yml. */
const appId = 'io.github.video-inbox.video-inbox';

/**
 * One that ran for so long and then broke is started again by itself: a box that nobody reads would keep the callback URL
 * shut for a night. What breaks at each start ends instead.
 */
const steadyAfterSeconds = 600;

/** Before the settings are read, what goes wrong is told in the language of the system. */
const speakSystem = createDesktopLanguage({
  chosen: () => null,
  system: () => app.getLocale(),
  onSpoken: () => undefined,
  onFailed: () => undefined, // English it is
});

forgetStartFileOfOthers(process);
typeCommandsAs(typedCommand(path.join(import.meta.dirname, '../..')));
const command = commandIn(process.argv, app.isPackaged);
if (command !== null) runAsCommand(command, import.meta.dirname);
else startApp();

function startApp(): void {
  const crashes = guardAgainstCrashes({
    source: process,
    end(sentence, error, logFile) {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      if (process.uptime() < steadyAfterSeconds) {
        void sayAndEnd(desktopTexts.failures.crashed, sentence);
        return;
      }
      const { startedAgain: title, startedAgainBody } = desktopTexts.failures;
      startAnew({ isUnasked: true, tell: { title, body: startedAgainBody(logFile) } });
      app.exit(1);
    },
  });
  // Whoever ends it without asking, as after a move of the library.
  app.once('quit', () => endInTime(endLimitSeconds));

  registerUiScheme();
  outliveGraphics();
  app.setAppUserModelId(appId);
  describeApp();
  const earlyCall = collectEarlyCalls();

  const instance = takeInstance();
  if (instance === 'other') {
    // The first one has our arguments and comes to the front.
    app.quit();
  } else {
    app
      .whenReady()
      .then(() => speakSystem())
      .then(async () => {
        if (instance === 'refused') {
          const { profileRefused } = desktopFailures;
          throw new InboxError('unavailable', profileRefused(app.getPath('userData'), app.getPath('temp')));
        }
        const config = readConfig(flagsOfDesktop(process.argv), process.env, process.platform);
        const firstCall = (): EarlyCall => {
          const { taskKey, isCalled } = earlyCall();
          return { taskKey: taskKey ?? taskInArguments(process.argv), isCalled };
        };
        await startDesktop({
          config,
          userDataDir: app.getPath('userData'),
          mainDir: import.meta.dirname,
          preload: path.join(import.meta.dirname, '../preload/preload.cjs'),
          crashes,
          firstCall,
          told: takeTold(),
        }).catch(async (error: unknown) => {
          const { dataDir } = config;
          if (!(await attachToRunning({ dataDir, firstCall, error }))) throw error;
        });
      })
      .catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        void sayAndEnd(desktopTexts.failures.title, say(sentenceOf(error)));
      });
  }
}
