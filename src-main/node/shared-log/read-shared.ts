/** Reads the shared log from one place to another, in turns with everything else. */
import type { DamagedLine, Follower, ReadReport, UnknownEvents } from '../event-log/event-log.ts';
import type { PageReader } from './pages.ts';
import { firstPlace, type Place } from './place.ts';

export interface SharedReading {
  readonly pages: PageReader;
  /** `null` = from the first. */
  readonly from: Place | null;
  readonly until: Place;
  readonly onEvent: Follower;
}

const turnMs = 5;

export async function readShared({ pages, from, until, onEvent }: SharedReading): Promise<ReadReport> {
  const damaged: DamagedLine[] = [];
  const unknown = new Map<string, UnknownEvents>();
  let place = from ?? firstPlace;
  let events = 0;
  let missing = 0;
  for (let more = place.number < until.number; more;) {
    const page = await pages.page(place, until);
    let turnBegan = performance.now();
    for (const entry of page.entries) {
      missing += entry.place.number - place.number - 1;
      place = entry.place;
      if (entry.read.kind === 'damaged') {
        damaged.push(entry.read.line);
        continue;
      }
      if (entry.read.kind === 'unknown') {
        const { type, v } = entry.read;
        const name = `${String(v)} ${type}`;
        unknown.set(name, { type, v, count: (unknown.get(name)?.count ?? 0) + 1 });
        continue;
      }
      events += 1;
      onEvent(entry.read.stored.event, entry.read.stored.behind);
      if (performance.now() - turnBegan < turnMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turnBegan = performance.now();
    }
    more = page.more;
  }
  return { events, fromStart: from === null, damaged, unknown: [...unknown.values()], missing, lastSeq: place.number };
}
