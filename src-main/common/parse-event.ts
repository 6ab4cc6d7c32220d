/**
 * Reads one event of the log, whoever wrote it and whatever became of it since: in today's shape, or told apart as
 * `unknown` (a later version's, kept and skipped) or `damaged` (not as it was written).
 */
import * as v from 'valibot';
import { eventSchemas, originSchema } from './event-schemas.ts';
import { eventFormat, type EventDraft, type EventType, type StampedEvent } from './events.ts';
import { upcast, version1Schema } from './version-1.ts';

export type ParsedEvent =
  | { readonly kind: 'event'; readonly event: StampedEvent }
  /** Written by a later version of this program: of a type or a format that this one does not know. */
  | { readonly kind: 'unknown'; readonly seq: number; readonly type: string; readonly v: number }
  | { readonly kind: 'damaged'; readonly why: string };

const stampSchema = v.object({
  v: v.pipe(v.number(), v.integer(), v.minValue(1)),
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  at: v.pipe(v.string(), v.isoTimestamp()),
  type: v.string(),
  origin: v.exactOptional(originSchema),
});

/** @param value the parsed JSON of one line. Never throws. */
export function parseEvent(value: unknown): ParsedEvent {
  const stamped = v.safeParse(stampSchema, value);
  if (!stamped.success) return damaged(stamped.issues[0]);
  const { type, ...stamp } = stamped.output;
  if (stamp.v > eventFormat) return { kind: 'unknown', seq: stamp.seq, type, v: stamp.v };
  // Version 1 knew its own types and no others, so another one there is a name that was damaged.
  if (stamp.v === 1) {
    const old = v.safeParse(version1Schema, value);
    return old.success ? { kind: 'event', event: { ...stamp, ...upcast(old.output) } } : damaged(old.issues[0]);
  }
  if (!isKnown(type)) return { kind: 'unknown', seq: stamp.seq, type, v: stamp.v };
  const draft = v.safeParse<v.GenericSchema<unknown, EventDraft>>(eventSchemas[type], value);
  return draft.success ? { kind: 'event', event: { ...stamp, ...draft.output } } : damaged(draft.issues[0]);
}

/** Whether such events are read, that may have been `unknown` to an earlier version. */
export function isReadNow({ type, v: version }: { readonly type: string; readonly v: number }): boolean {
  return version <= eventFormat && isKnown(type);
}

function isKnown(type: string): type is EventType {
  return Object.hasOwn(eventSchemas, type);
}

function damaged(issue: v.BaseIssue<unknown>): ParsedEvent {
  return { kind: 'damaged', why: `${v.getDotPath(issue) ?? 'the event'}: ${issue.message}` };
}
