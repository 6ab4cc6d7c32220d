import { atOnce } from '../../src-main/common/in-turns.ts';
import { readTasksInTurns, type ReaderInput, type ReadTasks } from '../../src-main/common/providers/reader.ts';

/** The readings of a body, for whoever has nobody beside who waits. */
export function readTasks(input: ReaderInput): ReadTasks {
  return atOnce(readTasksInTurns(input));
}
