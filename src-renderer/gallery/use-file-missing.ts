import { useEffect } from 'react';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { firstSaved } from './card-state.ts';

/** Whether a file of this task, which is in sight, is not on the disk any more. */
export function useFileMissing(task: TaskRow): boolean {
  const { missing } = useInbox();
  const { key } = task;
  const isSaved = firstSaved(task) !== null;
  useEffect(() => (isSaved ? missing.watch(key) : undefined), [missing, key, isSaved]);
  return useStore(missing, (keys) => keys.has(key)) && isSaved;
}
