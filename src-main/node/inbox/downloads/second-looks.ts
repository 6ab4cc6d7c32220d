/**
 * Looks again at links that gave no film and no proof that there will be none: the page of a host that is being mended, a
 * refusal that a cache has kept. That it failed was told at once, and nothing more is told unless the film comes.
 */
import type { Task, Video } from '../../../common/model.ts';
import type { Clock } from '../../clock.ts';
import type { TakingTurns } from '../../in-turns.ts';
import type { Library, LibraryChange } from '../../projections/library.ts';

export interface SecondLooksPorts {
  readonly library: Pick<Library, 'get' | 'newestInTurns'>;
  /** @param n of the video, from 1 */
  readonly look: (task: Task, n: number) => void;
  readonly clock: Pick<Clock, 'after' | 'date'>;
}

export interface SecondLooks {
  onChange(change: Pick<LibraryChange, 'event' | 'key'>): void;
  catchUp(turns: TakingTurns): Promise<void>;
  close(): void;
}

const minuteMs = 60_000;
/** Of what gives the same each time some eighteen requests in all, with the attempts of each look. */
const pausesMs: readonly number[] = [10 * minuteMs, 60 * minuteMs, 6 * 60 * minuteMs];
const latelyMs = 24 * 60 * minuteMs;
/** The links of strangers fail by the thousand. */
const mostWaiting = 500;
/** What broke in ourselves says nothing of the film: memory may have been short. */
const doubtful: ReadonlySet<string> = new Set([
  'gone',
  'forbidden',
  'not-a-video',
  'damaged',
  'too-many-redirects',
  'internal',
]);

export function createSecondLooks({ library, look, clock }: SecondLooksPorts): SecondLooks {
  const waiting = new Map<string, () => void>();

  function wait(key: string, url: string, looks: number): void {
    const id = `${key} ${url}`;
    const pauseMs = pausesMs[looks];
    if (pauseMs === undefined || waiting.has(id) || waiting.size >= mostWaiting) return;
    const cancel = clock.after(pauseMs, () => {
      waiting.delete(id);
      const task = library.get(key);
      const at = task?.videos.findIndex((video) => video.url === url) ?? -1;
      const video = task?.videos[at];
      if (task === undefined || video === undefined || !isInDoubt(task, video, clock.date().getTime())) return;
      look(task, at + 1);
      wait(key, url, looks + 1);
    });
    waiting.set(id, cancel);
  }

  return {
    onChange({ event, key }) {
      if (event.type === 'video-failed' && doubtful.has(event.code)) wait(key, event.url, 0);
    },
    async catchUp(turns) {
      const now = clock.date().getTime();
      const failed = library.newestInTurns(({ head }) => head.videos.some(isLost));
      for await (const task of turns(failed)) {
        if (Date.parse(task.updatedAt) < now - latelyMs) continue;
        for (const video of task.videos) if (isInDoubt(task, video, now)) wait(task.key, video.url, 0);
      }
    },
    close() {
      for (const cancel of waiting.values()) cancel();
      waiting.clear();
    },
  };
}

export function isLost({ state }: { readonly state: string }): boolean {
  return state === 'failed' || state === 'expired';
}

function isInDoubt({ trashedAt, expiresAt }: Task, video: Video, now: number): boolean {
  if (trashedAt !== null || !isLost(video) || !doubtful.has(video.errorCode ?? '')) return false;
  // A message that said so is believed.
  if (video.errorCode === 'gone' && ![404, 410].includes(Number(video.errorParams?.['status']))) return false;
  const endsAt = Date.parse(video.expiresAt ?? expiresAt ?? '');
  return Number.isNaN(endsAt) || now < endsAt;
}
