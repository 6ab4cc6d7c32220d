/** The calls that only the desktop has. They take a task key and a number, never a path. */
import { BrowserWindow, shell } from 'electron';
import type { DesktopApi } from '../common/desktop-api.ts';
import { InboxError } from '../common/errors.ts';

import { startDrag } from './drag-out.ts';
import { copyFileToClipboard } from './file-clipboard.ts';
import type { DesktopCall } from './ipc.ts';
import type { FindTaskFile } from './task-files.ts';
import type { MoveLibrary } from './library-mover.ts';
import { desktopFailures } from '../common/texts/en-desktop.ts';

export interface DesktopCallPorts {
  readonly findFile: FindTaskFile;
  readonly platform: NodeJS.Platform;
  readonly moveLibrary: MoveLibrary;
}

export function createDesktopCalls(ports: DesktopCallPorts): ReadonlyMap<string, DesktopCall> {
  const { findFile, platform } = ports;
  const calls: Readonly<Record<keyof DesktopApi, DesktopCall>> = {
    async showInFolder(_sender, args) {
      const { file } = await findFile(args);
      shell.showItemInFolder(file);
      return null;
    },
    async openFile(_sender, args) {
      const { file } = await findFile(args);
      const reason = await shell.openPath(file);
      if (reason !== '') throw new InboxError('unavailable', desktopFailures.notOpened(reason));
      return null;
    },
    async startDrag(sender, args) {
      startDrag(sender, await findFile(args));
      return null;
    },
    async copyFile(_sender, args) {
      const { file } = await findFile(args);
      await copyFileToClipboard(file, platform).catch((cause: unknown) => {
        throw new InboxError('unavailable', desktopFailures.noClipboard, { cause });
      });
      return null;
    },
    async moveLibrary(sender) {
      const window = BrowserWindow.fromWebContents(sender);
      return window !== null && (await ports.moveLibrary(window));
    },
  };
  return new Map(Object.entries(calls));
}
