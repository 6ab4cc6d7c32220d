/** Saves dirty index pages some time after a change, one run at a time, so that a callback never waits for the index. */
import type { EventLog } from '../event-log/event-log.ts';
import type { Log } from '../log/log.ts';
import type { IndexPages } from './index-pages.ts';
import type { TaskTable } from './task-table.ts';

export interface IndexSaverPorts {
  readonly events: Pick<EventLog, 'end'>;
  readonly pages: IndexPages;
  readonly log: Log;
  readonly table: TaskTable;
  readonly delayMs: number;
}

export interface IndexSaver {
  /** A change has to be saved; returns at once. What cannot be saved is logged and tried again with the next change. */
  soon(): void;
  /** Saves what is dirty. @throws what the disk refused; the pages stay dirty. */
  now(): Promise<void>;
  /** Saves what is still dirty; never rejects. */
  close(): Promise<void>;
}

export function createIndexSaver({ events, pages, log, table, delayMs }: IndexSaverPorts): IndexSaver {
  let timer: NodeJS.Timeout | null = null;
  /** Never rejects: a run that failed must not be the last one. */
  let running: Promise<void> = Promise.resolve();

  async function saveDirty(): Promise<void> {
    const end = events.end();
    const dirty = table.takeDirtyPages();
    if (dirty.length === 0) return;
    try {
      for (const page of dirty) await pages.savePage(page, table.entriesOf(page));
      await pages.saveCheckpoint(end, table.pageCount());
    } catch (error) {
      table.markDirty(dirty);
      throw error;
    }
  }

  function afterRunning(): Promise<void> {
    const run = running.then(saveDirty);
    running = run.catch(() => undefined);
    return run;
  }

  function saveInBackground(): Promise<void> {
    return afterRunning().catch((error: unknown) => {
      // The journal has everything; an index that cannot be saved costs time at the next start and nothing else.
      log.warn({ error }, 'the index could not be saved; the next start reads more of the journal instead');
    });
  }

  return {
    soon() {
      if (timer !== null) return;
      timer = setTimeout(() => {
        timer = null;
        void saveInBackground();
      }, delayMs);
      timer.unref();
    },
    now: afterRunning,
    close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      return saveInBackground();
    },
  };
}
