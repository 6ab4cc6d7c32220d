/** What the listener for twins says. */
import type { PersonRefusal } from '../person-events.ts';
import type { StorageHealth } from '../storage-health.ts';
import { mebibytes, storageSentence } from './en-storage.ts';
import { type Sentence, sentences } from './sentence.ts';

/** Answers to another program, in English. */
export const twinAnswers = {
  /** A stranger who looks at open ports is told nothing of what answers here. */
  needsToken: 'This needs a token: "Authorization: Bearer …".',
  tooManyTries: 'Too many wrong tokens. Wait a little.',
  tooManyRequests: 'Too many requests. Wait a little.',
  tooManyUnread: (most: number) => `${String(most)} answers to this token are not read yet. Read them first.`,
  tooLarge: (mebibytes: number) =>
    `The body is larger than ${String(mebibytes)} MiB. Nothing was stored; send fewer events at once.`,
  notEvents: (most: number) =>
    `The body must be {"events": [ … ]} with at most ${String(most)} events. Nothing was stored.`,
  refused: (n: number, refusal: PersonRefusal) => `Event ${String(n)}: ${refusalSentence(refusal)} Nothing was stored.`,
  logAway: 'The log of this inbox is out of reach just now. Nothing was stored; ask again in a moment.',
  badWait: 'wait must be a number of seconds.',
} as const;

export const enSync = {
  noSuchFile: 'No saved video of this library has this SHA-256.',
  noCertificate: (file: string, reason: string) =>
    `The certificate or key in ${file} cannot be used: ${reason}. Mend it, or start without --sync-cert and --sync-key behind a proxy of your own.`,
  identityBroken: (file: string) =>
    `The file that says who this machine is among others (${file}) cannot be read. Bring it back from a backup. Where there is none, move it away and start again: to the others this is a new machine then, and copies of it must be connected anew. Your videos are not touched.`,
};

export const syncTexts = sentences('sync', enSync);

function refusalSentence(refusal: PersonRefusal): string {
  switch (refusal.why) {
    case 'not-an-event':
      return 'it is no event.';
    case 'not-a-persons':
      return `"${refusal.type}" is nothing that a person does.`;
    case 'malformed':
      return `${refusal.detail}.`;
  }
}

