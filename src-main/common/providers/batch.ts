/**
 * Bodies that hold several tasks: a list of callbacks, `{"tasks": […]}`, the answer to a question about many. Each task
 * is read from a body of its own, made of what the list says of it and what stands around the list.
 *
 * Takes, films and steps of one task have ids too. A list is one of tasks where nothing around it is a task already, and
 * its members have the ids of tasks or a state each.
 */
import { idSubject, isBeside, isStateName, remembered, wordsOf } from './names.ts';
import { isRecord, namesIn, own, parseJsonText, textOf, type JsonRecord } from './json.ts';
import { stateOf } from './state-words.ts';
import { taskIdOf } from './task-id.ts';

/**
 * As many as a stranger's callback URL may make in a day, and far more than anybody sends at once. Of a body that names
 * more one more is read, which tells that there are.
 */
export const maxTasks = 10_000;
const maxDepth = 3;
const maxRecords = 64;
/** What stands around a list is read again with each of its tasks: so much of it, in characters, all of them together. */
const mostShared = 4 * 1024 * 1024;
const mostSharedNames = 64;
/** Whoever lists tasks shows it in the first of them; long lists of other things are not walked through. */
const looksAt = 8;

const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Whose id is that of a task, and nothing else's. */
const taskWords = wordSet('task job prediction generation render run execution inference operation invocation');
/** Whose id is that of something around many tasks. */
const aroundWords = wordSet(
  `batch bulk group campaign event delivery message msg notification webhook hook trace correlation session list page
  account org organization organisation workspace team tenant customer user owner subscription app client project`,
);
/** What lists of films are called, and of whatever one task has several of. */
const partNames = wordSet(
  `video videos movie movies film films clip clips image images output outputs file files asset assets artifact artifacts
  creation creations work works media sample samples variant variants version versions rendition renditions step steps
  frame frames shot shots scene scenes segment segments track tracks format formats log logs event events candidate
  candidates choice choices attachment attachments download downloads url urls`,
);
const listNames = wordSet('tasks jobs predictions renders runs generations');

/** How sure an id is one of a task: by its name, by nothing but being called `id`, or as one of what is around it. */
type IdKind = 'task' | 'bare' | 'around';

const kindOfIdName = remembered((name: string): IdKind | null => {
  const subject = idSubject(name);
  if (subject === null) return null;
  const words = subject.split(' ').filter((word) => word !== '');
  if (words.some((word) => aroundWords.has(word))) return 'around';
  return words.some((word) => taskWords.has(word)) ? 'task' : 'bare';
});

/** What is around a list: `own` where it is itself what was asked for, as a pipeline with its jobs, or a set of them. */
type AroundKind = IdKind | 'own';

interface Member {
  readonly record: JsonRecord;
  /** The name of the list that it stands in. */
  readonly list: string;
  readonly id: string | null;
  readonly isOfTask: boolean;
  /** True where that stands in the id's own name, and not only in the list's. */
  readonly isNamed: boolean;
}

/** What may hold a list. */
interface Holder {
  readonly record: JsonRecord;
  /** The name that it stands under; empty for the body itself. */
  readonly name: string;
  readonly outer: Holder | null;
  readonly depth: number;
}

/**
 * @param taskId What the task is called that the body as a whole is about; `null` where it is not known.
 * @returns a body for each task, and last what stands beside them; `null` where the body is about one task.
 */
export function bodiesOfBatch(body: unknown, taskId: string | null = null): readonly JsonRecord[] | null {
  if (Array.isArray(body)) {
    const members = membersIn(body, '');
    return members !== null && isOfTasks(members, '', null) ? ownBodies(members, {}, '') : null;
  }
  if (!isRecord(body)) return null;
  const holders: Holder[] = [{ record: body, name: '', outer: null, depth: 0 }];
  // The list grows while it is walked, so that what is nearer to the root comes first.
  for (const holder of holders) {
    const lists: (readonly Member[])[] = [];
    for (const name of namesIn(holder.record)) {
      const value = holder.record[name];
      if (typeof value !== 'object' ? !mayBeList(value) : value === null) continue;
      if (isBeside(name) || name === '__proto__') continue;
      const members = membersOf(value, name);
      if (members !== null) lists.push(members);
      else if (isRecord(value) && holder.depth < maxDepth && holders.length < maxRecords) {
        holders.push({ record: value, name, outer: holder, depth: holder.depth + 1 });
      }
    }
    const found = lists.length === 0 ? null : tasksIn(lists, holder, taskId);
    if (found !== null) return bodiesOf(found, holder);
  }
  return null;
}

