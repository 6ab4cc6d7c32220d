/** Bodies of a form that nobody documents: where the task's id stands in them, or a key in place of one. */
import type { BodyView } from './body-view.ts';
import { without } from './batch-bodies.ts';
import { taskWords } from './batch-ids.ts';
import { holdsLink } from './batch-says.ts';
import { own, textOf, type JsonRecord } from './json.ts';
import { idSubject, isStateName, remembered, wordsOf } from './names.ts';
import { taskIdOf } from './task-id.ts';
import type { BodyPart } from './whole-body.ts';

/** What ids are of, the likeliest to name a task first. */
const ranks: readonly ReadonlySet<string>[] = [
  new Set(['task', 'tasks']),
  wordSet(
    'job prediction generation render run execution inference prompt operation invocation call creation encoding transcoding',
  ),
  wordSet(
    'submission process video movie film clip tarea tache tâche aufgabe auftrag auftrags vorgang vorgangs compito taak uppgift',
  ),
  // Often that of the exchange over HTTP.
  wordSet('request'),
];
const otherRank = ranks.length;
/** Of one event or one exchange: another time the same task may come under another one. */
const passing = wordSet(
  'event delivery message msg notification trace correlation span session exchange callback log file image asset attempt',
);
const passingRank = otherRank + 2;
/** Still before what tells nothing. */
const itemRank = 1.5;
/** Whoever asked for it gave it that id. */
const callers = wordSet('client caller external custom customer');
/** Of something that many tasks share; as a key it would make one task of them. */
const shared = wordSet(
  `webhook hook user account org organization organisation workspace team tenant customer owner profile member company model voice
  avatar template api key subscription plan app client face actor character lora checkpoint style preset language country
  region library parent input source worker machine node pod gpu endpoint server host instance seed creator author channel group
  repository repo sender configuration`,
);
/** Whose bare `id` is a task's, as if it stood at the root. */
const envelopes = wordSet('payload result response event data body results item output detail new record object');

/** Where the task goes by a name that does not end in `id`: JSON2Video's `project`, Google's operations. */
const bareNames = wordSet(
  'task job project render operation run execution prediction generation ticket reference token identifier tid jid vid gid rid oid pid',
);
/** What stands for `id` behind the name of what it is of: `task_no`, `jobKey`, `order number`, `invocationArn`. */
const idWords = wordSet('no nr num number nummer key identifier ref reference ticket handle sn arn token');

/** Numbers of tasks and orders in other languages: `任务编号`, `Auftragsnummer`, `作業番号`. */
const numberAbroad = /(?:编号|編號|单号|單號|番号|번호)$|^(?:auftrags|vorgangs|job|task)[_-]?nummer$/i;

const isTaskName = remembered(
  (name: string): boolean => bareNames.has(name.toLowerCase()) || numberAbroad.test(name) || isNumbered(name),
);

const isNumbered = remembered((name: string): boolean => {
  const words = wordsOf(name);
  const before = words.at(-2) ?? '';
  const isOfTask =
    before === 'order' || before === 'ticket' || before === 'trade' || ranks.some((set) => set.has(before));
  return isOfTask && (idWords.has(words.at(-1) ?? '') || name.toLowerCase() === 'operationname');
});

const isNumberOfTask = remembered((name: string): boolean => {
  const before = wordsOf(name).at(-2) ?? '';
  return isNumbered(name) && (taskWords.has(before) || /^(?:order|ticket|trade)$/.test(before));
});

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}

export interface OpenedEnvelope {
  readonly taskId: string;
  /** The body with the fields beside the id lifted to its root, where every rule looks for them. */
  readonly body: JsonRecord;
}

/**
 * The id of the task, from any name that ends in id, uuid, uid or guid: the most telling one, and of equals the one
 * nearest to the root.
 * @param eventId What is known to be the event's.
 * @param onlyTelling Only what is a task's, for bodies whose root has an id of the event; `certain` where that is likely
 * and not sure.
 */
