/** What the preload gives to the desktop's window, and what only the desktop can do. */
import type { Answer } from './contract.ts';
import type { WireEvent } from './page-events.ts';

/**
 * What only the desktop can do. Files are named by task key and the 1-based number of the video, never by path; each
 * answers like a call of the contract, so that a failure is a sentence.
 */
export interface DesktopApi {
  /** Shows the video in the system's file manager. */
  showInFolder(key: string, n: number): Promise<Answer>;
  /** Opens the video with the system's player. */
  openFile(key: string, n: number): Promise<Answer>;
  /** Begins to drag the file out of the window; call it in `dragstart` after `preventDefault()`. */
  startDrag(key: string, n: number): Promise<Answer>;
  /** Puts the file itself on the clipboard. */
  copyFile(key: string, n: number): Promise<Answer>;
  /**
   * Asks for a folder and moves the library there; `library:moving` events tell how far it is. The app starts anew at
   * the end. Answers `false` where no folder was chosen.
   */
  moveLibrary(): Promise<Answer>;
}

/** `window.videoInbox`; absent in the browser. */
export interface PreloadApi {
  call(name: string, args: readonly unknown[]): Promise<Answer>;
  /** @returns the undo. */
  subscribe(listener: (event: WireEvent) => void): () => void;
  /** Where a file lies that the person chose or dropped (a `File` of the page); empty where it lies nowhere. */
  pathOf(file: object): string;
  readonly desktop: DesktopApi;
}
