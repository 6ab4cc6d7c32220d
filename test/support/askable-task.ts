/** A task that is being made and may be asked about. */
import type { AskableTask } from '../../src-main/node/reactors/watch-list.ts';

/** @param at ISO 8601: received and watched since. */
export function askableTask(
  provider: string,
  taskId: string,
  at: string,
  changes: Partial<AskableTask> = {},
): AskableTask {
  return {
    key: `${provider}:${taskId}`,
    provider,
    taskId,
    state: 'processing',
    model: null,
    prompt: 'rain',
    needsApiKey: false,
    videos: [],
    trashedAt: null,
    history: [],
    receivedAt: at,
    watchedSince: at,
    trust: 'unsigned',
    ...changes,
  };
}
