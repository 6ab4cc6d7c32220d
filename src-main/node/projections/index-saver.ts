/**
 * Saves dirty index pages some time after a change, one run at a time, so that a callback never waits for the index. A
 * burst of changes is over before long and the journal has it all, so it is saved behind it, as far as that is bounded.
 */
import type { Cursor, EventLog } from '../event-log/event-log.ts';
import type { Log } from '../log/log.ts';
import { inTurns, takingTurns, turnOfOthers } from '../in-turns.ts';
import { createTurns } from '../storage/turns.ts';
import { openPages, type IndexPages, type IndexLag } from './index-pages.ts';
import type { SearchTexts } from './search-text.ts';
import type { TaskTable } from './task-table.ts';

export interface IndexSaverPorts {
  readonly events: Pick<EventLog, 'end'>;
  readonly pages: IndexPages;
  readonly log: Log;
  readonly table: TaskTable;
  readonly texts: Pick<SearchTexts, 'save'>;
  readonly delayMs: number;
  /** Resolves once all that was told besides is on disk. */
  readonly beforeCheckpoint?: (() => Promise<unknown>) | undefined;
  /** The one on disk; `null` where there is none. */
  readonly checkpoint: Cursor | null;
  /** As the pages are in memory. */
  readonly lag?: () => IndexLag;
}

export interface IndexSaver {
  /** A change has to be saved; returns at once. What cannot be saved is logged and tried again with the next change. */
  soon(): void;
  /** Saves what is dirty. @throws what the disk refused; the pages stay dirty. */
  now(): Promise<void>;
  /** Saves what is still dirty; never rejects. */
  close(): Promise<void>;
}

/** More changes between two looks are a burst. */
const burstChanges = 512;
/** So often a look finds a burst and leaves it at that, unless so many pages wait: a start reads their events again. */
const mostPutOff = 14;
const mostPagesPutOff = 128;

export function createIndexSaver(ports: IndexSaverPorts): IndexSaver {
  const { events, pages, log, table, texts, delayMs } = ports;
  let { checkpoint } = ports;
  let goneOnDisk = table.goneCount();
  /** The first page that does not lie in the pool yet. */
  let firstOpen = Math.max(0, table.pageCount() - openPages);
  let timer: NodeJS.Timeout | null = null;
  /** Since the last look. */
  let changes = 0;
  let putOff = 0;
  const takeTurn = createTurns();

  async function saveDirty(): Promise<void> {
    const end = events.end();
    const seq = table.highestSeq();
    // With the pages: what is learned of them meanwhile is true of what the next run saves.
    const lag = ports.lag?.();
    const dirty = table.takeDirtyPages();
    if (dirty.length === 0) return;
    try {
      for (const page of dirty) {
        await saveTexts(page);
        await writeLines(page);
        const entries = table.entriesOf(page);
        // Behind what the page then holds: whoever left before that is noted, and whoever leaves meanwhile is in it.
        if (checkpoint !== null) await noteGone();
        await pages.savePage(page, entries);
        if (page >= table.pageCount() - openPages) continue;
        await turnOfOthers();
        table.poolPage(page, pages.pool);
      }
      await shelveLeft(dirty);
      await noteGone();
      await ports.beforeCheckpoint?.();
      await pages.saveCheckpoint(end, table.pageCount(), lag);
      checkpoint = end;
      if (goneOnDisk > 0) await forgetGone(seq);
    } catch (error) {
      table.markDirty(dirty);
      throw error;
    }
  }

  /**
   * As at a start: the newest are looked at and changed most, the others hardly ever. Where callbacks come slowly a page is
   * saved for the last time while it is among the newest, and leaves them later.
   * @param saved Those that were are in the pool already.
   */
  async function shelveLeft(saved: readonly number[]): Promise<void> {
    for (; firstOpen < table.pageCount() - openPages; firstOpen += 1) {
      if (saved.includes(firstOpen)) continue;
      table.poolPage(firstOpen, pages.pool);
      await turnOfOthers();
    }
  }

  /** While its tasks are at hand. Not of the last page: it is written again and again, and read in a moment. */
  async function saveTexts(page: number): Promise<void> {
    if (page >= table.pageCount() - 1) return;
    await texts.save(page).catch((error: unknown) => {
      log.info({ error, page }, 'what searches look through could not be saved; it is made again from the tasks');
    });
  }

  /** In turns: of a page whose tasks were all labelled each has to be read, folded and written. */
  async function writeLines(page: number): Promise<void> {
    for await (const entry of takingTurns([...table.members(page)])) entry.toEntry();
  }

  /**
   * A page may lack a task that left behind the checkpoint. A start that reads from there must know that it was there
   * once, or what belonged to it would become a task of its own. Without a checkpoint everything is read anyway.
   */
  async function noteGone(): Promise<void> {
    while (table.goneCount() > goneOnDisk) {
      const more = table.gone(goneOnDisk);
      await pages.addGone(more);
      goneOnDisk += more.length;
    }
  }

  async function forgetGone(upTo: number): Promise<void> {
    await inTurns(table.forgetGone(upTo));
    const left = table.gone();
    await pages.keepGone(left);
    goneOnDisk = left.length;
  }

  function afterRunning(): Promise<void> {
    return takeTurn(saveDirty);
  }

  function saveInBackground(): Promise<void> {
    return afterRunning().catch((error: unknown) => {
      // The journal has everything; an index that cannot be saved costs time at the next start and nothing else.
      log.warn({ error }, 'the index could not be saved; the next start reads more of the journal instead');
    });
  }

  function lookLater(): void {
    timer = setTimeout(look, delayMs);
    timer.unref();
  }

  function look(): void {
    timer = null;
    const isBurst = changes > burstChanges && putOff < mostPutOff && table.dirtyPages() <= mostPagesPutOff;
    changes = 0;
    putOff = isBurst ? putOff + 1 : 0;
    if (isBurst) lookLater();
    else void saveInBackground();
  }

  return {
    soon() {
      changes += 1;
      if (timer === null) lookLater();
    },
    now: afterRunning,
    close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      return saveInBackground();
    },
  };
}
