/** Reads from a task what happened to it, as notices. The task's own history is the source, so nothing is told twice. */
import type { HistoryEntry } from '../../common/model.ts';
import { taskName } from '../../common/task-name.ts';
import type { TaskView } from '../../common/task-view.ts';
import { providerName } from '../../common/providers/catalog.ts';
import { taskLink } from './deep-link.ts';
import type { Notice } from './notifier.ts';
import { noticeTexts } from '../../common/texts/en-notices.ts';

const bodyLimit = 200;

export interface TaskNotice {
  /** Names the happening: the same one always has the same name. */
  readonly happening: string;
  readonly at: string;
  readonly notice: Notice;
}

/** @param picture A file of this machine. */
export function noticesOf(task: TaskView, picture: string | null): readonly TaskNotice[] {
  if (task.trashedAt !== null) return [];
  return task.history.flatMap((entry) => {
    const words = wordsFor(entry, task);
    if (words === null) return [];
    const happening = `${task.key} ${entry.kind} ${entry.video ?? 0} ${entry.at}`;
    const notice: Notice = {
      id: happening,
      kind: words.kind,
      title: words.title,
      body: shorten(words.body),
      imagePath: picture,
      deepLink: taskLink(task.key),
    };
    return [{ happening, at: entry.at, notice }];
  });
}

function wordsFor(entry: HistoryEntry, task: TaskView): Pick<Notice, 'kind' | 'title' | 'body'> | null {
  const provider = providerName(task.provider);
  if (entry.kind === 'saved') {
    const body = taskName(task) ?? noticeTexts.savedWithoutPrompt(task.taskId);
    return { kind: 'saved', title: noticeTexts.savedTitle(provider), body };
  }
  if (entry.kind === 'failed') {
    const body = entry.message ?? noticeTexts.failedWithoutReason;
    return { kind: 'failed', title: noticeTexts.downloadFailedTitle(provider), body };
  }
  if (entry.kind === 'callback' && entry.state === 'failed') {
    const body = entry.message ?? task.message ?? noticeTexts.failedWithoutReason;
    return { kind: 'failed', title: noticeTexts.failedTitle(provider), body };
  }
  return null;
}

/** On one line, and without what ends a text, commands a terminal, or turns the order of our own words. */
export function shorten(text: string): string {
  const line = text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  // No text has more characters than code units, and a segmenter costs more than all the rest.
  if (line.length <= bodyLimit) return line;
  const characters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  return characters.length <= bodyLimit ? line : `${characters.slice(0, bodyLimit - 1).join('')}…`;
}
