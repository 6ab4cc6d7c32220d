/**
 * An early film, fetched while its task was being made, is kept until the film itself is here, and goes then. What the
 * sidecar does not call early stays.
 */
import { json } from 'node:stream/consumers';
import type { EventDraft } from '../../../common/events.ts';
import { indexOfFile } from '../../../common/fold-video.ts';
import type { Task } from '../../../common/model.ts';
import type { DownloadJob } from '../../downloads/downloads.ts';
import type { Log } from '../../log/log.ts';
import { sidecarOf } from '../../video-store/file-places.ts';
import type { VideoStore } from '../../video-store/video-store.ts';
import { numberOf } from './download-plan.ts';

export interface EarlyFilmPorts {
  readonly get: (key: string) => Task | undefined;
  readonly store: Pick<VideoStore, 'open' | 'remove'>;
  readonly record: (draft: EventDraft, job: DownloadJob) => Promise<unknown>;
  readonly log: Log;
}

/** Records what came of a job; after the record the early film goes, so that a crash in between leaves a file too many. */
export function createEarlyFilms({ get, store, record, log }: EarlyFilmPorts): EarlyFilmPorts['record'] {
  const filesOf = (key: string): readonly (string | null)[] => (get(key)?.videos ?? []).map(({ path }) => path);

  async function removeEarly(file: string): Promise<void> {
    const sidecar = sidecarOf(file);
    const said = await store.open(sidecar);
    const fields: unknown = said === null ? null : await json(said);
    if (typeof fields !== 'object' || fields === null || !('early' in fields) || fields.early !== true) return;
    await store.remove(file);
    await store.remove(sidecar);
  }

  return async (draft, job) => {
    const before = get(job.key)?.videos.find((video, index) => numberOf(video, index) === job.n)?.path ?? null;
    await record(draft, job);
    if (draft.type !== 'video-saved') return;
    const task = get(job.key);
    // The provider's record named other films meanwhile.
    const isNobodys = job.isEarly === true && task !== undefined && indexOfFile(task.videos, job.url) < 0;
    const file = isNobodys ? draft.file.path : before;
    if (file === null || filesOf(job.key).includes(file)) return;
    await removeEarly(file).catch((error: unknown) =>
      log.warn({ error, key: job.key, file }, 'an early film in whose place another one is could not be removed'),
    );
  };
}
