/** What a task keeps of what happened to it, and its tags: both bounded. */
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
