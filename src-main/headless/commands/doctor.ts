import type { InboxEvents } from '../../common/contract.ts';
import type { DoctorOptions, DoctorReport } from '../../common/doctor-report.ts';
import { InboxError } from '../../common/errors.ts';
import { sharedTexts } from '../../common/texts/en-shared.ts';
import { journalTexts } from '../../common/texts/en-diagnostics.ts';
import { say, sayTold } from '../../common/texts/language.ts';
import { storageSentence } from '../../common/texts/en-storage.ts';
import { copyStorageSentence } from '../../common/texts/en-sync.ts';
import type { RequestSummary } from '../../common/requests.ts';
import { openRequestLog } from '../../node/callbacks/requests/request-log.ts';
import { nonEmpty } from '../../node/config-values.ts';
import { lastCheckOf, writeDiagnostics } from '../../node/doctor/diagnostics.ts';
import { without } from '../../common/without.ts';
import { runDoctor } from '../../node/doctor/doctor.ts';
import { dataDirAt, dataDirRefused } from '../../node/data-dir.ts';
import { createFilePlaces } from '../../node/video-store/file-places.ts';
import { roomTrouble } from '../../node/inbox/status/room-left.ts';
import { createFileVault, openSecrets } from '../../node/settings/secrets.ts';
import { openSettings } from '../../node/settings/settings.ts';
import { storeOfCopy, stoppedCopy } from '../../node/sync/stopped-copy.ts';
import { openSyncIdentity } from '../../node/sync/sync-identity.ts';
import { openVideoStore } from '../../node/video-store/open-store.ts';
import { openLibrary } from '../../node/projections/library.ts';
import { readLibrary } from '../../node/projections/read-library.ts';
import { silentLog } from '../../node/log/log.ts';
import type { Command, Terminal } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { oneLine } from '../format.ts';
import { connectLocal } from '../local-client.ts';
import { outgoingOf } from '../folder-outgoing.ts';
import { inKnownFolder } from '../offline-folder.ts';
import { terminalTexts } from '../texts/en.ts';
import { version } from '../version.ts';
import { journalLines } from './doctor-journal.ts';
import { problemLines } from './doctor-problems.ts';
import { refusedLine } from './status.ts';

const { counts, doctor: words } = terminalTexts;

/**
 * With `--reread` what today's reader makes of kept bodies is told first; at a terminal it is asked whether that is to
 * be taken over, elsewhere it is.
 *
 * Exit code 1 where something is left that the doctor could not mend.
 */
export const runDoctorCommand: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, {
    rebuild: { type: 'boolean' },
    reread: { type: 'boolean' },
    diagnostics: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  flags.refuseBoth('diagnostics', ['rebuild', 'reread', 'json']);
  const running = await connectLocal(flags.dataDir);
  const diagnostics = async (): Promise<string> => {
    const report = await examineWith({ rebuild: false });
    if (running !== null) return running.call('app:diagnostics');
    const dir = dataDirAt(flags.dataDir);
    return writeDiagnostics({
      info: { version, host: 'browser', platform: terminal.platform },
      now: new Date(),
      running: null,
      tasks: await readLibrary(dir.journal),
      lastCheck: lastCheckOf(report),
      logsDir: dir.logs,
    });
  };
  const examineWith = async (options: DoctorOptions): Promise<DoctorReport> => {
    const { progress } = terminal;
    const show = ({ videosChecked, videosTotal }: InboxEvents['library:checking']): void =>
      progress?.show(journalTexts.checking, videosChecked, videosTotal);
    const stop = progress === undefined ? undefined : await running?.follow('library:checking', show);
    try {
      if (running !== null) return await running.call('library:doctor', options);
      return await examine(flags.dataDir, options, terminal).catch((error: unknown) => {
        throw dataDirRefused(flags.dataDir, error);
      });
    } finally {
      stop?.();
      progress?.clear();
    }
  };
  if (flags.isSet('diagnostics')) {
    terminal.out(await diagnostics());
    return 0;
  }
  // The journal here holds a part of what the shelf has files of.
  if (running === null && nonEmpty(terminal.env['VIDEO_INBOX_DATABASE_URL']) !== null) {
    throw new InboxError('not-running', sharedTexts.doctorNeedsInbox);
  }
  const rebuild = flags.isSet('rebuild');
  const confirm = flags.isSet('reread') && !flags.isSet('json') ? terminal.confirm : undefined;
  let report = await examineWith({
    rebuild,
    ...(flags.isSet('reread') ? { reread: confirm !== undefined ? ('preview' as const) : ('apply' as const) } : {}),
  });
  if (confirm !== undefined && (report.reread?.changes.length ?? 0) > 0) {
    terminal.out(describeReread(report));
    if (await confirm(words.takeOver)) report = await examineWith({ rebuild: false, reread: 'apply' });
  }
  const status = running === null ? null : await running.call('app:status');
  const trouble = status === null ? await troubleAhead(flags.dataDir) : [sayTold(status.storage)];
  const requests = status?.requests ?? (await lastRequests(flags.dataDir));
  terminal.out(
    flags.isSet('json')
      ? JSON.stringify({ ...report, problems: report.problems.map((each) => without(each, 'text')), requests })
      : [describe(report), ...trouble.filter((line) => line !== null), ...refusedLine(requests)].join('\n'),
  );
  return report.ok ? 0 : 1;
};