/**
 * Of objects that came one after the other what was said last of each task; `null` where they are not about several.
 */
export function lastOfEachTask(said: readonly unknown[]): readonly JsonRecord[] | null {
  const members = membersIn(said, '');
  if (members === null || !isOfTasks(members, '', null)) return null;
  return [...new Map(members.map(({ id, record }) => [id, record])).values()];
}

function tasksIn(
  lists: readonly (readonly Member[])[],
  holder: Holder,
  taskId: string | null,
): readonly Member[] | null {
  const outer = idAround(holder);
  if (outer === 'task') return null;
  // What went well and what did not may stand in lists of their own (Runware's `data` and `errors`).
  const named = lists.filter((members) => members.every(({ isOfTask }) => isOfTask));
  const together = named.length > 1 ? named.flat() : [];
  if (isOfTasks(together, '', outer)) return together;
  // `{"completed": [{"id": …}], "failed": [{"id": …}]}`
  const byState = lists.filter((members) => stateOf(members[0]?.list ?? '') !== undefined);
  if (byState.length > 1 && isOfTasks(byState.flat(), '', outer)) return byState.flat();
  const found = lists.find((members) => isOfTasks(members, members[0]?.list ?? '', outer)) ?? null;
  // `{"job": {"id": …}, "results": [{"id": …}, …]}`: the task stands beside the list.
  const isBeside = taskId !== null && found?.every(({ id }) => id !== taskId) === true && !isAround(holder, taskId);
  return isBeside && !found.every(({ isOfTask }) => isOfTask) ? null : found;
}

function isAround(holder: Holder, id: string): boolean {
  for (let at: Holder | null = holder; at !== null; at = at.outer) {
    const { record } = at;
    const isIts = (name: string, value: unknown): boolean =>
      kindOfIdName(name) !== null
        ? taskIdOf(value) === id
        : isRecord(value) && wordsOf(name).some((word) => aroundWords.has(word)) && taskIdOf(own(value, 'id')) === id;
    if (namesIn(record).some((name) => isIts(name, record[name]))) return true;
  }
  return false;
}

function bodiesOf(members: readonly Member[], holder: Holder): readonly JsonRecord[] {
  const taken = new Set(members.map(({ list }) => list));
  let rest = without(holder.record, (name) => taken.has(name));
  for (let { name, outer } = holder; outer !== null; { name, outer } = outer) {
    const inner = name;
    rest = { ...without(outer.record, (each) => each === inner), ...rest };
  }
  const isData = holder.outer === null && taken.size === 1 && taken.has('data');
  return [
    ...ownBodies(
      members,
      without(rest, (name) => idSubject(name) !== null),
      isData ? 'data' : '',
    ),
    rest,
  ];
}

function without(record: JsonRecord, isOut: (name: string) => boolean): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !isOut(name)));
}

