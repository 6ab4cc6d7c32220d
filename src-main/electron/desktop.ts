/** Wires the inbox to the window, tray, menus, notices and badge, and takes all of it down again. */
import { app, clipboard, powerMonitor, utilityProcess } from 'electron';
import { homedir } from 'node:os';
import path from 'node:path';
import type { InboxEvent } from '../common/contract.ts';
import { sentenceOf } from '../common/errors.ts';
import { say } from '../common/texts/language.ts';
import type { Config } from '../node/config.ts';
import type { CrashGuard } from '../node/crash-guard.ts';
import { openInbox } from '../node/inbox/open-inbox.ts';
import { parseTaskLink } from '../node/notifications/deep-link.ts';
import { createNotificationService } from '../node/notifications/notification-service.ts';
import { createUtilitySpawn, workerEnvironment } from '../node/tunnel/worker-handle.ts';
import { website } from './about-panel.ts';
import { createBadge } from './badge.ts';
import { followDeepLinks, type EarlyCall } from './deep-links.ts';
import { createDesktopCalls } from './desktop-calls.ts';
import { createDesktopLanguage } from './desktop-language.ts';
import { tellError } from './error-box.ts';
import { giveContextMenus } from './context-menu.ts';
import { offerCommand } from './command-link.ts';
import { connectIpc } from './ipc.ts';
import { followKeepAwake } from './keep-awake.ts';
import { createLibraryMover } from './library-mover.ts';
import { createLiveTray } from './live-tray.ts';
import { followLoginSetting, startsHidden } from './login-item.ts';
import { setApplicationMenu } from './menu.ts';
import { createElectronNotifier } from './notifications.ts';
import { openAddress, openFolder } from './open-outside.ts';
import { createOrderlyQuit } from './orderly-quit.ts';
import { followSaving } from './saving.ts';
import { serveUi } from './scheme.ts';
import { openSafeVault } from './secrets.ts';
import { denyPermissions, lockDown } from './security.ts';
import { systemProxy } from './system-proxy.ts';
import { createFindTaskFile } from './task-files.ts';
import { desktopTexts } from './texts/en.ts';
import type { Told } from './start-anew.ts';
import { createTray } from './tray.ts';
import { hasTrayHost } from './tray-host.ts';
import { startUpdater } from './updater.ts';
import { createMainWindow } from './window.ts';

export interface DesktopOptions {
  readonly config: Config;
  readonly userDataDir: string;
  readonly mainDir: string;
  readonly preload: string;
  readonly crashes: CrashGuard;
  /** What this start was asked for until now. */
  readonly firstCall: () => EarlyCall;
  /** What the start before this one left to be told. */
  readonly told: Told | null;
}

