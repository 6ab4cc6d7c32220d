/** A place in the shared log: behind one of its events. */
import { cursorOf, type Cursor } from '../event-log/event-log.ts';

export interface Place {
  readonly epoch: number;
  /** A transaction number has 64 bits, so it stays text. */
  readonly xid: string;
  readonly k: number;
  /** Of the event that it is behind. */
  readonly number: number;
}

export const firstPlace: Place = { epoch: 0, xid: '0', k: 0, number: 0 };

/** True where the first stands before the second in the order of the log. */
export function isBefore(a: Omit<Place, 'number'>, b: Omit<Place, 'number'>): boolean {
  if (a.epoch !== b.epoch) return a.epoch < b.epoch;
  if (a.xid !== b.xid) return BigInt(a.xid) < BigInt(b.xid);
  return a.k < b.k;
}

/** @param logId see `LogIdentity.id`. */
export function cursorAt(logId: string, { epoch, xid, k, number }: Place): Cursor {
  return cursorOf(`${logId}:${String(epoch)}:${xid}:${String(k)}:${String(number)}`);
}

/** `isOurs` is false for a cursor of another log; what it counted is known all the same. `null` for what is no cursor. */
export function placeOf(logId: string, cursor: Cursor): { readonly place: Place; readonly isOurs: boolean } | null {
  const [, id, epoch, xid, k, number] = /^([\w.]+):(\d{1,9}):(\d{1,20}):(\d{1,15}):(\d{1,15})$/.exec(cursor) ?? [];
  if (id === undefined || xid === undefined) return null;
  return { place: { epoch: Number(epoch), xid, k: Number(k), number: Number(number) }, isOurs: id === logId };
}
