/** What the terminal and programs are told about a command or a call that cannot be understood. */
import { sentences } from './sentence.ts';

export const enCommands = {
  unknownCall: (name: string) => `There is no call named "${name}".`,
  callNotUnderstood: (name: string, where: string, problem: string) =>
    `The call "${name}" cannot be understood: ${where}: ${problem}.`,
  missing: (what: string) => `${what} is missing. "video-inbox help" shows how each command is typed.`,
  filmGone: (file: string) => `${file} is not there any more. "video-inbox doctor" tells what else is missing.`,
  programFileMissing: (file: string) =>
    `A file of Video Inbox itself is missing (${file}), so this command cannot run. Your videos are untouched. Install Video Inbox again; in a checkout, run "npm run build".`,
  outputLost: (reason: string) =>
    `The output could not be written: ${reason}. Write it to another place and try again.`,
  orderOutputLost: (reason: string) =>
    `What came of the order could not be written: ${reason}. Do not order it again before you have looked: "video-inbox list" shows it where it was made.`,
  madeAllTheSame: (key: string) =>
    `The order was made all the same; do not order it again. "video-inbox wait ${key}" waits for its videos.`,
  bodyCut: (n: number) => `Of request ${n} only the beginning was kept, so it cannot be read or sent again.`,
  bodyNotKept: (n: number) => `The body of request ${n} was not kept, so it cannot be read or sent again.`,
  arguments: 'The arguments',
  surplus: (argument: string) => `"${argument}" is one argument too many.`,
  notBoth: (one: string, other: string) => `--${one} and --${other} do not go together. Leave one of them out.`,
  flagMustBe: (flag: string, meaning: string, given: string) => `--${flag} must be ${meaning}, not "${given}".`,
  unknownCommand: (name: string, known: string, likely: string | null) =>
    `There is no command "${name}".${likely === null ? '' : ` Did you mean "${likely}"?`} Known commands: ${known}. "video-inbox help" says what each does.`,
  unknownApiKeyCommand: (what: string) =>
    `${what === '' ? 'Say what is to be done with the keys' : `There is no "api-key ${what}"`}; known are: api-key new, list, revoke ID.`,
  unknownScope: (given: string) => `--scope must be "local" or "twin", not "${given}".`,
  noLibrary: (dataDir: string) =>
    `There is no library at ${dataDir} yet. "video-inbox serve" makes one there; --data-dir names another place.`,
  exportTaken: (file: string) => `${file} is there already and stays as it is. Choose an empty folder with --to.`,
  exportRefused: (folder: string, reason: string) =>
    `The copies cannot be written to ${folder}: ${reason}. Choose another folder with --to.`,
  exportInside: (folder: string) =>
    `${folder} is a place of the library's own files, so nothing was copied. Choose a folder outside of the library with --to.`,
  exportWhere: 'Say where the copies are to go: --to DIR.',
  notExported: (id: string) => `No task "${id}" is in this library, so nothing was exported.`,
  unknownState: (known: string, given: string) => `--state must be one of ${known}, not "${given}".`,
  searchTooLong: (most: string, given: string) =>
    `A search takes up to ${most} characters, and this one has ${given}. Leave out some words.`,
  noSuchRequest: (n: string) => `There is no request ${n}; "video-inbox requests" lists them.`,
  noRequestNumber: (given: string) => `"${given}" is not the number of a request; "video-inbox requests" lists them.`,
  notInLibrary: (id: string) => `No task "${id}" is in this library. "video-inbox list" shows what is.`,
  /** @param where what names the limit: a flag, or an argument. */
  overBudget: (cost: number, budget: number, where: string) =>
    `This usually costs ${String(cost)} credits, more than the ${String(budget)} of ${where}, so nothing was ordered. Order it with a larger ${where}, or without one.`,
  costUnknown: (where: string) =>
    `What this costs is not known here, so nothing can keep to ${where}, and nothing was ordered. Look up the price at the provider and order it without ${where}: from its result on, the price is known.`,
  paramForm: (given: string) => `--param must be NAME=JSON, such as seed=7, not "${given}".`,
  tagWhat: 'Say what is to change: --add TAG, --remove TAG, or both.',
  notTagged: (id: string) => `No task "${id}" is in this library, so nothing was tagged.`,
  unknownTunnelCommand: (what: string) => `There is no "tunnel ${what}"; known is: tunnel set-token.`,
  notHere: (key: string, n: number) =>
    `Video ${n} of ${key} is saved, but not on this computer. "video-inbox export ${key} --to DIR" brings it here.`,
  despiteFailure: (place: string) => `The provider named a video all the same, which is here: ${place}`,
  filmToCome: (key: string) =>
    `The provider named a video all the same, which is being fetched. "video-inbox show ${key}" tells what became of it.`,
  draftHere: (place: string) => `What the provider showed while it was being made is here; it may be a draft: ${place}`,
  notKnown: (id: string) => `No task "${id}" is known to this inbox.`,
  linkToNothing: (place: string) =>
    `${place} is a link, and what it leads to is not there, so it was not imported. Bring that back, or name the film itself.`,
  noSuchPath: (place: string) => `There is no file or folder ${place}, so nothing was imported.`,
  nameNotUtf8: (place: string) =>
    `The name of ${place} is not written in UTF-8, so nothing can be opened by it, and nothing of it was imported. Rename it and import it again.`,
  notRead: (place: string, reason: string) => `${place}: ${reason}`,
  settingsUsage:
    'Say what to do: "settings list" or "settings set NAME VALUE" (VALUE "usual": what holds where nothing is set).',
  unknownSetting: (word: string, known: string) => `There is no setting named "${word}". Known names: ${known}.`,
  storeUsage: 'Say where to: video-inbox store move --to s3://bucket/folder?endpoint=…&region=…, or --to disk.',
  noShelf: 'There is no shelf to bring the videos back from. Set VIDEO_INBOX_STORE_URL to where they are.',
  otherBytes: (name: string) =>
    `${name} has other bytes on one side than on the other. It stays where it was, and nothing was removed that had not been compared. Try again; if this comes again, the disk or the server that keeps the videos is broken.`,
  credits: 'a number of credits',
  wholeNumber: 'a whole number of at least 1',
  orderId: '8 to 100 letters, digits, dots and dashes',
  seconds: 'a number of seconds',
  noSuchArgument: (name: string, known: string) =>
    `There is no argument "${name}", so nothing was done. Known are: ${known === '' ? 'none' : known}.`,
  argumentMissing: (name: string, known: string) =>
    `The argument "${name}" is missing, so nothing was done. Known are: ${known}.`,
  argumentsUnnamed: (known: string) =>
    `The arguments must be one object that names each of them, so nothing was done. Known are: ${known === '' ? 'none' : known}.`,
  noSuchTool: (name: string, known: string) => `There is no tool "${name}", so nothing was done. There are: ${known}.`,
  promptTooLong: (most: number, total: number) =>
    `A prompt takes up to ${String(most)} characters, and this one has ${String(total)}. Leave out some words; nothing was ordered.`,
  argumentNotUnderstood: (where: string, problem: string) => `${where}: ${problem}.`,
};

export const commandTexts = sentences('commands', enCommands);