/** What an inbox says that is a copy of one elsewhere. */
export const enTwin = {
  noToken:
    'The inbox elsewhere needs a token. Make one there with "video-inbox api-key new --scope twin", and set it here: "video-inbox secret set TWIN_TOKEN" or VIDEO_INBOX_SECRET_TWIN_TOKEN.',
  ownLibrary:
    'This library has videos of its own, and --twin makes a copy of another. Start with another --data-dir; nothing was changed.',
  ownVideos:
    'This library has videos of its own, and a copy would take their place. Start with an empty library (another data folder), and connect that one; nothing was changed.',
  noAddress: 'The address of the other inbox begins with https:// or http://, as its "--sync-port" tells it.',
  byFlag:
    'Which inbox this is a copy of was told at the start, by --twin, VIDEO_INBOX_DATABASE_URL or the environment. Change it there; nothing was changed.',
  otherTwin:
    'Another inbox answers at this address than the one that this library is a copy of. Nothing was taken over from it.',
  refused:
    'The inbox elsewhere does not take the token. Make a new one there with "video-inbox api-key new --scope twin", and set it here: "video-inbox secret set TWIN_TOKEN" or VIDEO_INBOX_SECRET_TWIN_TOKEN.',
  away: 'The inbox elsewhere cannot be reached just now. It goes on taking callbacks; what it has comes as soon as it can be reached.',
  certificate: (code: string) =>
    `The certificate of the inbox elsewhere is not trusted on this machine (${code}), so nothing was asked of it. NODE_EXTRA_CA_CERTS=FILE in the environment of this inbox names one to trust.`,
  catchingUp: (waiting: number) =>
    `This copy is catching up with the inbox elsewhere. Changes that are still to come: about ${waiting.toLocaleString('en')}. What is here already can be used meanwhile.`,
  onlyHere: (count: number, names: string) =>
    `The inbox elsewhere was set back to an older state, as from a backup. Tasks that are only here now: ${count.toLocaleString('en')} (${names}). They stay here, with the videos that were brought here. To have them there again: "video-inbox export TASK_ID --to DIR --metadata" here, "video-inbox import DIR" there.`,
  notTaken: (count: number, names: string) =>
    `The inbox elsewhere did not take changes of this copy: it may be an older version. They stay here only, and no video is touched. Tasks: ${count.toLocaleString('en')} (${names}). Update the inbox there, then change them once more here, or change them there.`,
  noTunnelThere:
    'The inbox elsewhere has no public address, so only programs on the computer that it runs on can reach its callback URL. Make it reachable there.',
  newerThere:
    'The inbox elsewhere is a newer version: this copy cannot read some of its changes and leaves them out, and takes all others. Update this copy; then it takes those, too. No video is touched.',
  notSync: (status: number) =>
    `What answers at the address of the inbox elsewhere is not its port for copies (HTTP ${String(status)}): another port of it, a sign-in page of the network, or a proxy that leads elsewhere. Nothing was taken from it, and what is here stays. The address is the one that "serve --sync-port" tells there.`,
  troubled: (status: number) =>
    `The inbox elsewhere, or a proxy before it, answers that it cannot just now (HTTP ${String(status)}). What is here stays, and marks wait here; this copy goes on trying. If it lasts, look there with "video-inbox status": callbacks may not be taken meanwhile.`,
  leadsElsewhere: (origin: string) =>
    `The address of the inbox elsewhere leads on to ${origin}, and the token is sent nowhere but to the address that was entered. What is here stays. Where that one is your inbox, connect again with it.`,
  expired:
    'The certificate of the inbox elsewhere has expired, or the clock of this machine is wrong, so nothing was asked of it. What is here stays. Renew the certificate there: that inbox takes it within a minute, a proxy before it once it is reloaded.',
  otherName:
    'The certificate of the inbox elsewhere is for another name than the one in the address, so nothing was asked of it. What is here stays. Connect again with the name in the certificate, or have it made for this one.',
  noTls:
    'Nothing at the address of the inbox elsewhere speaks TLS as it should, so nothing was asked of it. What is here stays. Where that inbox has no certificate, its address begins with http://, as it tells when it starts.',
  needsTls:
    'What answers at the address of the inbox elsewhere speaks TLS only, and the address begins with http://, so nothing came of it. What is here stays. Give the same address with https://.',
  proxy: (host: string, errno: string) =>
    `The inbox elsewhere cannot be reached: the proxy ${host} lets nothing through (${errno}). What is here stays. Check the proxy in the settings of this machine or of Video Inbox, or name the host of that inbox in NO_PROXY.`,
  itself:
    'The inbox at this address is this one itself, or a copy of it: callbacks would arrive at none of them, and nothing was taken over. Give the address of the inbox that takes the callbacks, or make this one no copy.',
  cameApart: (count: number, names: string) =>
    `Tasks that came while this inbox was no copy are only here: ${count.toLocaleString('en')} (${names}). A copy fetches no videos from providers: what was not saved by then is not fetched while it is one, and its link dies. Disconnect until it is saved. To have them there as well: "video-inbox export TASK_ID --to DIR --metadata" here, "video-inbox import DIR" there.`,
  notThere:
    'The inbox elsewhere does this, and it does not have this task. Nothing was changed, and the video stays here. Import it there first, or disconnect this copy and do it here.',
  onlyThere:
    'The inbox elsewhere does this, and it cannot be reached just now. Nothing was changed; try again when it can.',
  diskLow: (limitBytes: number) =>
    `Less than ${mebibytes(limitBytes)} are free on the disk of this copy, so it brings no more videos by itself; those that someone opens still come. No video is lost: they are in the inbox elsewhere, which takes callbacks as ever. Free some space, or choose in the settings that fewer are brought.`,
  diskFilling: (limitBytes: number) =>
    `The disk of this copy is nearly full: below ${mebibytes(limitBytes)} of free space it brings no more videos by itself. Free some space soon, or choose in the settings that fewer are brought.`,
  diskFull:
    'The disk of this copy is full, so what is new in the inbox elsewhere waits there, and nothing can be marked here. No video is lost, and that inbox takes callbacks as ever. Free some space, and this copy goes on by itself.',
  folderAway: (folder: string) =>
    `This copy cannot store anything in ${folder}, so what is new in the inbox elsewhere waits there, and nothing can be marked here. No video is lost, and that inbox takes callbacks as ever. See that the folder is in its place and its disk can be written to: this copy then goes on by itself.`,
  diskSlow: (seconds: number) =>
    `The disk of this copy has taken more than ${String(seconds)} seconds to store what came from the inbox elsewhere, or was marked here. No video is lost, and that inbox takes callbacks as ever: check what keeps the disk busy.`,
  notHere: 'This inbox is a copy of one elsewhere, which does this. Do it there; nothing was changed.',
} as const;

export const twinTexts = sentences('twin', enTwin);

/** What a copy says of its storage: no callback is refused for it, and no video waits for its link's death. */
export function copyStorageSentence(health: StorageHealth): Sentence | null {
  const { limitBytes, folder, seconds } = health.params;
  switch (health.code) {
    case 'downloads-wait':
      return twinTexts.diskLow(Number(limitBytes));
    case 'disk-filling':
      return twinTexts.diskFilling(Number(limitBytes));
    case 'disk-full':
      return twinTexts.diskFull;
    case 'folder-missing':
    case 'folder-moved':
    case 'unwritable':
      return twinTexts.folderAway(String(folder));
    case 'slow-disk':
      return twinTexts.diskSlow(Number(seconds));
    default:
      return storageSentence(health);
  }
}