export function openEnvelope(
  parts: readonly BodyPart[],
  onlyTelling: boolean | 'certain' = false,
  eventId: string | null = null,
): OpenedEnvelope | null {
  const root = parts[0]?.record ?? {};
  let best: { readonly rank: number; readonly taskId: string; readonly part: BodyPart } | null = null;
  const hasRun = parts.some(isRunOfTask);
  for (const part of parts) {
    if (best?.rank === 0) break;
    for (const name of part.names) {
      const ofName = rankOf(name, part);
      // What was run has the same id each time (Trigger.dev).
      const rank = ofName === 0 && hasRun && part.name === 'task' && !part.names.some(isStateName) ? itemRank : ofName;
      if (rank === null || (best !== null && rank >= best.rank)) continue;
      if (onlyTelling !== false && (rank >= otherRank || part.depth === 0)) continue;
      if (onlyTelling === 'certain' && !isCertain(name, part, rank)) continue;
      const taskId = taskIdOf(part.record[name]);
      if (taskId !== null && taskId !== eventId) best = { rank, taskId, part };
    }
  }
  // In an event the names of its task need not end in `id` (`detail.invocationArn`, Bedrock).
  best ??=
    onlyTelling === false
      ? (rowIn(parts[0]) ?? named(parts))
      : onlyTelling === true
        ? (named(parts.filter(({ depth, siblings }) => depth === 1 && siblings === 0)) ?? subjectOf(parts[0]))
        : null;
  // The number of a job tells more than the session that it was in; one that is counted from the beginning tells nothing.
  if (best?.rank === passingRank && onlyTelling === false) {
    const numbered = namedBy(
      parts.filter(({ siblings }) => siblings === 0),
      isNumberOfTask,
    );
    if (numbered !== null && !/^\d{1,4}$|\.[a-z]\w{1,4}$/i.test(numbered.taskId)) best = numbered;
  }
  if (best === null) return null;
  const { taskId, part } = best;
  if (part.depth === 0) return { taskId, body: root };
  // Of several with this id, or without one, each has a film: lifted, that of the first would hide the others.
  const isOneOf =
    part.siblings > 1 &&
    parts.some(
      (other) =>
        other !== part &&
        other.name === part.name &&
        (names(other, taskId) || (!other.names.some(isOfSome) && holdsLink(other.record, 0))),
    );
  return {
    taskId,
    body: { ...root, ...(isOneOf ? without(part.record, (name) => holdsLink(part.record[name], 0)) : part.record) },
  };
}

/** `{"task": {"id": "make-video"}, "run": {"id": …, "status": …}}` */
function isRunOfTask({ record, names: all, name, siblings }: BodyPart): boolean {
  return (
    /^(?:run|execution)$/i.test(name) && siblings === 0 && all.some(isStateName) && taskIdOf(own(record, 'id')) !== null
  );
}

const isOfSome = (name: string): boolean => idSubject(name) !== null;

function names({ record, names: all }: BodyPart, taskId: string): boolean {
  return all.some((each) => idSubject(each) !== null && taskIdOf(record[each]) === taskId);
}

