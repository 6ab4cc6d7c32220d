/** The bytes of one batch of appends. */
import { eventFormat, type EventDraft } from '../../common/events.ts';
import type { StoredEvent } from './followers.ts';
import type { GapLine, Lines, Stamp } from './line-format.ts';
import { ndjsonCursor } from './ndjson-reader.ts';

export interface BatchStart {
  readonly at: string;
  /** The last number that was given out. */
  readonly seq: number;
  readonly givenUpFrom: number | null;
  readonly place: { readonly segment: number; readonly offset: number };
}

export interface Batch {
  /** They stay as they are until the next batch is encoded. */
  readonly bytes: Buffer;
  readonly stored: readonly StoredEvent[];
  /** The last number that this batch gives out. */
  readonly seq: number;
}

/** So long events are written out in one turn of the loop: one may name hundreds of tasks. */
const turnMs = 5;
const eventsBetweenLooks = 16;

/** @param lines What the batch is written into. */
export async function encodeBatch(
  appends: readonly (readonly EventDraft[])[],
  start: BatchStart,
  lines: Lines,
): Promise<Batch> {
  const { at, place, givenUpFrom } = start;
  lines.clear();
  const stored: StoredEvent[] = [];
  let { seq } = start;
  let { offset } = place;
  let turnBegan = performance.now();
  if (givenUpFrom !== null) {
    const gap: Stamp & GapLine = { v: eventFormat, seq, at, type: 'gap', from: givenUpFrom };
    offset += lines.add(JSON.stringify(gap), 0);
  }
  for (const drafts of appends) {
    let left = drafts.length;
    for (const draft of drafts) {
      seq += 1;
      left -= 1;
      const event = { v: eventFormat, seq, at: draft.origin?.at ?? at, ...draft };
      const text = JSON.stringify(event);
      offset += lines.add(text, left);
      stored.push({ event, behind: ndjsonCursor({ segment: place.segment, offset, seq }), text });
      if (stored.length % eventsBetweenLooks > 0 || performance.now() - turnBegan < turnMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turnBegan = performance.now();
    }
  }
  return { bytes: lines.bytes(), stored, seq };
}
