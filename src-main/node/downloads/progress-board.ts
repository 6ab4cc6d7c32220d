/** How far the running downloads are. */
import type { Progress } from '../../common/model.ts';
import type { DownloadJob } from './downloads.ts';

export interface ProgressBoard {
  start(id: string, job: DownloadJob): void;
  update(id: string, receivedBytes: number, totalBytes: number | null): void;
  remove(id: string): void;
  get(id: string): Progress | null;
}

interface Row {
  readonly job: DownloadJob;
  progress: Progress;
  reportedAt: number;
  measuredAt: number;
  measuredBytes: number | null;
  /** What came since the last report is told at its time, also where nothing comes any more. */
  due: NodeJS.Timeout | null;
}

const reportEveryMs = 250;
/** Weight of the newest measurement: the speed follows a change within some two seconds. */
const newest = 0.3;

export function createProgressBoard(options: {
  readonly now: () => number;
  /** At most four times a second per job. */
  readonly report: (job: DownloadJob, progress: Progress) => void;
}): ProgressBoard {
  const rows = new Map<string, Row>();

  function report(row: Row): void {
    if (row.due !== null) clearTimeout(row.due);
    row.due = null;
    row.reportedAt = options.now();
    options.report(row.job, row.progress);
  }

  return {
    start(id, job) {
      if (rows.has(id)) return;
      const progress: Progress = { receivedBytes: 0, totalBytes: null, bytesPerSecond: 0 };
      rows.set(id, { job, progress, reportedAt: -Infinity, measuredAt: options.now(), measuredBytes: null, due: null });
    },
    update(id, receivedBytes, totalBytes) {
      const row = rows.get(id);
      if (row === undefined) return;
      // Bytes of an earlier attempt are not speed.
      row.measuredBytes ??= receivedBytes;
      const now = options.now();
      let { bytesPerSecond } = row.progress;
      const elapsed = now - row.measuredAt;
      if (elapsed >= reportEveryMs) {
        const current = Math.max(0, (receivedBytes - row.measuredBytes) / (elapsed / 1000));
        bytesPerSecond = Math.round(bytesPerSecond === 0 ? current : bytesPerSecond * (1 - newest) + current * newest);
        row.measuredAt = now;
        row.measuredBytes = receivedBytes;
      }
      row.progress = { receivedBytes, totalBytes, bytesPerSecond };
      const waitMs = row.reportedAt + reportEveryMs - now;
      if (waitMs <= 0) report(row);
      else row.due ??= setTimeout(() => report(row), waitMs).unref();
    },
    remove(id) {
      const due = rows.get(id)?.due ?? null;
      if (due !== null) clearTimeout(due);
      rows.delete(id);
    },
    get: (id) => rows.get(id)?.progress ?? null,
  };
}
