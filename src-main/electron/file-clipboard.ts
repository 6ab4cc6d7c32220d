/** Puts a file, not its name, on the clipboard, in the form that each system's file manager pastes. */
import { clipboard, ClipboardItem } from 'electron';
import { pathToFileURL } from 'node:url';

const raw = (format: string): string => `electron application/osclipboard;format="${format}"`;

/** @throws Error where the system does not take it. */
export async function copyFileToClipboard(file: string, platform: NodeJS.Platform): Promise<void> {
  await clipboard.write([new ClipboardItem(clipboardParts(file, platform))]);
}

/** The formats by which the system's file manager recognises a copied file, and its path as text for editors. */
export function clipboardParts(file: string, platform: NodeJS.Platform): Record<string, string | Blob> {
  const { href } = pathToFileURL(file);
  switch (platform) {
    case 'darwin':
      return { 'text/plain': file, [raw('public.file-url')]: new Blob([href]) };
    case 'win32':
      return { 'text/plain': file, [raw('FileNameW')]: new Blob([Buffer.from(`${file}\0`, 'utf16le')]) };
    default:
      return {
        'text/plain': file,
        [raw('text/uri-list')]: new Blob([`${href}\r\n`]),
        [raw('x-special/gnome-copied-files')]: new Blob([`copy\n${href}`]),
      };
  }
}