export async function startDesktop(options: DesktopOptions): Promise<void> {
  const { config, userDataDir, mainDir, preload } = options;
  const { platform } = process;
  const quit = createOrderlyQuit();
  const workerFile = path.join(mainDir, 'ngrok-worker.cjs');
  const opened = await openInbox({
    config,
    info: { version: app.getVersion(), host: 'desktop', platform },
    mainDir,
    openVault: ({ secretsFile }, vaultLog) =>
      openSafeVault({
        file: path.join(userDataDir, 'secrets.json'),
        plainFile: secretsFile,
        platform,
        log: vaultLog,
      }),
    systemProxy,
    spawnNgrok: createUtilitySpawn(() =>
      utilityProcess.fork(workerFile, [], {
        stdio: 'ignore',
        serviceName: 'ngrok',
        env: workerEnvironment(process.env),
      }),
    ),
  }).catch((error: unknown) => {
    quit.letGo();
    throw error;
  });
  const { inbox, dir, log, settings, secrets } = opened;
  options.crashes.guard({ log, logFile: log.file, close: () => opened.close() });

  lockDown(log);
  denyPermissions();
  serveUi((request) => inbox.handleUi(request), log);

  const findFile = createFindTaskFile(inbox, dir.root);
  const moveLibrary = createLibraryMover({
    dataDir: dir.root,
    closeInbox: () => opened.close(),
    onProgress: (progress) => inbox.announce({ name: 'library:moving', data: progress }),
  });
  const desktopCalls = createDesktopCalls({ findFile, platform, moveLibrary });
  connectIpc(inbox, desktopCalls, log);
  giveContextMenus({
    openTask: (key) => window.openTask(key),
    // By its place: with a shelf on S3, some videos still lie on this disk.
    hasFile: ({ key, n }) =>
      findFile([key, n]).then(
        () => true,
        () => false,
      ),
    run(name, page, { key, n }) {
      void desktopCalls
        .get(name)?.(page, [key, n])
        .catch((error: unknown) => tellError(desktopTexts.contextMenu[name], say(sentenceOf(error))));
    },
  });

  // macOS keeps apps without windows anyway, so there closing always hides.
  const keepsRunning = (): boolean => platform === 'darwin' || settings.get().desktop.closeToTray;
  const window = createMainWindow({
    preload,
    stateFile: path.join(userDataDir, 'window.json'),
    hidesOnClose: keepsRunning,
    hasTray: () => hasTrayHost(platform, process.env),
    onHidden: explainOnce,
    platform,
    log,
  });
  const openLink = (link: string | null): void => {
    const key = link === null ? null : parseTaskLink(link);
    if (key === null) window.show();
    else window.openTask(key);
  };
  const notifier = createElectronNotifier({ open: openLink, platform, log });
  followSaving(notifier);
  const notifications = createNotificationService({
    notifier,
    settings: () => settings.get().notifications,
    posterFile: (key) => inbox.posterFile(key),
    budget: () => settings.get().costs.monthlyCredits,
    spent: () => inbox.creditsThisMonth(),
    atStart: () => inbox.status(),
    now: () => new Date(),
  });
  const badge = createBadge({ window: () => window.current(), platform });
  const copyCallbackUrl = (): void => {
    const url = inbox.callbackUrl();
    // Callbacks arrive at another machine; the window says so.
    if (url === '') {
      window.show();
      return;
    }
    clipboard.writeText(url).catch((error: unknown) => {
      log.warn({ error }, 'The callback URL could not be copied. It stands in the window.');
    });
  };

  const tray = createTray(
    {
      open: () => window.show(),
      openTask: (key) => window.openTask(key),
      copyCallbackUrl,
      setPaused: (paused) => inbox.setPaused(paused),
      quit: () => app.quit(),
    },
    platform,
  );
  const liveTray = createLiveTray({ inbox, tray, badge, log });
  const followLanguage = createDesktopLanguage({
    chosen: () => settings.get().desktop.language,
    system: () => app.getLocale(),
    onSpoken() {
      renewMenu();
      liveTray.renewSoon();
    },
    onFailed: (error) => log.error({ error }, 'The language could not be read; the one before is spoken.'),
  });
  await followLanguage();
  await liveTray.renew();

  function renewMenu(): void {
    setApplicationMenu(
      settings.get().desktop,
      {
        copyCallbackUrl,
        showDataFolder: () => openFolder(dir.root),
        showLogs: () => openFolder(dir.logs),
        openWebsite: () => openAddress(website),
        openSettings: () => window.openSettings(),
        changeSettings: (desktop) => {
          settings.update({ desktop }).catch((error: unknown) => {
            log.error({ error }, 'The setting could not be changed; the old one stays.');
            renewMenu();
          });
        },
      },
      platform,
    );
  }
  renewMenu();

  const followLogin = followLoginSetting(() => settings.get().desktop.launchAtLogin, platform, log);
  const followAwake = followKeepAwake(() => settings.get().desktop.keepAwake);
  function followSettings(): void {
    renewMenu();
    void followLanguage();
    followLogin();
    followAwake();
  }

  const stopListening: (() => void)[] = [
    inbox.subscribe((event: InboxEvent) => {
      notifications.hear(event);
      liveTray.hear(event);
    }),
    settings.onChange(followSettings),
    startUpdater({
      enabled: () => settings.get().desktop.checkForUpdates,
      onReady: (version) => {
        const { title, body } = desktopTexts.updates;
        notifier.show({ id: 'update', kind: 'hint', title, body: body(version), imagePath: null, deepLink: null });
      },
      log,
    }),
  ];

  function explainOnce(inTray: boolean): void {
    if (settings.get().desktop.closeExplained || platform === 'darwin') return;
    const { title, inTray: bodyInTray, minimised } = desktopTexts.background;
    const body = inTray ? bodyInTray : minimised;
    notifier.show({ id: 'background', kind: 'hint', title, body, imagePath: null, deepLink: null });
    settings.update({ desktop: { closeExplained: true } }).catch((error: unknown) => {
      log.warn({ error }, 'It could not be remembered that closing was explained.');
    });
  }

  async function closeAll(): Promise<void> {
    for (const stop of stopListening) stop();
    notifications.close();
    liveTray.close();
    await Promise.all([window.release(), opened.close()]);
  }
  options.crashes.guard({ log, logFile: log.file, close: closeAll });
  quit.close(closeAll, log);
  app.on('window-all-closed', () => {
    // Without a listener Electron would quit, also where a broken window went by itself.
    if (!keepsRunning()) app.quit();
  });
  const { execPath } = process;
  offerCommand({ isPackaged: app.isPackaged, platform, execPath, appImage: process.env['APPIMAGE'] }, homedir()).catch(
    (error: unknown) => {
      log.warn({ error }, 'The command video-inbox could not be put into ~/.local/bin.');
    },
  );
  app.on('activate', () => window.show());
  powerMonitor.on('resume', () => inbox.wake());

  const { taskKey, isCalled } = options.firstCall();
  stopListening.push(followDeepLinks({ openTask: (key) => window.openTask(key), show: () => window.show() }));
  if (taskKey !== null) window.openTask(taskKey);
  else if (startsHidden(process.argv, platform) && !isCalled) {
    await window.prepare();
    tellNotInUse();
  } else window.show();

  if (options.told !== null) void tellError(options.told.title, options.told.body);

  /** The page tells it too, to who looks. */
  function tellNotInUse(): void {
    const problem = settings.problem ?? secrets.problem;
    if (problem === null) return;
    const title = desktopTexts.failures.notInUse;
    notifier.show({ id: 'settings', kind: 'hint', title, body: say(problem), imagePath: null, deepLink: null });
  }
}