function rankOf(name: string, part: BodyPart): number | null {
  const written = idSubject(name);
  if (written === null) return null;
  // The bare `id` of an object is the id of what the object is called.
  const isBare = written === '' || isOnlyPublic(written, part);
  // Beside `id` it is the user's (Akool).
  if (/^uid$/i.test(name) && part.names.some((each) => /^_?id$/i.test(each))) return passingRank;
  // What has a state of its own is a task, whatever it is called; what is called one more than one of its outputs (Zencoder).
  if (isBare && part.depth > 0 && part.siblings < 2 && part.names.some(isStateName))
    return part.siblings === 0 || !itemNames.has(singularOf(part.name.toLowerCase())) ? 1 : itemRank;
  const subject = isBare ? part.name.toLowerCase().replace(/[^a-z]+/g, ' ') : written;
  const words = subject.split(' ').filter((word) => word !== '');
  const last = words.at(-1) ?? '';
  if (isBare && (last === '' || envelopes.has(last))) return 1;
  const singular = singularOf(last);
  // Of several in a list, or of films, the id is that of one and not of what made them.
  if (part.siblings > 1 || (part.siblings > 0 && itemNames.has(singular))) {
    if (isBare || singular === singularOf(part.name.toLowerCase())) return otherRank + 1;
  }
  if (words.length === 2 && last === 'instance' && /^(?:workflow|process)$/.test(words[0] ?? '')) return 1;
  const isShared = shared.has(last) || shared.has(singular);
  const rank = ranks.findIndex((set) => set.has(last) || set.has(singular) || words.some((word) => set.has(word)));
  // The id of a video's library or a task's template is none of the task.
  if (isShared && !ranks.some((set) => set.has(last) || set.has(singular))) return rank >= 0 ? otherRank : null;
  // Between the provider's and the next: the caller's own.
  if (rank >= 0) return words.some((word) => callers.has(word)) ? rank + 0.5 : rank;
  return passing.has(last) || passing.has(singular) ? passingRank : otherRank;
}

/** `public_id` as the only id of a body says no more than `id` (Eden AI). */
function isOnlyPublic(written: string, { depth, names }: BodyPart): boolean {
  return written === 'public' && depth === 0 && names.filter((name) => idSubject(name) !== null).length === 1;
}

