/** What the journal holds, counted while it is read for something else. */
import { stat } from 'node:fs/promises';
import type { JournalStats } from '../../common/doctor-report.ts';
import type { StampedEvent } from '../../common/events.ts';
import { listSegments, segmentPath } from '../event-log/segments.ts';

export interface JournalCounter {
  count(event: StampedEvent): void;
  /** @param dir the folder of the journal's files; those of a log that machines share lie elsewhere. */
  stats(dir: string): Promise<JournalStats>;
}

export function createJournalCounter(): JournalCounter {
  const types = new Map<string, number>();
  /** The beginnings of the hashes of bodies, each with its task. */
  const bodies = new Set<string>();
  let events = 0;
  let repeats = 0;
  let oldest: string | null = null;
  let newest: string | null = null;
  return {
    count(event) {
      events += 1;
      types.set(event.type, (types.get(event.type) ?? 0) + 1);
      oldest ??= event.at;
      newest = event.at;
      if (event.type !== 'result' || event.source !== 'callback' || event.evidence === null) return;
      // One body may tell of several tasks, each of them an event.
      const body = event.evidence.bodySha256.slice(0, 24) + event.read.taskId;
      repeats += (event.repeats ?? 1) - (bodies.has(body) ? 0 : 1);
      bodies.add(body);
    },
    async stats(dir) {
      return {
        events,
        types: [...types].map(([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count),
        repeats,
        oldest,
        newest,
        ...(await filesIn(dir)),
      };
    },
  };
}

async function filesIn(dir: string): Promise<Pick<JournalStats, 'segments' | 'bytes'>> {
  const segments = await listSegments(dir).catch(() => []);
  let bytes = 0;
  for (const segment of segments) bytes += (await stat(segmentPath(dir, segment)).catch(() => null))?.size ?? 0;
  return { segments: segments.length, bytes };
}
