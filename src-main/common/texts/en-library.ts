/** What a person reads about acts on the library. */
import { sentences } from './sentence.ts';

export const enLibrary = {
  notInLibrary: 'That video is not in the library any more.',
  noStrip: 'A filmstrip must be a JPEG of at most 1 MiB, of a video that is saved.',
  notBackYet:
    'It is not known yet whether this is back: another machine may have emptied the trash before. What you asked for is kept and on its way. Look again in a moment.',
  notUndone:
    'This cannot be taken back by itself any more: too much was done since, or the inbox was started again. Nothing was changed.',
  changedSince: 'This was changed elsewhere since, so nothing was taken back.',
  anotherFilm: 'That is another film: its bytes are not those that were saved. Nothing was changed.',
  isSaved: 'That video is on disk already, so nothing was changed.',
  linkIsNoAddress: 'A link begins with https:// or http://. Copy the whole address of the video and paste it again.',
  noSuchFile: (file: string) =>
    `There is no file ${file} that can be read. Choose the video again; a file on another machine must be copied to this one first.`,
  taskIdNeeded: 'A task id is needed.',
  notWatched: (id: string) => `No task "${id}" is known. Watch it first: video-inbox watch PROVIDER TASK_ID.`,
  posterForm: 'A poster must be a JPEG or PNG of at most 2 MiB.',
  nothingToExport: 'None of these has a video on disk yet, so there is nothing to take away. Wait until one is saved.',
  unknownExportWord: (word: string, known: string) =>
    `{${word}} stands for nothing in a name, so nothing was exported. Known words: ${known}.`,
  tooManyToExport: (most: number) =>
    `At most ${String(most)} videos fit into one export. Choose fewer, and export in parts.`,
  nothingToRetry: 'All videos of this task are on disk or on their way.',
  onlyElsewhere: (names: string) =>
    `This film may lie on the disk of another machine that brings it to the shelf by itself: ${names}. So it was not fetched again; "video-inbox status" tells how many are still to come. Look again in a while.`,
  notMoved: 'The library could not be moved: the disk did not take a file. It is where it was, and nothing is lost.',
  copyDiffers: (file: string) =>
    `The copy of ${file} differs from the original, so nothing was moved. Check the new disk.`,
  moveOutside: 'The new folder must lie outside the library, and the library outside the new folder.',
  moveUnreadable: (folder: string) => `${folder} cannot be read, so nothing was moved. Choose another folder.`,
  moveNotEmpty: (folder: string) =>
    `${folder} is not empty. Choose an empty folder, so that nothing there is overwritten.`,
  moveNoRoom: 'There is not enough room on that disk for the library. Nothing was moved.',
  movedInCircles: (root: string, file: string) =>
    `The notes of where the library ${root} was moved to go in circles. Remove ${file} from the folder that holds your videos.`,
  notAWholeFilm:
    'This film is not whole: a part of the file is missing, or is of something else, so it was not taken. Nothing changed; copy it anew from where it came from, or choose another file.',
  noRoomForFilm:
    'There is not enough room for this film on the disk of the library, so it was not taken. Nothing changed; make room and choose it again.',
  filmNotWritten: (errno: string) =>
    `The disk of the library did not take this film (${errno}). Nothing changed; check the disk and choose the film again.`,
  notAFilm:
    'This file is no video (mp4, mov, webm and the like), so it was not taken. Nothing changed; choose another file.',
  movedAway: (to: string, file: string) =>
    `The library was moved to ${to}, and it is not there now: perhaps that disk is not connected. Nothing was changed. Connect it and start again; if the library lies elsewhere, name its folder with --data-dir; to begin an empty one, remove ${file}.`,
  movedNowhere: (file: string) =>
    `The library was moved, but ${file} does not say where to. Start with --data-dir and the folder that holds your videos.`,
} as const;

export const libraryTexts = sentences('library', enLibrary);
