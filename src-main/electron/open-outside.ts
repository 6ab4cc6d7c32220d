/** Hands folders and addresses to the program that the system has for them. Where it has none, that is told in a box. */
import { shell } from 'electron';
import { tellError } from './error-box.ts';
import { desktopTexts } from './texts/en.ts';

/** @param folder absolute */
export function openFolder(folder: string): void {
  void tellIfRefused(folder, shell.openPath(folder));
}

export function openAddress(address: string): void {
  void tellIfRefused(address, shell.openExternal(address));
}

async function tellIfRefused(place: string, opened: Promise<unknown>): Promise<void> {
  const reason = await opened.catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  if (typeof reason !== 'string' || reason === '') return;
  await tellError(desktopTexts.failures.notOpened, desktopTexts.failures.notOpenedBody(place, reason));
}
