/** An error in a box of the system. It waits for nobody: while it is open, signals and the menu still end the program. */
import { app, dialog } from 'electron';

/** @returns when it was read. Before the app is ready, that is before this returns: there is no other box then. */
export async function tellError(message: string, detail: string): Promise<void> {
  if (app.isReady()) await dialog.showMessageBox({ type: 'error', message, detail });
  else dialog.showErrorBox(message, detail);
}
