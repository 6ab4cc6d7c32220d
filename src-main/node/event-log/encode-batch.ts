/** The bytes of one batch of appends. */
import { eventFormat, type EventDraft } from '../../common/events.ts';
import { without } from '../../common/without.ts';
import type { StoredEvent } from './append-queue.ts';
import { encodeLine } from './line-format.ts';
import { ndjsonCursor } from './ndjson-reader.ts';

export interface BatchStart {
  readonly at: string;
  /** The last number that was given out. */
  readonly seq: number;
  readonly givenUpFrom: number | null;
  readonly place: { readonly segment: number; readonly offset: number };
}

export interface Batch {
  readonly bytes: Buffer;
  readonly stored: readonly StoredEvent[];
  /** The last number that this batch gives out. */
  readonly seq: number;
}

/** So long events are written out in one turn of the loop: one may name hundreds of tasks. */
const turnMs = 5;
const eventsBetweenLooks = 16;

export async function encodeBatch(appends: readonly (readonly EventDraft[])[], start: BatchStart): Promise<Batch> {
  const { at, place, givenUpFrom } = start;
  const lines: Buffer[] = [];
  const stored: StoredEvent[] = [];
  let { seq } = start;
  let { offset } = place;
  let turnBegan = performance.now();
  const add = (line: Buffer): void => {
    lines.push(line);
    offset += line.length;
  };
  if (givenUpFrom !== null) add(encodeLine({ v: eventFormat, seq, at }, { type: 'gap', from: givenUpFrom }, 0));
  for (const drafts of appends) {
    let left = drafts.length;
    for (const draft of drafts) {
      seq += 1;
      left -= 1;
      const event = { v: eventFormat, seq, at: draft.origin?.at ?? at, ...draft };
      // Its time is in the stamp.
      add(encodeLine(event, draft.at === undefined ? draft : (without(draft, 'at') as EventDraft), left));
      stored.push({ event, behind: ndjsonCursor({ segment: place.segment, offset, seq }) });
      if (stored.length % eventsBetweenLooks > 0 || performance.now() - turnBegan < turnMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turnBegan = performance.now();
    }
  }
  return { bytes: Buffer.concat(lines), stored, seq };
}
