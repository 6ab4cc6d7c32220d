/** Stores what a person did on another machine, each act once, and does with the files what it means for them. */
import type { PersonEvent } from '../../../common/person-events.ts';
import type { Task } from '../../../common/model.ts';
import type { DownloadPlan } from '../downloads/download-plan.ts';
import type { Removals } from '../acts/removals.ts';
import type { Library } from '../../projections/library.ts';
import { createTurns } from '../../storage/turns.ts';
import type { FilePlaces } from '../../video-store/file-places.ts';
import type { SeenOrigins } from '../../sync/seen-origins.ts';
import type { TakenEvents } from '../../sync/sync-app.ts';

export interface TakeEventsPorts {
  readonly library: Pick<Library, 'get' | 'head' | 'recordAll'>;
  readonly seen: Pick<SeenOrigins, 'hasSeen'>;
  readonly places: Pick<FilePlaces, 'moveToTrash' | 'moveBack'>;
  readonly removals: Pick<Removals, 'note' | 'remove'>;
  readonly plan: Pick<DownloadPlan, 'forget'>;
  /** Ends the waits of a task's downloads for their next attempt. */
  readonly retryNow: (key: string) => void;
}

export function createTakeEvents(ports: TakeEventsPorts): (events: readonly PersonEvent[]) => Promise<TakenEvents> {
  const { library, removals, seen, places, plan } = ports;
  const turns = createTurns();
  const isThere = (key: string): boolean => library.head(key) !== undefined;
  const tasks = (keys: readonly string[]): readonly Task[] => keys.flatMap((key) => library.get(key) ?? []);

  /** Without tasks that are not here; `null` where it is about no other. */
  function narrowed(event: PersonEvent): PersonEvent | null {
    switch (event.type) {
      case 'watched':
        return event;
      case 'video-queued': {
        const videos = event.videos.filter(({ key }) => isThere(key));
        return videos.length === 0 ? null : { ...event, videos };
      }
      case 'purged': {
        // Only what lies in the trash, as here: someone may have taken it out meanwhile.
        const keys = event.keys.filter((key) => (library.head(key)?.trashedAt ?? null) !== null);
        return keys.length === 0 ? null : { ...event, keys, ifTrashed: true };
      }
      case 'marked':
      case 'tagged':
      case 'projected':
      case 'trashed':
      case 'restored': {
        const keys = event.keys.filter(isThere);
        return keys.length === 0 ? null : { ...event, keys };
      }
      default:
        return isThere(event.key) ? event : null;
    }
  }

  /** As `TaskActs` does it: first the record, then the files. */
  async function store(event: PersonEvent): Promise<void> {
    const leaving = event.type === 'purged' ? tasks(event.keys) : [];
    // A transfer past its last check would still give its file a name.
    await Promise.all(leaving.map((task) => plan.forget(task)));
    if (leaving.length > 0) await removals.note(tasks(leaving.map(({ key }) => key)));
    await library.recordAll([event]);
    if (event.type === 'trashed') await places.moveToTrash(tasks(event.keys));
    if (event.type === 'restored') await places.moveBack(tasks(event.keys));
    // Not of those that were brought back before it.
    if (leaving.length > 0) await removals.remove(leaving);
    if (event.type === 'video-queued') for (const { key } of event.videos) ports.retryNow(key);
  }

  async function take(events: readonly PersonEvent[]): Promise<TakenEvents> {
    let stored = 0;
    let repeated = 0;
    let skipped = 0;
    // What only marks waits for what follows, so that a week of marks is a few syncs and not hundreds.
    let marks: PersonEvent[] = [];
    const storeMarks = async (): Promise<void> => {
      const together = marks;
      marks = [];
      if (together.length > 0) await library.recordAll(together);
    };
    const waits = (origin: PersonEvent['origin']): boolean =>
      origin !== undefined && marks.some((mark) => mark.origin?.node === origin.node && mark.origin.k >= origin.k);
    for (const event of events) {
      const { origin } = event;
      if (origin !== undefined && (waits(origin) || (await seen.hasSeen(origin)))) {
        repeated += 1;
        continue;
      }
      if (movesFiles(event)) await storeMarks();
      const meant = narrowed(event);
      if (meant === null) skipped += 1;
      else {
        stored += 1;
        if (movesFiles(meant)) await store(meant);
        else marks.push(meant);
      }
    }
    await storeMarks();
    return { stored, repeated, skipped };
  }

  // One body after the other: the same one may come again while the first is being stored.
  return (events) => turns(() => take(events));
}

function movesFiles({ type }: PersonEvent): boolean {
  return type === 'trashed' || type === 'restored' || type === 'purged' || type === 'video-queued';
}