/** What the inbox would tell of its settings and its disk; it is not running. */
async function troubleAhead(dataDir: string): Promise<readonly string[]> {
  const dir = dataDirAt(dataDir);
  const settings = await openSettings(dir.settingsFile, silentLog);
  const keys = await openSecrets(createFileVault(dir.secretsFile), {});
  const found = await roomTrouble(dir, settings.get());
  const sentenceOf = (await stoppedCopy(dir)) === null ? storageSentence : copyStorageSentence;
  const told = [settings.problem, keys.problem, found === null ? null : sentenceOf(found)];
  return told.flatMap((sentence) => (sentence === null ? [] : [say(sentence)]));
}

async function lastRequests(dataDir: string): Promise<RequestSummary> {
  const log = await openRequestLog({ dir: dataDirAt(dataDir).requests, log: silentLog, now: () => new Date() });
  return log.summary();
}

function examine(
  dataDir: string,
  options: DoctorOptions,
  { env, progress }: Pick<Terminal, 'env' | 'progress'>,
): Promise<DoctorReport> {
  const now = (): Date => new Date();
  return inKnownFolder(dataDir, async (dir) => {
    const library = await openLibrary({ journalDir: dir.journal, indexDir: dir.index, log: silentLog, now });
    try {
      const disk = await openVideoStore(dir.root, {
        url: env['VIDEO_INBOX_STORE_URL'] ?? null,
        env,
        outgoing: await outgoingOf(dir, env),
      });
      const copy = await stoppedCopy(dir);
      const store = copy === null ? disk : await storeOfCopy(copy, disk, library);
      const videosTotal = library.statusCounts().videos.saved;
      return await runDoctor(
        {
          store,
          library,
          places: createFilePlaces(store),
          journalDir: dir.journal,
          shelfLibrary: async () => ({ name: (await openSyncIdentity(dir.syncFile)).node, wasCalled: () => false }),
          onRead: (events) => progress?.show(journalTexts.reading, events, null),
          onChecked: (videosChecked) => progress?.show(journalTexts.checking, videosChecked, videosTotal),
        },
        options,
      );
    } finally {
      await library.close();
    }
  });
}

function describe(report: DoctorReport): string {
  const { ok, tasks, videosChecked, problems } = report;
  return [
    words.checked(counts.tasks(tasks), counts.savedVideos(videosChecked)),
    ...journalLines(report.journal),
    ...(report.reread === undefined ? [] : [describeReread(report)]),
    ...problemLines(problems),
    ok ? words.allWell : words.needsYou,
  ].join('\n');
}

const shownChanges = 50;

function describeReread({ reread }: DoctorReport): string {
  if (reread === undefined) return '';
  const { bodies, changes, applied } = reread;
  const lines = changes
    .slice(0, shownChanges)
    .map(({ at, taskId, provider, state, addedUrls, removedUrls }) =>
      [
        `  ${at.slice(0, 16).replace('T', ' ')}  ${oneLine(taskId, 80)}:`,
        fromTo(provider.before, provider.after),
        fromTo(state.before, state.after),
        ...(addedUrls.length > 0 ? [`+${counts.videos(addedUrls.length)}`] : []),
        ...(removedUrls.length > 0 ? [`-${counts.videos(removedUrls.length)}`] : []),
      ].join(' '),
    );
  const more = changes.length > shownChanges ? [`  ${words.more(changes.length - shownChanges)}`] : [];
  return [words.reread(counts.bodies(bodies), changes.length, applied), ...lines, ...more].join('\n');
}

function fromTo(before: string | null, after: string): string {
  return before === null || before === after ? after : `${before} -> ${after}`;
}
