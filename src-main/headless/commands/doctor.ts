import { existsSync } from 'node:fs';
import type { DoctorReport } from '../../common/contract.ts';
import { InboxError } from '../../common/errors.ts';
import type { RequestSummary } from '../../common/requests.ts';
import { openRequestLog } from '../../node/callbacks/requests/request-log.ts';
import { runDoctor } from '../../node/doctor/doctor.ts';
import { dataDirAt, prepareDataDir } from '../../node/data-dir.ts';
import { lockInstance } from '../../node/instance-lock.ts';
import { createFilePlaces } from '../../node/library/file-places.ts';
import { openLibrary } from '../../node/library/library.ts';
import { silentLog } from '../../node/log/log.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { formatCount } from '../format.ts';
import { connectLocal } from '../local-client.ts';
import { refusedLine } from './status.ts';

/** Exit code 1 where something is left that the doctor could not mend. */
export const runDoctorCommand: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { rebuild: { type: 'boolean' }, json: { type: 'boolean' } });
  const options = { rebuild: flags.isSet('rebuild') };
  const running = await connectLocal(flags.dataDir);
  const report =
    running === null ? await examine(flags.dataDir, options) : await running.call('library:doctor', options);
  const requests = running === null ? await lastRequests(flags.dataDir) : (await running.call('app:status')).requests;
  terminal.out(
    flags.isSet('json')
      ? JSON.stringify({ ...report, requests })
      : [describe(report), ...refusedLine(requests)].join('\n'),
  );
  return report.ok ? 0 : 1;
};

async function lastRequests(dataDir: string): Promise<RequestSummary> {
  const log = await openRequestLog({ dir: dataDirAt(dataDir).requests, log: silentLog, now: () => new Date() });
  return log.summary();
}

async function examine(dataDir: string, options: { readonly rebuild: boolean }): Promise<DoctorReport> {
  // A check makes nothing: a mistyped folder is told, not filled.
  if (!existsSync(dataDir)) throw new InboxError('not-found', `There is no library at ${dataDir}: no such folder.`);
  const now = (): Date => new Date();
  const dir = await prepareDataDir(dataDir);
  const lock = await lockInstance(dir.instanceFile, now);
  try {
    const library = await openLibrary({ journalDir: dir.journal, indexDir: dir.index, log: silentLog, now });
    try {
      return await runDoctor({ dataDir: dir.root, library, places: createFilePlaces(dir.root) }, options);
    } finally {
      await library.close();
    }
  } finally {
    await lock.release();
  }
}

function describe({ ok, tasks, videosChecked, problems }: DoctorReport): string {
  return [
    `Checked ${formatCount(tasks, 'task')} and ${formatCount(videosChecked, 'saved video')}.`,
    ...problems.map(({ message, mended }) => `${mended ? 'Mended' : 'Found'}: ${message}`),
    ok ? 'All is well.' : 'Some things need you; see above.',
  ].join('\n');
}
