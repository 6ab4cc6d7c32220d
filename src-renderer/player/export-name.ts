import type { Task } from '../../src-main/common/model.ts';
import type { Format } from '../format/format.ts';
import { taskTitle } from '../store/task-title.ts';

const titleAtMost = 60;

/** `2026-11-25 harbour-town-in-the-rain (kie-luma 5d2f8a)`: what a file is called where a person keeps it. */
export function exportName(task: Task, format: Pick<Format, 'localDay'>): string {
  const title = taskTitle(task)
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, titleAtMost)
    .replaceAll(/^-+|-+$/g, '');
  const id = task.taskId.replaceAll(/[^A-Za-z0-9_-]+/g, '').slice(0, 6);
  return `${format.localDay(Date.parse(task.receivedAt))} ${title} (${task.provider} ${id})`;
}
