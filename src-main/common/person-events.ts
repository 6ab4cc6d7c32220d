/** What a person may do from another machine: their own acts and nothing that a provider or this program says. */
import * as v from 'valibot';
import { canParseUrl } from './can-parse-url.ts';
import { eventSchemas, originSchema } from './event-schemas.ts';
import { type Draft, type EventType, markTypes } from './events.ts';

/** What is more than a mark: it acts on files or asks, so a copy has it done by the inbox that it follows. */
export const actTypes = [
  'trashed',
  'restored',
  'purged',
  'watched',
  'unwatched',
  'conflict-settled',
  'link-renewed',
  'video-queued',
] as const satisfies readonly EventType[];

const personTypes = [...markTypes, ...actTypes] as const;

export type PersonEvent = Draft<(typeof personTypes)[number]>;

export type PersonRefusal =
  | { readonly why: 'not-an-event' }
  /** A type that only this machine itself, or no one, writes. */
  | { readonly why: 'not-a-persons'; readonly type: string }
  | { readonly why: 'malformed'; readonly detail: string };

/** As the calls of the page: of a name, of a note, and of tags in one act; what an undo brings back may be longer than a new one. */
const nameLimit = 600;
const noteLimit = 20_000;
const mostTags = 256;
/** One event is folded in one go, so it names no more tasks than an act of this machine does. */
const mostKeys = 256;

/** @param value parsed JSON: an event as it stands in a log, with or without its stamp. Never throws. */
export function parsePersonEvent(
  value: unknown,
): { readonly ok: true; readonly event: PersonEvent } | ({ readonly ok: false } & PersonRefusal) {
  const head = v.safeParse(v.object({ type: v.string(), origin: v.exactOptional(originSchema) }), value);
  if (!head.success) {
    return isObject(value) && typeof value['type'] === 'string'
      ? malformed(head.issues[0])
      : no({ why: 'not-an-event' });
  }
  const { type, origin } = head.output;
  if (!isPersonType(type)) return no({ why: 'not-a-persons', type });
  const read = v.safeParse<v.GenericSchema<unknown, PersonEvent>>(eventSchemas[type], value);
  if (!read.success) return malformed(read.issues[0]);
  const fault = faultOf(read.output);
  if (fault !== null) return no({ why: 'malformed', detail: fault });
  return {
    ok: true,
    event: origin === undefined ? read.output : { ...read.output, origin: { node: origin.node, k: origin.k } },
  };
}

/** What the log's schema lets pass because this program itself would write it. */
function faultOf(event: PersonEvent): string | null {
  const named = 'keys' in event ? event.keys.length : event.type === 'video-queued' ? event.videos.length : 1;
  if (named === 0 || named > mostKeys) return `it must name 1 to ${String(mostKeys)} tasks`;
  const long = tooLong(event);
  if (long !== null) return long;
  switch (event.type) {
    case 'unwatched':
      return event.code === 'person' ? null : 'code: only "person"';
    case 'link-renewed':
      if (event.by !== 'person') return 'by: only "person"';
      return /^https?:\/\//i.test(event.link) && canParseUrl(event.link) ? null : 'link: no http address';
    case 'watched':
      // Our keys are sent there: only the provider itself names such an address.
      return event.askAt === undefined && event.submission === undefined ? null : 'askAt, submission: not from outside';
    default:
      return null;
  }
}

/** What the page and the commands take no longer. */
function tooLong(event: PersonEvent): string | null {
  const longest = (name: string, text: string | null | undefined, most: number): string | null =>
    (text?.length ?? 0) > most ? `${name}: longer than ${String(most)} characters` : null;
  const tags = (name: string, list: readonly string[] | undefined): string | null =>
    list !== undefined && (list.length > mostTags || list.some((tag) => tag.length > nameLimit))
      ? `${name}: more than ${String(mostTags)}, or one longer than ${String(nameLimit)} characters`
      : null;
  switch (event.type) {
    case 'marked':
      return tags('tags', event.tags);
    case 'tagged':
      return tags('add', event.add) ?? tags('remove', event.remove);
    case 'projected':
      return longest('project', event.project, nameLimit);
    case 'titled':
      return longest('title', event.title, nameLimit);
    case 'noted':
      return longest('note', event.note, noteLimit);
    case 'watched':
      return longest('project', event.project, nameLimit) ?? tags('tags', event.tags);
    default:
      return null;
  }
}

function isPersonType(type: string): type is (typeof personTypes)[number] {
  return (personTypes as readonly string[]).includes(type);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function no(refusal: PersonRefusal): { readonly ok: false } & PersonRefusal {
  return { ok: false, ...refusal };
}

function malformed(issue: v.BaseIssue<unknown>): { readonly ok: false } & PersonRefusal {
  return no({ why: 'malformed', detail: `${v.getDotPath(issue) ?? 'the event'}: ${issue.message}` });
}
