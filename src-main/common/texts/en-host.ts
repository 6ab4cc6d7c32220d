/** What a host says about its own start and end, and about a disk that refuses. Another language is one more object of this shape. */
export interface HostTexts {
  readonly notAProxy: (text: string) => string;
  readonly proxyWithPassword: string;
  /** An error of our own ended the inbox. @param logFile `null` where no log was open yet */
  readonly crashed: (logFile: string | null) => string;
  readonly closeFailed: string;
  /** To a call that comes too late. */
  readonly closing: string;
  /** @param file what the build lacks */
  readonly incomplete: (file: string) => string;
  /** @param reason completes "the disk did not take them: " */
  readonly settingsNotSaved: (reason: string) => string;
  readonly secretNotSaved: (reason: string) => string;
}

export const hostTexts: HostTexts = {
  notAProxy: (text: string) =>
    `"${text}" is not the address of a proxy, so nothing was changed. Give one such as http://127.0.0.1:7890.`,
  proxyWithPassword:
    'Settings are kept as plain text, so a proxy with a password does not belong there, and nothing was changed. Set HTTPS_PROXY in the environment of Video Inbox instead.',
  crashed: (logFile) =>
    `Video Inbox met an error of its own and has stopped, so that it takes nothing that it could lose. Every callback that was answered is on disk; start it again. ${logFile === null ? '' : `What happened stands in ${logFile}.`}`.trim(),
  closing: 'Video Inbox is closing, so it takes no more calls. Nothing was changed.',
  closeFailed:
    'Closing was not complete. Every callback that was answered is on disk; the rest is made again at the next start.',
  incomplete: (file) =>
    `This installation of Video Inbox is not complete: ${file} is missing. Install it again; your videos are not touched.`,
  settingsNotSaved: (reason) => `The settings could not be saved: ${reason}. The old ones stay in use.`,
  secretNotSaved: (reason) => `The secret could not be saved: ${reason}. The old one stays in use.`,
};
