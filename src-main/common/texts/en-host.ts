/** What a host says about its own start and end, and about a disk that refuses. */
import { sentences } from './sentence.ts';

export const enHost = {
  notAProxy: (text: string) =>
    `"${text}" is not the address of a proxy, so nothing was changed. Give one such as http://127.0.0.1:7890.`,
  proxyWithPassword:
    'Settings are kept as plain text, so a proxy with a password does not belong there, and nothing was changed. Set HTTPS_PROXY in the environment of Video Inbox instead.',
  /** An error of our own ended the inbox. @param logFile `null` where no log was open yet */
  crashed: (logFile: string | null) =>
    `Video Inbox met an error of its own and has stopped, so that it takes nothing that it could lose. Every callback that was answered is on disk; start it again. ${logFile === null ? '' : `What happened stands in ${logFile}.`}`.trim(),
  /** To a call that comes too late. */
  closing: 'Video Inbox is closing, so it takes no more calls. Nothing was changed.',
  closeFailed:
    'Closing was not complete. Every callback that was answered is on disk; the rest is made again at the next start.',
  /** @param file what the build lacks */
  incomplete: (file: string) =>
    `This installation of Video Inbox is not complete: ${file} is missing. Install it again; your videos are not touched.`,
  /** @param names of settings, such as `tunnel.kind` */
  settingsRefused: (names: string) =>
    `settings.json holds what cannot be set (${names}), so the usual is used for that. The rest is as you chose it. Choose that anew; the old file is kept then.`,
  settingsUnread: (aside: string) =>
    `settings.json could not be read, so the usual settings are used. Your videos are not touched. The old file is kept as ${aside}. Set anew what you had chosen, the public address first.`,
  urlsLost: (file: string) =>
    `The list of callback URLs (${file}) and its copy could not be read, so there is a new callback URL, and callbacks to those of before are refused. Give the new one to whatever calls back. Your videos are not touched; the old lists are kept beside the new one.`,
  settingsUnreadable: (file: string, code: string) =>
    `${file} cannot be read (${code}), and without your settings the inbox does not start; nothing was changed. Let this user read the file, or move it away to begin with the usual settings.`,
  settingsNotSaved: (reason: string) => `The settings could not be saved: ${reason}. The old ones stay in use.`,
  keysBroken: (file: string) =>
    `The file with your keys (${file}) could not be read, so none of them is in use, that of the tunnel neither. Your videos are not touched. Enter the keys again; the old file is kept beside the new one then.`,
  secretNotSaved: (reason: string) => `The secret could not be saved: ${reason}. The old one stays in use.`,
  /** Of a call for which nothing better is known. */
  diskRefused: (reason: string) =>
    `The disk of the library did not take that: ${reason}. What is in the library stays as it was. Mend that and try again.`,
  /** @param reason one of `disk`, or what the system said */
  dataDirUnusable: (root: string, reason: string) =>
    `The data folder ${root} cannot be used: ${reason}. Nothing was changed. Choose another folder with --data-dir, or mend this one, then try again.`,
  /** Why the disk refused, as the end of a sentence, without a full stop. */
  disk: {
    EACCES: 'this user may not write there',
    EPERM: 'this user may not write there',
    EROFS: 'that disk is read-only',
    ENOSPC: 'that disk is full',
    EDQUOT: 'your share of that disk is used up',
    EIO: 'that disk reports errors',
    ENOENT: 'a part of that path is not there, or may not be called that',
    ENOTDIR: 'a part of that path is a file, not a folder',
    EEXIST: 'there is a file of that name',
  },
};

export const hostTexts = sentences('host', enHost);
