/** What is told of a log that several machines share. */
import { type Sentence, sentences } from './sentence.ts';

export const enShared = {
  notAnAddress:
    'VIDEO_INBOX_DATABASE_URL must be the address of one PostgreSQL database, such as postgresql://user:password@host/name. In a password, signs such as @ : / ? # % are written as %40 %3A %2F %3F %23 %25.',
  badSslMode: (word: string) =>
    `sslmode in VIDEO_INBOX_DATABASE_URL must be disable, require or verify-full, not "${word}".`,
  tooOld: 'The shared database is older than PostgreSQL 14. Update the server, then try again.',
  newerSchema: (found: number, known: number) =>
    `The shared database was set up by a newer Video Inbox (its tables are of version ${String(found)}, this one knows ${String(known)}). Nothing was changed. Update this machine, then try again.`,
  cannotOpen: (reason: string) =>
    `The shared database cannot be used: ${reason}. Nothing was lost. Check VIDEO_INBOX_DATABASE_URL and the server, then try again.`,
  notNow: (reason: string) =>
    `The shared database cannot be used just now: ${reason}. Nothing was lost. Try again when it is back.`,
  otherPlace: (names: string) =>
    `Not all machines keep their videos at the same place: ${names} has another one than this machine, so videos that one of them fetched cannot be opened on the other. Give VIDEO_INBOX_STORE_URL the same bucket and folder on each, then start them again.`,
  away: 'it does not answer',
  noHost: 'nobody knows a host of this name',
  password: 'it refuses this user or this password; a new one is taken from VIDEO_INBOX_DATABASE_URL at the next start',
  noDatabase: 'it has no database of this name',
  notAllowed:
    'this user may not do there what is needed: it must be allowed to create in the database, or own all in the schema video_inbox',
  door: 'it does not let this user in from here, or only over TLS (pg_hba.conf); sslmode=verify-full in the address asks for TLS',
  otherHost: 'its certificate is for another host name; the address must name the host as the certificate does',
  noFile: (file: string) => `the file ${file} that the address names cannot be read`,
  pooled:
    'a pooler in transaction mode, such as PgBouncer, gives its connections to others in between; the address must lead to the server itself, or to a pooler in session mode',
  encoding: (encoding: string) =>
    `it stores text as ${encoding}, which cannot hold all that callbacks bring; it must be made with ENCODING 'UTF8' TEMPLATE template0`,
  certificate: (code: string) =>
    `its certificate is not trusted here, or it speaks no TLS (${code}); sslrootcert=FILE in the address names a certificate to trust`,
  readOnly:
    'it can be read and takes nothing new, as a standby that was not promoted (or by default_transaction_read_only)',
  full: 'its disk is full',
  tooMany: 'all its connections are in use (max_connections, or a limit of this user or this database)',
  refused: (code: string) => `it refuses what is asked of it (${code})`,
  notWithTwin:
    'A copy of another inbox (--twin) cannot share a database as well. Start it without --twin, or without VIDEO_INBOX_DATABASE_URL.',
  needsDatabase: (flag: string) =>
    `--${flag} is for several machines that share a database: set VIDEO_INBOX_DATABASE_URL as well, or leave it out.`,
  badRole: (word: string) =>
    `--role must be a list of intake, download, ask and gallery, separated by commas, not "${word}".`,
  badAnswer: (word: string) => `--answer must be "local", "shared" or "both", not "${word}".`,
  badLease: (given: string, most: string) =>
    `VIDEO_INBOX_LEASE_SECONDS must be a number of seconds from 1 to ${most}, not "${given}".`,
  badNode: (word: string) =>
    `--node must be a name of letters, digits, dots and dashes, at most 40 of them, not "${word}".`,
  nameTaken: (name: string, seconds: number) =>
    `A machine named "${name}" shares this database already. Nothing was changed. Give this one a name of its own (--node NAME); or, if that machine is gone for good, start this one again in ${String(seconds)} s.`,
  cannotClaim:
    'Whether this is ordered already cannot be known just now, so nothing was ordered here, and nothing paid: another machine may be at it, or the shared database does not answer, or holds back what was written. "video-inbox status" says how the database stands. Try again in a moment.',
  machinesRun: (names: string) =>
    `Machines that share this library still run: ${names}. Nothing was moved, since they go on storing videos at the old place. Stop "video-inbox serve" on each; one that was killed is forgotten after 15 s. Then run this again.`,
  machinesRunAgain: (names: string) =>
    `Machines that share this library run again: ${names}. What they have stored meanwhile may lie at the old place; nothing is lost. Stop "video-inbox serve" on each, then run this again: it moves the rest.`,
  doctorNeedsInbox:
    'Several machines share this library, so a check asks the inbox that runs here. Nothing was checked and nothing is lost. Start it with "video-inbox serve", then run this again.',
  state: {
    away: (waiting: number, reason: string) =>
      `The shared database cannot be used just now: ${reason}. What arrives here is stored here (${waiting.toLocaleString('en')} waiting) and sent as soon as it can be; until then this machine shows what it knew before.`,
    late: () =>
      'Not all of the shared database has come to this machine yet: one of the two is slow just now. Nothing is lost, and the rest comes by itself. If that lasts, look at the load of both.',
    fenced: (waiting: number) =>
      `Another inbox writes to the shared database as this machine, so its data folder was copied. What arrives here is stored here only (${waiting.toLocaleString('en')} waiting). Stop the other one and give it an empty data folder, then start this one again: it sends what waits.`,
    replaced: (waiting: number) =>
      `The shared database is not the one that this run began with: it was restored, or an older copy took its place. Nothing is read from it nor sent to it until the inbox starts again; what arrives is stored on this machine (${waiting.toLocaleString('en')} waiting). Quit the inbox and start it again, on each machine: it then sends what the database lacks.`,
  },
  noIntake:
    'This machine takes no callbacks: it was started without the role "intake". Copy the callback URL on one that has it.',
  lateSession: (who: string, pid: string) =>
    `A transaction of ${who} that does not end holds back what all machines see of the shared database. Nothing is lost. It ends there with: SELECT pg_terminate_backend(${pid})`,
  latePrepared: (database: string, gid: string) =>
    `A prepared transaction that nobody ended, in the database ${database}, holds back what all machines see of the shared database. Nothing is lost. In that database it ends with: ROLLBACK PREPARED '${gid}' (or COMMIT PREPARED, as whoever prepared it wants)`,
  fencedUnstored:
    'Another inbox writes to the shared database as this machine, so its data folder was copied. Callbacks are answered 503 here (--answer), so providers send them again. Stop the other one and give it an empty data folder, then start this one again.',
  replacedUnstored:
    'The shared database is not the one that this run began with: it was restored, or an older copy took its place. Callbacks are answered 503 until the inbox starts again (--answer). What was answered here and is not in that copy stands in no journal, only in what this run still shows: keep that first (video-inbox list --json > tasks.json). Then quit the inbox and start it again, on each machine.',
  nobodyFetches:
    'No machine with the role "download" runs just now, so no video is fetched, and links die. Start one of them with it (--role).',
  nobodyTakes:
    'No machine with the role "intake" runs just now, so no callback is taken, and providers give up after a while. Start one of them with it (--role).',
  nobodyAsks:
    'No machine with the role "ask" runs just now, so no provider is asked and no webhook is told. Callbacks are taken all the same. Start one of them with it (--role).',
  nobodyTells: (names: string) =>
    `No webhook and no command is told just now: only ${names} has one, and not the role "ask", which tells. Videos are fetched all the same. Name the webhook on a machine with that role (Settings), or start that one with it (--role).`,
  apart:
    'This machine shared its library with others and was started without VIDEO_INBOX_DATABASE_URL, so it shows only what it took itself. What arrives is stored here, and sent to the others once it is started with the address again. If it is to stay alone, remove shared.json from its data folder.',
  awayUnstored: (reason: string) =>
    `The shared database cannot be used just now: ${reason}. Callbacks are answered 503 meanwhile (--answer), so providers send them again; this machine shows what it knew before.`,
  noRoomOn: (names: string) =>
    `No room is left for videos on the disk of ${names}: the other machines fetch them. Free some space there.`,
  noRoomAnywhere: (names: string) =>
    `No machine that fetches videos has room on its disk (${names}), so new videos wait, and their links die. Free some space on one of them: the downloads go on by themselves.`,
  refusedForRoomOn: (names: string) =>
    `The disk of ${names} is full, so callbacks that come there are refused; providers try again for a while. Free some space there, and it goes on by itself.`,
  olderBuildOn: (names: string) =>
    `An older build than on the other machines runs on ${names}: it reads some callbacks by earlier rules, so tasks may look different there. Nothing is lost. Update it and start it again: its library is brought up to date by itself.`,
  onlyOn: (names: string) =>
    `Films that lie on the disk of one machine only, and go to the shelf on S3 by themselves while it runs: ${names}. Until they are there, the others cannot open them. Nothing is lost, and nothing is to be fetched again.`,
  onlyOnAway: (names: string) =>
    `Films lie only on the disk of a machine that does not run: ${names}. The others cannot open them. Start it with VIDEO_INBOX_DATABASE_URL and VIDEO_INBOX_STORE_URL as before: they go to the shelf by themselves. Where its disk is gone for good, "Try again" fetches them while their links live, and "Where it runs" takes it off the list.`,
  leaseLost: 'Another machine has taken this work over, so what came of it here does not count.',
} as const;

export const sharedTexts = sentences('shared', enShared);

/** @param code of PostgreSQL, of a database that answers and takes nothing. */
export function databaseRefusal(code: string): Sentence {
  if (code === '28000') return sharedTexts.door;
  if (code.startsWith('28')) return sharedTexts.password;
  if (code === '3D000') return sharedTexts.noDatabase;
  if (code === '42501') return sharedTexts.notAllowed;
  if (code === '25006') return sharedTexts.readOnly;
  if (code === '53100') return sharedTexts.full;
  return code === '53300' ? sharedTexts.tooMany : sharedTexts.refused(code);
}
