import type { Answer, InboxEvent } from '../../src-main/common/contract.ts';

/** What only the desktop can do. Each answers like a call, so that a failure is a sentence. */
export interface DesktopApi {
  /** Shows video `n` (1-based) of a task in the system's file manager. */
  showInFolder(key: string, n: number): Promise<Answer>;
  /** Opens video `n` (1-based) of a task with the system's player. */
  openFile(key: string, n: number): Promise<Answer>;
  /** Drags the file of video `n` out of the window; call it in `dragstart` after `preventDefault()`. */
  startDrag(key: string, n: number): Promise<Answer>;
  /** Puts the file of video `n` on the clipboard. */
  copyFile(key: string, n: number): Promise<Answer>;
  /** Asks for a folder, moves the library there and starts the app anew; `false` where no folder was chosen. */
  moveLibrary(): Promise<Answer>;
}

/** What the preload exposes as `window.videoInbox`; absent in the browser. */
export interface PreloadApi {
  call(name: string, args: readonly unknown[]): Promise<Answer>;
  /** @returns the undo. */
  subscribe(listener: (event: InboxEvent) => void): () => void;
  readonly desktop?: DesktopApi;
}

declare global {
  interface Window {
    readonly videoInbox?: PreloadApi;
  }
}
