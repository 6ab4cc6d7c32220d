/** "Move library…": asks for a folder, copies with progress, and starts the app anew on the new place. */
import { app, type BrowserWindow, dialog } from 'electron';
import path from 'node:path';
import { sentenceOf } from '../common/errors.ts';
import { say } from '../common/texts/language.ts';
import { moveLibrary, type MoveProgress } from '../node/library-move/move-library.ts';
import { startAnew, type Told } from './start-anew.ts';
import { desktopTexts } from './texts/en.ts';

export interface LibraryMoverPorts {
  readonly dataDir: string;
  /** Ends the inbox, so that its last files stand still. */
  readonly closeInbox: () => Promise<void>;
  readonly onProgress: (progress: MoveProgress) => void;
}

/** `false` where the person chose no folder. It does not return after a move: the app starts anew. @param above what asks */
export type MoveLibrary = (above: BrowserWindow) => Promise<boolean>;

export function createLibraryMover({ dataDir, closeInbox, onProgress }: LibraryMoverPorts): MoveLibrary {
  async function move(above: BrowserWindow): Promise<boolean> {
    const { canceled, filePaths } = await dialog.showOpenDialog(above, {
      title: desktopTexts.move.title,
      buttonLabel: desktopTexts.move.button,
      properties: ['openDirectory', 'createDirectory'],
    });
    const [folder] = filePaths;
    if (canceled || folder === undefined) return false;
    const inbox = { isClosed: false };
    let tell: Told | undefined;
    try {
      await moveLibrary({
        from: dataDir,
        // A folder of its own, so that it may be a disk or a folder that holds other things.
        to: path.join(folder, desktopTexts.move.folderName),
        onProgress,
        signal: new AbortController().signal,
        closeInbox: () => {
          inbox.isClosed = true;
          return closeInbox();
        },
      });
    } catch (error) {
      // The page that asked is gone before it could say why. Nor is anybody waited for: a large library takes hours.
      tell = { title: desktopTexts.move.failed, body: say(sentenceOf(error)) };
      throw error;
    } finally {
      // Moved or not: an inbox that was closed opens again by a new start, on whichever place holds the library.
      if (inbox.isClosed) {
        startAnew({ ...(tell === undefined ? {} : { tell }) });
        app.exit(0);
      }
    }
    return true;
  }

  // Two that go to one folder take each other's files for gone, and the last copy with them.
  let running: Promise<boolean> | null = null;
  return (above) =>
    (running ??= move(above).finally(() => {
      running = null;
    }));
}
