/** What a task keeps of what happened to it, and its tags: both bounded. */
import type { ResultEvent, Stamp } from './events.ts';
import type { HistoryEntry, Task } from './model.ts';

const historyLimit = 40;
const tagLimit = 64;

/** Keeps the first entries (how it began) and the newest ones. */
export function withHistory(task: Task, entry: HistoryEntry): Task {
  const history = [...task.history, entry];
  if (history.length > historyLimit) history.splice(historyLimit / 2, 1);
  return { ...task, history };
}

export function limitTags(tags: readonly string[]): readonly string[] {
  return tags.slice(0, tagLimit);
}

export function historyOf(event: ResultEvent & Stamp, kind: HistoryEntry['kind']): HistoryEntry {
  const { state, message } = event.read.result;
  return message === null ? { at: event.at, kind, state } : { at: event.at, kind, state, message };
}

export function callbacksIn(event: ResultEvent): number {
  return event.source === 'callback' ? (event.repeats ?? 1) : 0;
}
