/** What the desktop shell says outside the window's page. */
import type { TunnelStatus } from '../../common/status.ts';
import { catalog } from '../../common/texts/language.ts';
import type { StorageState } from '../../common/storage-health.ts';

export const desktopTexts = catalog('desktop', {
  menu: {
    // & marks the letter that opens the menu together with Alt; macOS leaves it out.
    file: '&File',
    edit: '&Edit',
    view: '&View',
    window: '&Window',
    help: '&Help',
    about: 'About Video Inbox',
    copyCallbackUrl: 'Copy callback URL',
    settings: 'Settings…',
    showDataFolder: 'Show data folder',
    showLogs: 'Show log files',
    launchAtLogin: 'Start at login',
    closeToTray: 'Keep running when the window is closed',
    checkForUpdates: 'Look for new versions',
    website: 'Video Inbox on the web',
    closeWindow: 'Close window',
    minimise: 'Minimize',
    resetZoom: 'Actual Size',
    zoomIn: 'Zoom In',
    zoomOut: 'Zoom Out',
    fullScreen: 'Toggle Full Screen',
    quit: 'Quit Video Inbox',
  },
  tray: {
    open: 'Open Video Inbox',
    recent: 'Recent videos',
    noRecent: 'No videos yet',
    pauseDownloads: 'Pause downloads',
    storage: {
      ok: '',
      full: 'The disk is full: nothing new is kept',
      gone: 'The library is gone: nothing new is kept',
      slow: 'The disk is very slow',
    } satisfies Record<StorageState, string>,
    shelf: 'The S3 store cannot be used: videos wait here',
    tooltip: (unseen: number): string => (unseen === 0 ? 'Video Inbox' : `Video Inbox: ${unseen} new`),
    status: ({ kind, state }: Pick<TunnelStatus, 'kind' | 'state'>): string => {
      if (kind === 'none') return 'Reachable from this machine only';
      switch (state) {
        case 'online':
          return 'Callback URL is reachable';
        case 'connecting':
          return 'Connecting the callback URL';
        case 'degraded':
          return 'Callback URL is shaky';
        case 'blocked':
          return 'Callback URL needs your help';
        case 'offline':
          return 'Callback URL is not reachable';
      }
    },
  },
  commandLine: {
    noDisplay:
      'This program cannot run commands without a display. On a machine without one, the package that "npm pack" makes of its sources does the same with Node alone.',
  },
  contextMenu: {
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    open: 'Open',
    openFile: 'Open with another program',
    showInFolder: 'Show in folder',
    copyFile: 'Copy file',
  },
  background: {
    title: 'Video Inbox keeps running',
    inTray: 'It stays in the tray and goes on taking callbacks. Quit it from there, or change this in the File menu.',
    minimised:
      'This desktop shows no tray, so the window is minimised and Video Inbox goes on taking callbacks. Quit it with Ctrl+Q, or change this in the File menu.',
  },
  badge: (unseen: number): string => `${unseen} unseen`,
  failures: {
    title: 'Video Inbox could not start',
    crashed: 'Video Inbox has stopped',
    startedAgain: 'Video Inbox had stopped and was started again',
    startedAgainBody: (logFile: string | null): string =>
      `Video Inbox met an error of its own and has started again. Every callback that was answered is on disk; one that came in between may be missing, and what is being waited for is asked about.${logFile === null ? '' : ` What happened stands in ${logFile}.`}`,
    notInUse: 'Settings or keys are not in use',
    notTakenOver: 'Keys that lie in clear could not be put into the keychain. They work; the next start tries again.',
    pageBroken: 'This window broke several times in a row',
    pageBrokenBody: 'The inbox itself goes on: callbacks are taken and videos are saved. Nothing is lost.',
    pageReload: 'Load it again',
    pageStuck: 'This window does not answer',
    pageWait: 'Wait',
    notOpened: 'The system could not open this',
    notOpenedBody: (place: string, reason: string): string => `Open it yourself: ${place} (${reason})`,
  },
  attached: {
    title: 'Video Inbox (runs as “serve”, also without this window)',
    ended: 'The inbox that this window showed has ended',
    endedBody:
      'Your videos are on the disk, and no callback is taken until it runs again. Start it here, or start “video-inbox serve” again.',
    startHere: 'Start it here',
  },
  secrets: {
    basicText:
      'This system offers no keychain, so keys are stored with a fixed password that any program of this user can undo.',
  },
  move: {
    title: 'Choose where the library goes',
    button: 'Move here',
    folderName: 'Video Inbox Library',
    failed: 'The library was not moved',
  },
  saving: {
    title: 'Save as',
    failed: 'The file was not saved',
    failedBody: (file: string): string =>
      `${file} could not be written to its end, and what there was of it is removed. Free some space there or choose another folder, then save it again; your library is as it was.`,
    done: 'Saved',
  },
  updates: {
    title: 'A new version is ready',
    body: (version: string): string => `Video Inbox ${version} will be used from the next start on.`,
  },
});
