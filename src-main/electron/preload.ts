/** Runs sandboxed before the page: moves calls and events, holds no logic, and hands out nothing of Electron. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { IpcRendererEvent } from 'electron';
import type { Answer } from '../common/contract.ts';
import type { WireEvent } from '../common/page-events.ts';
import type { PreloadApi } from '../common/desktop-api.ts';
import { channels } from './bridge.ts';

const ask = (name: string, ...args: readonly unknown[]): Promise<Answer> =>
  ipcRenderer.invoke(channels.desktop, name, args) as Promise<Answer>;

/** Heard once for all of them: from the eleventh listener on Electron warns of a leak. */
const listeners = new Set<(event: WireEvent) => void>();
ipcRenderer.on(channels.event, (_event: IpcRendererEvent, event: WireEvent) => {
  for (const listener of listeners) listener(event);
});

contextBridge.exposeInMainWorld('videoInbox', {
  call: (name, args) => ipcRenderer.invoke(channels.call, name, args) as Promise<Answer>,
  subscribe: (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  // The page hands over what a file field or a drop gave it.
  pathOf: (file) => webUtils.getPathForFile(file as File),
  desktop: {
    showInFolder: (key, n) => ask('showInFolder', key, n),
    openFile: (key, n) => ask('openFile', key, n),
    startDrag: (key, n) => ask('startDrag', key, n),
    copyFile: (key, n) => ask('copyFile', key, n),
    moveLibrary: () => ask('moveLibrary'),
  },
} satisfies PreloadApi);
