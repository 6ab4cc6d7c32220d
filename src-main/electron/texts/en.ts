/** What the desktop shell says outside the window's page. Another language is one more object of this shape. */
import type { TunnelStatus } from '../../common/contract.ts';

export const desktopTexts = {
  menu: {
    file: 'File',
    edit: 'Edit',
    view: 'View',
    window: 'Window',
    help: 'Help',
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
    quit: 'Quit Video Inbox',
  },
  tray: {
    open: 'Open Video Inbox',
    recent: 'Recent videos',
    noRecent: 'No videos yet',
    pauseDownloads: 'Pause downloads',
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
  background: {
    title: 'Video Inbox keeps running',
    body: 'It stays in the tray and goes on taking callbacks. Quit it from there, or change this in the File menu.',
  },
  badge: (unseen: number): string => `${unseen} unseen`,
  failures: {
    title: 'Video Inbox could not start',
    crashed: 'Video Inbox has stopped',
    notOnDisk: 'This video is not on disk yet. Wait for it, or use Retry on its task.',
    noFile: 'The file of this video is missing. Use Retry on its task to fetch it again.',
    notOpened: (reason: string): string =>
      `The system could not open the video: ${reason}. It is safe on disk; try Show in folder.`,
    noClipboard: 'The system did not take the file. Use Show in folder and copy it from there.',
    forbidden: 'This call did not come from the window of Video Inbox, so it was refused.',
    malformed: 'This call has the wrong shape, so it was refused. Nothing was changed.',
    secretsUnreadable:
      'Your stored keys cannot be read: the system keychain refuses them. Enter them again in the settings; your videos are not touched.',
  },
  secrets: {
    basicText:
      'This system offers no keychain, so keys are stored with a fixed password that any program of this user can undo.',
  },
  move: {
    title: 'Choose where the library goes',
    button: 'Move here',
    folderName: 'Video Inbox Library',
  },
  updates: {
    title: 'A new version is ready',
    body: (version: string): string => `Video Inbox ${version} will be used from the next start on.`,
  },
} as const;