function singularOf(word: string): string {
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

const itemNames = wordSet('video movie film clip image file asset output variant shot scene segment');

/** Called by a name of its own, or standing in an object that has it; not the bare `id` of some result. */
function isCertain(name: string, part: BodyPart, rank: number): boolean {
  if (part.siblings > 0 || rank > 1) return false;
  return idSubject(name) !== '' || !envelopes.has(part.name.toLowerCase());
}

/** What a row of a collection goes by where it changes (Directus). */
function rowIn(part: BodyPart | undefined): { rank: number; taskId: string; part: BodyPart } | null {
  if (part === undefined || typeof own(part.record, 'collection') !== 'string') return null;
  const keys = own(part.record, 'keys');
  const [only] = Array.isArray(keys) && keys.length === 1 ? (keys as readonly unknown[]) : [];
  const taskId = taskIdOf(own(part.record, 'key') ?? only);
  return taskId === null ? null : { rank: otherRank, taskId, part };
}

/** What a CloudEvent is about, where that is told as a task: `job-7`, `tasks/7`. */
function subjectOf(part: BodyPart | undefined): { rank: number; taskId: string; part: BodyPart } | null {
  if (part === undefined || !Object.hasOwn(part.record, 'specversion')) return null;
  const [, place, id] = ofTask.exec(textOf(own(part.record, 'subject'), 300) ?? '') ?? [];
  const taskId = taskIdOf(/[/:]$/.test(place ?? '') ? id : `${place ?? ''}${id ?? ''}`);
  return taskId === null ? null : { rank: otherRank, taskId, part };
}

const ofTask =
  /(?:^|[/:])((?:tasks?|jobs?|predictions?|generations?|renders?|runs?|executions?|operations?)[/:_-])([\w.-]{1,120})$/i;

function named(parts: readonly BodyPart[]): { rank: number; taskId: string; part: BodyPart } | null {
  const isOfCaller = (name: string): boolean => wordsOf(name).some((word) => callers.has(word));
  return namedBy(parts, (name) => !isOfCaller(name)) ?? namedBy(parts, isOfCaller);
}

function namedBy(
  parts: readonly BodyPart[],
  isWanted: (name: string) => boolean,
): { rank: number; taskId: string; part: BodyPart } | null {
  for (const part of parts) {
    for (const name of part.names) {
      if (!isWanted(name)) continue;
      const written = isTaskName(name) || name === 'name' ? part.record[name] : null;
      const value = typeof written === 'number' ? String(written) : textOf(written, 200);
      // Of a number it is that of a process.
      if (name === 'pid' && /^\d*$/.test(value ?? '')) continue;
      if (value === null || /\s|^https?:/i.test(value)) continue;
      // A name is an id where it is that of an operation (`operations/…`, `models/veo/operations/…`).
      if (name === 'name' && !/(?:^|\/)(?:operations|tasks|jobs)\//.test(value)) continue;
      const taskId = taskIdOf(value);
      if (taskId !== null) return { rank: otherRank, taskId, part };
    }
  }
  return null;
}

/** Providers mark what is an event's id and not a task's. */
export function looksLikeEventId(id: string): boolean {
  return /^(?:evt|event|whevt|wh|whk|hook|webhook|msg|ntf|notif|dlv|delivery)[_-]/i.test(id);
}

const surelyEvents = [
  'jsonrpc',
  'detail-type',
  'detail_type',
  'detailType',
  'specversion',
  'delivery_info',
  'dataVersion',
  'old_record',
] as const;
const likelyEvents = ['event_type', 'eventType', 'event_name', 'eventName', 'event', 'alert'] as const;

/**
 * Whether the `id` of the root is one of an event: envelopes of AWS, Azure, CloudEvents and Hasura are known by their
 * other names; where only the name of an event stands beside it, that is likely.
 */
export function isOfEvent({ data, root }: BodyView, taskId: string): 'surely' | 'likely' | null {
  const isOfRoot = isSameId(own(root, 'id'), taskId);
  if (!isOfRoot && (data === null || !isSameId(own(data, 'id'), taskId))) return null;
  // What stands around a result says nothing of the id that the result has of its own.
  const around = isOfRoot ? [root, data] : [data];
  for (const name of surelyEvents) {
    if (around.some((each) => each !== null && Object.hasOwn(each, name))) return 'surely';
  }
  if (!isOfRoot) return null;
  for (const name of likelyEvents) if (Object.hasOwn(root, name)) return 'likely';
  const type = own(root, 'type');
  if (type === 'next' && Object.hasOwn(root, 'payload')) return 'surely';
  // Inngest's are called `app/thing.happened`.
  if (data !== null && Object.hasOwn(root, 'ts') && /^[\w.-]+\/[\w.-]+$/.test(textOf(own(root, 'name'), 200) ?? ''))
    return 'surely';
  return typeof type === 'string' && type.includes('.') && /^[a-z_]+(?:\.[a-z_]+)+$/i.test(type) ? 'likely' : null;
}

function isSameId(value: unknown, taskId: string): boolean {
  return (
    (typeof value === 'string' && value.trim() === taskId) || (typeof value === 'number' && String(value) === taskId)
  );
}

/** Of the text of a body; its beginning and its length name it well enough. */
const maxHashed = 256 * 1024;

/**
 * A key for a body that names a film or a state and no task at all: the same body gets the same one. No secret, and no
 * more unguessable than the ids of providers.
 */
export function keyOfBody(body: JsonRecord): string {
  let text: string;
  try {
    text = JSON.stringify(body);
  } catch {
    // Nested too deeply to be written again; its beginning names it.
    text = Object.keys(body)
      .slice(0, 64)
      .map((name) => `${name}=${textOf(own(body, name), 500) ?? ''}`)
      .join('\n');
  }
  text = `${text.length} ${text.slice(0, maxHashed)}`;
  return `body-${[0x811c9dc5, 0x2f4d3a17, 0x7b1e90c3, 0x54e6a9d1].map((basis) => fnv1a(text, basis)).join('')}`;
}

/** Fowler, Noll, Vo: 32 bits in plain JavaScript, since `common` has no `crypto`; four bases make 128. */
function fnv1a(text: string, basis: number): string {
  let hash = basis;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    hash ^= hash >>> 15;
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** True for what `keyOfBody` made: the body named no task. */
export function isKeyOfBody(taskId: string): boolean {
  return /^body-[\da-f]{32}$/.test(taskId);
}
