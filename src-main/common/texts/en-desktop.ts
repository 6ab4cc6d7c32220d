/** What the desktop shell refuses, as its page or the person is told. */
import { sentences } from './sentence.ts';

export const enDesktop = {
  notOnDisk: 'This video is not on disk yet. Wait for it, or use Try again on its task.',
  onShelf: (place: string): string =>
    `This video is not on this computer but on the shelf, as ${place}. Use Download on its task to have it here.`,
  noFile: 'The file of this video is missing. Use Try again on its task to fetch it again.',
  notOpened: (reason: string): string =>
    `The system could not open the video: ${reason}. It is safe on disk; try Show in folder.`,
  profileRefused: (profile: string, temporary: string): string =>
    `Video Inbox cannot write one of its own folders: ${profile} or ${temporary}. Free some space there or make them writable, then start it again. Your library is not touched.`,
  noClipboard: 'The system did not take the file. Use Show in folder and copy it from there.',
  keysRefused:
    'A stored key cannot be read just now: the system keychain refuses it. It is kept and tried again at the next start; unlock the keychain, or enter the key again in the settings.',
  forbidden: 'This call did not come from the window of Video Inbox, so it was refused.',
  malformed: 'This call has the wrong shape, so it was refused. Nothing was changed.',
};

export const desktopFailures = sentences('desktopFailures', enDesktop);