function mayBeList(value: unknown): boolean {
  return typeof value === 'string' && /^\s*\[\s*\{/.test(value);
}

function membersOf(value: unknown, name: string): readonly Member[] | null {
  if (Array.isArray(value)) return membersIn(value, name);
  if (typeof value === 'string') {
    const held = parseJsonText(value);
    return Array.isArray(held) ? membersIn(held, name) : null;
  }
  return isRecord(value) && (listNames.has(name) || name === 'results') ? membersById(value, name) : null;
}

function membersIn(list: readonly unknown[], name: string): readonly Member[] | null {
  const first = list.slice(0, looksAt).filter(isRecord);
  if (!first.some((record) => memberOf(record, name).id !== null)) return null;
  return list
    .slice(0, maxTasks + 1)
    .filter(isRecord)
    .map((record) => memberOf(record, name));
}

/** `{"tasks": {"t-1": {"status": …}, …}}`: names that are ids have a digit in them. */
function membersById(value: JsonRecord, list: string): readonly Member[] | null {
  const names = namesIn(value);
  if (names.length < 2 || !names.every((name) => /\d/.test(name))) return null;
  const members: Member[] = [];
  for (const name of names) {
    const record = value[name];
    if (!isRecord(record) || !saysState(record)) return null;
    members.push(
      memberOf(record, list).id !== null
        ? memberOf(record, list)
        : { record: { ...record, id: name }, list, id: name, isOfTask: listNames.has(list), isNamed: false },
    );
  }
  return members;
}

function memberOf(record: JsonRecord, list: string): Member {
  const own = idIn(record) ?? idInside(record);
  return {
    record,
    list,
    id: own?.id ?? null,
    isOfTask: own !== null && (own.kind === 'task' || listNames.has(list.toLowerCase())),
    isNamed: own?.kind === 'task',
  };
}

interface FoundId {
  readonly id: string;
  readonly kind: IdKind;
}

/** The surest of an object's ids that may be a task's. */
function idIn(record: JsonRecord): FoundId | null {
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
function idInside(record: JsonRecord): FoundId | null {
  for (const name of namesIn(record)) {
    const written = record[name];
    const value = typeof written === 'string' ? parseJsonText(written) : written;
    const found = isRecord(value) && !isBeside(name) ? idIn(value) : null;
    if (found !== null) return found;
  }
  return null;
}

/** The surest id of what stands around a list. */
function idAround(holder: Holder): AroundKind | null {
  let surest: AroundKind | null = null;
  for (let at: Holder | null = holder; at !== null; at = at.outer) {
    const isOfTask = wordsOf(at.name).some((word) => taskWords.has(word));
    for (const name of namesIn(at.record)) {
      const kind = kindOfIdName(name);
      if (kind === null || taskIdOf(at.record[name]) === null) continue;
      // An object called `job` has the job's id in its `id`.
      if (kind === 'task' || (isOfTask && idSubject(name) === '')) return 'task';
      if (kind === 'around' || isOfBatch(at.record, name)) surest ??= 'around';
      else if (/^(?:|_|.*(?:pipeline|workflow))$/.test(idSubject(name) ?? '-')) surest = 'own';
      else if (surest !== 'own') surest = 'bare';
    }
  }
  return surest;
}

/** `{"id": …, "type": "batch.completed"}`: the id of the event or of the batch. */
function isOfBatch(record: JsonRecord, idName: string): boolean {
  if (/^(?:evt|event|batch|msg|wh|whk|hook|webhook)[_-]/i.test(textOf(record[idName], 20) ?? '')) return true;
  return ['type', 'event', 'event_type', 'eventType', 'object', 'kind'].some((name) =>
    /batch|bulk|tasks|jobs/i.test(textOf(own(record, name), 60) ?? ''),
  );
}

function isOfTasks(members: readonly Member[], list: string, outer: AroundKind | null): boolean {
  const named = members.filter(({ id }) => id !== null);
  if (new Set(named.map(({ id }) => id)).size < 2) return false;
  if (!named.some(({ record }) => saysSomething(record))) return false;
  if (named.every(({ isOfTask, isNamed }) => isNamed || (isOfTask && outer !== 'own'))) return true;
  if (outer === 'bare' || outer === 'own') return false;
  return !partNames.has(list.toLowerCase()) || named.every(({ record }) => saysState(record));
}

function saysState(record: JsonRecord): boolean {
  return namesIn(record).some((name) => isStateName(name) && textOf(record[name], 100) !== null);
}

const errorName =
  /^(?:error|errors|err|failure|exception)(?:_?(?:message|msg|reason|code|detail|details))?$|^fail(?:ure)?_?(?:msg|reason|code)$/i;

function saysError(record: JsonRecord): boolean {
  return namesIn(record).some((name) => {
    const value = record[name];
    return errorName.test(name) && value !== null && value !== '' && value !== 0 && value !== false;
  });
}

/** A state, a fault or a link, in it or in an object inside it. */
function saysSomething(record: JsonRecord): boolean {
  return (
    saysState(record) ||
    saysError(record) ||
    holdsLink(record, 0) ||
    namesIn(record).some((name) => {
      const value = record[name];
      return isRecord(value) && !isBeside(name) && (saysState(value) || saysError(value));
    })
  );
}

function holdsLink(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return /^\s*(?:https?:\/\/|[[{])/i.test(value);
  if (depth > 4 || typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.slice(0, looksAt).some((item) => holdsLink(item, depth + 1));
  return isRecord(value) && namesIn(value).some((name) => !isBeside(name) && holdsLink(value[name], depth + 1));
}

/**
 * What several items of one task say stays together in the list that it came in.
 * @param around What stands around the lists, without its ids.
 * @param place `data` where the list stood there, as kie.ai and Kling have it; else what the list held is the body.
 */
function ownBodies(members: readonly Member[], around: JsonRecord, place: 'data' | ''): readonly JsonRecord[] {
  const rest = shareable(around, members.length);
  const byId = new Map<string, Member[]>();
  for (const [index, member] of members.entries()) {
    // What has no id of its own is none of the others'.
    const key = member.id ?? `\0${String(index)}`;
    const known = byId.get(key);
    if (known === undefined) byId.set(key, [member]);
    else known.push(member);
  }
  return [...byId.values()].map((group): JsonRecord => {
    const [first] = group;
    if (first === undefined) return rest;
    const shared = restFor(first.record, rest);
    if (group.length === 1) {
      const record = withState(first);
      return place === '' ? { ...shared, ...record } : { ...shared, [place]: record };
    }
    const lists = new Map<string, JsonRecord[]>();
    for (const member of group) {
      const name = member.list === '' ? 'data' : member.list;
      const known = lists.get(name);
      if (known === undefined) lists.set(name, [withState(member)]);
      else known.push(withState(member));
    }
    return { ...shared, ...Object.fromEntries(lists) };
  });
}

/** Without what would be too much for so many tasks: a few kilobytes around a thousand of them are megabytes to read. */
function shareable(around: JsonRecord, tasks: number): JsonRecord {
  let left = mostShared / Math.max(tasks, 1);
  let names = 0;
  return without(around, (name) => {
    const weight = names < mostSharedNames ? weightOf(around[name], left) + name.length : Infinity;
    if (weight > left) return true;
    left -= weight;
    names += 1;
    return false;
  });
}

/** About as many characters as it has as JSON, until they are more than `limit`; endless where it is nested too deeply. */
function weightOf(value: unknown, limit: number, depth = 0): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (depth > 64) return Infinity;
  let weight = 8;
  for (const [name, inner] of Object.entries(value)) {
    weight += name.length + weightOf(inner, limit - weight, depth + 1);
    if (weight > limit) break;
  }
  return weight;
}

/** `{"failed": [{"task_id": …}]}` */
function withState({ record, list }: Member): JsonRecord {
  return list !== '' && !saysState(record) && stateOf(list) !== undefined ? { ...record, status: list } : record;
}

const sharedStates =
  /^(?:code|type|event|event_type|eventType|event_name|eventName|action|topic|success|ok|done|completed|finished)$/;

/** How the batch went, and a film of all of them, say nothing about one that tells of itself. */
function restFor(member: JsonRecord, rest: JsonRecord): JsonRecord {
  const hasLink = holdsLink(member, 0);
  const tells = saysState(member) || (saysError(member) && !hasLink);
  if (!tells && !hasLink) return rest;
  return without(rest, (name) => {
    if (holdsLink(rest[name], 0) && !isBeside(name)) return true;
    return tells && (isStateName(name) || sharedStates.test(name) || errorName.test(name));
  });
}
