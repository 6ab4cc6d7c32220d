/** What is said about who uses a data folder. */
import { sentences } from './sentence.ts';

export const enInstance = {
  /** @param where where its process is: a pid counts in its own container or machine only */
  alreadyRunning: (pid: number, where: 'here' | 'container' | 'machine') => {
    if (where === 'here') {
      return `A Video Inbox with pid ${String(pid)} already uses this data folder. Use that one ("video-inbox status" tells the address of its gallery), stop it first, or choose another folder with --data-dir.`;
    }
    const place = where === 'container' ? 'in another container' : 'on another machine';
    return `A Video Inbox ${place} (pid ${String(pid)} there) already uses this data folder. Stop that one first, or choose another folder with --data-dir.`;
  },
  commandAtWork: (pid: number) =>
    `A command of Video Inbox with pid ${String(pid)} works on this data folder just now, such as "store move" or "doctor". Wait until it has ended, then try again; or choose another folder with --data-dir.`,
  starting: (pid: number, dataDir: string) =>
    `The Video Inbox with pid ${String(pid)} on ${dataDir} is still starting. Try again in a moment.`,
  noRoomForAddress: (pid: number, dataDir: string) =>
    `The Video Inbox with pid ${String(pid)} on ${dataDir} runs, but its disk is full: it could not note where this command reaches it. Your library is open at the gallery address that it printed when it started. Free some space and try again in a moment.`,
  runsElsewhere: (dataDir: string) =>
    `The Video Inbox on ${dataDir} runs in another container or on another machine. Give this command there.`,
  notRunning: (dataDir: string) =>
    `No Video Inbox runs on ${dataDir}. Start it with "video-inbox serve" or open the app, then try again.`,
  orderInDoubt:
    'The inbox took the order, but its answer did not come, so it is not known whether the video was ordered. Do not order it again before you have looked: "video-inbox list" shows it where it was, and the provider has a list of its own.',
};

export const instanceTexts = sentences('instance', enInstance);
