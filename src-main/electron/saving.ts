/** What the page saves outside of the library, such as an export. A browser shows how that goes; Electron shows nothing. */
import { session } from 'electron';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Notifier } from '../node/notifications/notifier.ts';
import { tellError } from './error-box.ts';
import { desktopTexts } from './texts/en.ts';

/** Needs a ready app. */
export function followSaving(notifier: Pick<Notifier, 'show'>): void {
  session.defaultSession.on('will-download', (_event, item) => {
    // Its title would be the address that the file comes from.
    item.setSaveDialogOptions({ title: desktopTexts.saving.title, defaultPath: item.getFilename() });
    let isBroken = false;
    item.on('updated', (_updated, state) => {
      if (state !== 'interrupted') return;
      // It may count as one that can go on, and nobody would ask that of it.
      isBroken = true;
      item.cancel();
    });
    item.once('done', (_done, state) => {
      const { failed, failedBody, done } = desktopTexts.saving;
      const file = item.getSavePath();
      if (isBroken || state === 'interrupted') {
        // Half of a zip looks like a zip.
        void rm(file, { force: true })
          .catch(() => undefined)
          .then(() => tellError(failed, failedBody(file)));
      } else if (state === 'completed') {
        const body = path.basename(file);
        notifier.show({ id: `saved ${file}`, kind: 'hint', title: done, body, imagePath: null, deepLink: null });
      }
    });
  });
}
