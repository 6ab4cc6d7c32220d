/** What the doctor finds wrong with a library: what it is, what it means for the videos, the next step. */
import { sentences } from './sentence.ts';

export const enDoctor = {
  strayFile: (file: string) =>
    `${file} belongs to no task. It is left where it is; move it away if you do not need it.`,
  otherLibrary: (count: number) =>
    `Another library keeps its films in this folder of the shelf on S3, too. ${count === 1 ? '1 file there belongs' : `${String(count)} files there belong`} to no task of this library and may be of that one: leave them where they are. Two that share a folder can take films from each other where their tasks have the same id, so give one of them a folder of its own.`,
  journalLine: (file: string, offset: number, bytes: number) =>
    `A line of the journal (${file}, byte ${String(offset)}, ${String(bytes)} bytes) cannot be read. All other events are intact; what that line said is lost unless the provider calls again.`,
  journalGap:
    'Some events are gone from the journal, as after a file of it was lost or an older copy put in its place. What the index still knows of them is kept, so do not delete the folder index; a backup of the folder journal would bring back all of it.',
  indexOnly: (count: number) =>
    `The index knows ${count === 1 ? '1 task' : `${String(count)} tasks`} of which the journal says nothing. ${count === 1 ? 'It is' : 'They are'} kept, so do not delete the folder index; a backup of the folder journal would bring back what it lost.`,
  laterVersion: (count: number, type: string, version: number) =>
    `${count === 1 ? '1 event' : `${String(count)} events`} of the kind "${type}" (format ${String(version)}) came from a later version of this program: kept, and skipped. That version, or a newer one, reads what they say.`,
  eventNotUnderstood: (number: number, type: string) =>
    `Event ${String(number)} ("${type}") broke the program while its task was made from it, so that task is as it was before. The log tells more; the event is kept, and an update can read it again.`,
  indexPage: 'A page of the index was broken. It was put aside and made again from the journal; nothing is lost.',
  indexUnsaved: (reason: string) =>
    `The index was made again, but the disk did not take it (${reason}). Nothing is lost: the next start reads the whole journal instead. Make room, or look at the disk, and run this again.`,
  indexDiffers: (count: number) =>
    `The index said something else than the journal about ${count === 1 ? '1 task' : `${String(count)} tasks`}. It was made again from the journal.`,
  missingVideo: (file: string) =>
    `${file} is not on disk any more. Open the task and choose "Try again" to fetch it while its link lives.`,
  missingYet: (file: string, names: string) =>
    `${file} is not on the shelf. It may be among the films that lie on the disk of one machine only and go there from it by themselves: ${names}. Run this again once "video-inbox status" names none any more, and do not fetch it again before.`,
  withheldVideo: (file: string, why: string) => `${file} could not be looked at. ${why}`,
  changedVideo: (file: string) =>
    `${file} is not the file that was saved: its size or hash differs. If you did not change it, move it away and fetch it again.`,
};

export const doctorTexts = sentences('doctor', enDoctor);
