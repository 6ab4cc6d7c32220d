/** What a person reads about the inputs of an order. */
import { sentences } from './sentence.ts';

export const enSources = {
  notThere: (source: string) => `"${source}" is neither an http(s) address nor a file on this computer.`,
  /** @param found what it is instead, a word or two; `null` where that is not known */
  notMedia: (source: string, found: string | null) =>
    `"${source}" is no video, picture or sound${found === null ? '' : ` (by its first bytes: ${found})`}, so it was not sent anywhere and nothing was ordered. Choose the file that the video is to be made from.`,
  takesNoFiles: (provider: string, source: string) =>
    `${provider} takes no files, only addresses: put "${source}" where the provider can fetch it, and give its https address.`,
  tooLarge: 'This file has more than 2 GiB; no provider takes it.',
  tooMuch:
    'The files that were brought for orders in the last hour fill all the room that is kept for them, so this one was not taken. Order with those first, or give the path of the file to "video-inbox submit".',
  diskFull:
    'There is too little free room on the disk for this file, so it was not taken. Your videos are not touched. Make room and choose the file again.',
} as const;

export const sourceTexts = sentences('sources', enSources);
