/** Ids of what a body lists: whose they are, told by their names. */
import { isRecord, namesIn, parseJsonText, type JsonRecord } from './json.ts';
import { idSubject, isBeside, remembered } from './names.ts';
import { taskIdOf } from './task-id.ts';

export const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Whose id is that of a task, and nothing else's. */
export const taskWords = wordSet('task job prediction generation render run execution inference operation invocation');
/** Whose id is that of something around many tasks. */
export const aroundWords = wordSet(
  `batch bulk group campaign event delivery message msg notification webhook hook trace correlation session list page
  account org organization organisation workspace team tenant customer user owner subscription app client project`,
);
/** How sure an id is one of a task: by its name, by nothing but being called `id`, or as one of what is around it. */
export type IdKind = 'task' | 'bare' | 'around';

export const kindOfIdName = remembered((name: string): IdKind | null => {
  const subject = idSubject(name);
  if (subject === null) return null;
  const words = subject.split(' ').filter((word) => word !== '');
  // Where a page of a list begins and ends.
  if (/^(?:first|last|next|prev|previous)$/.test(subject)) return 'around';
  if (words.some((word) => aroundWords.has(word))) return 'around';
  return words.some((word) => taskWords.has(word)) ? 'task' : 'bare';
});

export interface FoundId {
  readonly id: string;
  readonly kind: IdKind;
}

/** The surest of an object's ids that may be a task's. */
export function idIn(record: JsonRecord): FoundId | null {
  let found: FoundId | null = null;
  for (const name of namesIn(record)) {
    const kind = kindOfIdName(name);
    if (kind === null || kind === 'around' || (kind === 'bare' && (found !== null || !isPlain(name)))) continue;
    const id = taskIdOf(record[name]);
    if (id === null) continue;
    found = { id, kind };
    if (kind === 'task') break;
  }
  return found;
}

/** `id`, `uuid`, `request_id`; not `seed_id` or `model_id`. */
function isPlain(name: string): boolean {
  const subject = idSubject(name);
  return (
    subject === '' ||
    subject === '_' ||
    /^(?:request|video|film|movie|clip|process|prompt|call|item)$/.test(subject ?? '')
  );
}

/** Of a callback in a list of callbacks. */
export function idInside(record: JsonRecord): FoundId | null {
  for (const name of namesIn(record)) {
    const written = record[name];
    const value = typeof written === 'string' ? parseJsonText(written) : written;
    const found = isRecord(value) && !isBeside(name) ? idIn(value) : null;
    if (found !== null) return found;
  }
  return null;
}
