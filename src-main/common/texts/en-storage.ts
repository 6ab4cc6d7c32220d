/** What is told when something cannot be kept: what happened, what it means for the videos, the next step. */
import type { NoteCode, RoomCode, StorageCode, StorageHealth } from '../storage-health.ts';
import { databaseRefusal, sharedTexts } from './en-shared.ts';
import { type Sentence, sentences } from './sentence.ts';

/** Why an append was refused: what the disk did, or that the inbox takes nothing just now. */
export type StorageRefusal = StorageCode | 'closing' | 'too-many';

/** Answers to whoever sent it. Strangers read these, so they name no folder. */
export const enStorageAnswers: Readonly<Record<StorageRefusal, string>> = {
  'disk-full': 'The disk is full, so nothing was stored; free some space and send it again.',
  'disk-low': 'The disk has too little room, so nothing was stored; free some space and send it again.',
  'folder-missing': 'The library cannot be reached, so nothing was stored; send it again.',
  'folder-moved': 'The library cannot be reached, so nothing was stored; send it again.',
  'other-writer': 'Another Video Inbox has taken over this library, so nothing was stored; send it again.',
  unwritable: 'The callback could not be stored; send it again.',
  'slow-disk': 'The callback could not be stored; send it again.',
  'database-away':
    'The shared log does not answer, so it is not certain that this was stored; send it again, it counts once.',
  'database-behind': 'This is stored here, and not in the shared log yet; send it again, it counts once.',
  'database-full': 'The shared log takes nothing just now, so nothing was stored; send it again.',
  'database-refuses': 'The shared log takes nothing just now, so nothing was stored; send it again.',
  'database-replaced': 'The shared log was replaced by another one, so nothing was stored; send it again.',
  closing: 'The inbox is closing; send it again in a moment.',
  'too-many': 'Too many callbacks at once; send it again in a moment.',
};

export const storageAnswers = sentences('storageAnswers', enStorageAnswers);

/** To the person. What a database refuses is told as where the machines are told of. */
export const enStorage: Readonly<
  Record<Exclude<StorageCode, 'database-refuses'> | RoomCode | NoteCode, (params: StorageHealth['params']) => string>
> = {
  'journal-cut': ({ folder }) =>
    `Another program cut or removed a file in ${String(folder)} while the inbox runs. Your videos and new callbacks are not affected, and the library still knows what that file said: do not delete the folder index beside it. A backup of the folder journal brings back what is missing; "video-inbox doctor" tells more.`,
  'downloads-wait': ({ limitBytes }) =>
    `Less than ${mebibytes(limitBytes)} are free on the disk of the library, so new videos wait with their download; callbacks are stored as ever. Free some space before the links of the videos die: the downloads go on by themselves.`,
  'downloads-elsewhere': ({ limitBytes }) =>
    `Less than ${mebibytes(limitBytes)} are free on the disk of the library, so this machine fetches no videos: the other machines do. Callbacks are stored as ever. Free some space, and it fetches again by itself.`,
  'disk-filling': ({ limitBytes }) =>
    `The disk of the library is nearly full. Large videos may wait for room already; below ${mebibytes(limitBytes)} of free space all new ones do. Free some space soon.`,
  'disk-full': () =>
    'The disk is full, so callbacks are refused and nothing new is kept. Providers try again for a while: free some space, and the inbox goes on by itself.',
  'disk-low': ({ limitBytes }) =>
    `Less than ${mebibytes(limitBytes)} are free on the disk of the library, so callbacks are refused and nothing new is kept. Providers try again for a while: free some space, and the inbox goes on by itself.`,
  'folder-missing': ({ folder }) =>
    `The library's folder ${String(folder)} is gone, so callbacks are refused and nothing new is kept. Put it back (or connect its disk), and the inbox goes on by itself.`,
  'folder-moved': ({ folder }) =>
    `The library's folder ${String(folder)} was moved or renamed while the inbox runs, so callbacks are refused and nothing new is kept. Move it back and the inbox goes on by itself, or quit and start it with the new place.`,
  'other-writer': ({ folder }) =>
    `Another Video Inbox has opened the library in ${String(folder)}, or an older copy was put in its place. This one refuses callbacks so that nothing is mixed up. Quit one of the two, then start this one again.`,
  unwritable: ({ folder, reason }) =>
    `The disk refuses what is written to ${String(folder)} (${String(reason)}), so callbacks are refused and nothing new is kept. Check the disk; the inbox goes on by itself once it can write.`,
  'slow-disk': ({ seconds }) =>
    `The disk has taken more than ${String(seconds)} seconds to store a callback. Nothing is lost, but providers may give up waiting: check what keeps the disk busy.`,
  'database-away': () =>
    'The shared database does not answer, so callbacks are refused and nothing new is kept. Providers try again for a while: check the server and the way to it, and the inbox goes on by itself.',
  'database-behind': () =>
    'The shared database cannot be used just now, so callbacks are answered 503 and providers try again for a while. What arrives is stored on this machine all the same, and sent by itself: check the server and the way to it.',
  'database-full': () =>
    'The disk of the shared database is full, so callbacks are refused and nothing new is kept. Providers try again for a while: free some space on its server, and the inbox goes on by itself.',
  'database-replaced': () =>
    'The shared database is not the one that this run began with: it was restored, or an older copy took its place. Callbacks are refused so that nothing is mixed up; providers try again for a while. Quit the inbox and start it again, on each machine: it then sends what the database lacks.',
};

const storageTexts = sentences('storage', enStorage);

export function mebibytes(bytes: string | number | undefined): string {
  return `${Math.round(Number(bytes ?? 0) / 1024 ** 2).toLocaleString('en')} MiB`;
}

/** @returns a sentence for the person; `null` where all is well. */
export function storageSentence({ code, params }: StorageHealth): Sentence | null {
  if (code === 'database-refuses') return sharedTexts.awayUnstored(databaseRefusal(String(params['reason'])));
  return code === null ? null : storageTexts[code](params);
}
