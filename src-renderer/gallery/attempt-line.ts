import { sayTold } from '../../src-main/common/texts/language.ts';
import type { Attempt } from '../../src-main/common/model.ts';
import type { TaskRow, RowVideo } from '../../src-main/common/task-row.ts';
import { fewTries, videoTrouble } from '../../src-main/common/task-view.ts';
import type { Format } from '../format/format.ts';
import { texts } from '../texts/texts.ts';

/** The video that is tried again, with its newest attempt; the one that goes on first where there are several. */
export function waitingVideo(task: TaskRow): { readonly video: RowVideo; readonly attempt: Attempt } | null {
  let first: { readonly video: RowVideo; readonly attempt: Attempt } | null = null;
  for (const video of task.videos) {
    const attempt = video.state === 'queued' ? video.attempts?.at(-1) : undefined;
    if (attempt === undefined) continue;
    if (first === null || (attempt.nextAt ?? '') < (first.attempt.nextAt ?? '')) first = { video, attempt };
  }
  return first;
}

/** `media.example answers 404 · next try in 2 min · 2nd of 9`. */
export function attemptLine(
  { video, attempt }: { video: RowVideo; attempt: Attempt },
  format: Format,
  now: number,
): string {
  const { attempt: words, common } = texts;
  const left = attempt.nextAt === null ? null : Date.parse(attempt.nextAt) - now;
  return [
    shortReason(attempt) ?? sayTold(videoTrouble(video)),
    left === null ? null : left <= 0 ? words.soon : words.next(format.span(left)),
    words.nth(attempt.n, fewTries(attempt)),
  ]
    .filter((part) => part !== null)
    .join(common.separator);
}

/** Who says what, in a few words; `null` where it takes a sentence. */
export function shortReason({ reason, params }: Pick<Attempt, 'reason' | 'params'>): string | null {
  const { attempt: words } = texts;
  const { host, status } = params;
  if (typeof host !== 'string') return null;
  if (typeof status === 'number') return words.status(host, status);
  switch (reason) {
    case 'too-many-requests':
      return words.busy(host);
    case 'no-connection-in-time':
    case 'no-answer-in-time':
      return words.silent(host);
    case 'stalled':
    case 'too-slow':
    case 'took-too-long':
      return words.stalled(host);
    case 'wrong-length':
    case 'ended-early':
    case 'connection-cut':
    case 'broken-encoding':
      return words.broken(host);
    case 'connection-refused':
    case 'connection-failed':
    case 'no-such-host':
      return words.unreachable(host);
    case 'web-page':
      return words.webPage(host);
    default:
      return null;
  }
}
