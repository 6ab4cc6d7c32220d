/**
 * Bodies that hold several tasks: a list of callbacks, `{"tasks": […]}`, the answer to a question about many. Each task
 * is read from a body of its own, made of what the list says of it and what stands around the list.
 *
 * Takes, films and steps of one task have ids too. A list is one of tasks where nothing around it is a task already, and
 * its members have the ids of tasks or a state each.
 */
import { ownBodies, without } from './batch-bodies.ts';
import { aroundWords, kindOfIdName, taskWords, wordSet, type IdKind } from './batch-ids.ts';
import { maxTasks, mayBeList, membersById, membersIn, membersOf, type Member } from './batch-members.ts';
import { saysCode, saysEvent, saysSomething, saysState } from './batch-says.ts';
import { isRecord, namesIn, own, textOf, type JsonRecord } from './json.ts';
import { eventNames, idSubject, isBeside, wordsOf } from './names.ts';
import { isNothingElse } from './pushed.ts';
import { stateOf } from './state-words.ts';
import { taskIdOf } from './task-id.ts';

const maxDepth = 3;
const maxRecords = 64;

/** What lists of films are called, and of whatever one task has several of. */
const partNames = wordSet(
  `video videos movie movies film films clip clips image images output outputs file files asset assets artifact artifacts
  creation creations work works media sample samples variant variants version versions rendition renditions step steps
  frame frames shot shots scene scenes segment segments track tracks format formats log logs event events candidate
  candidates choice choices attachment attachments download downloads url urls`,
);

/** Of what came, and not of what was sent. */
const toldLists: ReadonlySet<string> = new Set(['callbacks', 'notifications']);

/** What is around a list: `own` where it is itself what was asked for, as a pipeline with its jobs, or a set of them. */
type AroundKind = IdKind | 'own';

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
  // Shorter names come again in the next body: `take_1`, `720p`.
  const byId = taskId === null && namesIn(body).every((name) => name.length >= 12) ? membersById(body, '') : null;
  if (byId !== null && isOfTasks(byId, '', null)) return [...ownBodies(byId, {}, ''), {}];
  const byName = namedAlike(body);
  if (byName !== null) return [...ownBodies(byName, {}, ''), {}];
  const holders: Holder[] = [{ record: body, name: '', outer: null, depth: 0 }];
  // The list grows while it is walked, so that what is nearer to the root comes first.
  for (const holder of holders) {
    const lists: (readonly Member[])[] = [];
    const isHandedOn = isOfNoTask(holder);
    for (const name of namesIn(holder.record)) {
      const value = holder.record[name];
      if (typeof value !== 'object' ? !mayBeList(value) : value === null) continue;
      if ((isBeside(name) && !toldLists.has(name)) || name === '__proto__') continue;
      const members = membersOf(value, name, isHandedOn);
      // Where they may be told of it is another matter.
      if (toldLists.has(name) && members?.every(({ record }) => saysState(record) || saysCode(record)) !== true)
        continue;
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

/** Objects under names of the sender's own that each name a task, all in the same way (Gan.AI); `null` for others. */
function namedAlike(body: JsonRecord): readonly Member[] | null {
  const names = namesIn(body);
  const [first] = names;
  const one = first === undefined ? null : body[first];
  const idName = isRecord(one) ? namesIn(one).find((name) => kindOfIdName(name) === 'task') : undefined;
  if (idName === undefined || names.length < 2 || names.length > maxTasks) return null;
  const records = names.map((name) => body[name]);
  if (!records.every((record) => isRecord(record) && Object.hasOwn(record, idName) && saysSomething(record)))
    return null;
  const members = membersIn(records, '');
  return members !== null && isOfTasks(members, '', null) ? members : null;
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
  const isBeside =
    taskId !== null &&
    found?.every(({ id }) => id !== taskId) === true &&
    !isAround(holder, taskId) &&
    // That of one of them stands inside it, as in events with ids of their own.
    found.filter(({ record }) => holdsId(record, taskId)).length !== 1;
  return isBeside && !found.every(({ isOfTask }) => isOfTask) ? null : found;
}

function holdsId(value: unknown, id: string, depth = 0): boolean {
  if (!isRecord(value) || depth > 3) return false;
  return namesIn(value).some(
    (name) => (idSubject(name) !== null && taskIdOf(value[name]) === id) || holdsId(value[name], id, depth + 1),
  );
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

function isOfTasks(members: readonly Member[], list: string, outer: AroundKind | null): boolean {
  const named = members.filter(({ id }) => id !== null);
  if (new Set(named.map(({ id }) => id)).size < 2) return false;
  if (!named.some(({ record }) => saysSomething(record))) return false;
  if (named.every(({ isOfTask, isNamed }) => isNamed || (isOfTask && outer !== 'own'))) return true;
  if (outer === 'bare' || outer === 'own') return false;
  return !partNames.has(list.toLowerCase()) || named.every(({ record }) => saysState(record) || saysEvent(record));
}

/** Neither it nor what stands around it: the attempts at a film, and the answers to each, are no tasks beside that of the film. */
function isOfNoTask(holder: Holder): boolean {
  const id = idAround(holder);
  if (id !== null && id !== 'around') return false;
  for (let at: Holder | null = holder; at !== null; at = at.outer) if (!isNothingElse(at.record)) return false;
  return true;
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
  if (isOfExchange(record, idName)) return true;
  return [...eventNames, 'object', 'kind'].some((name) =>
    /batch|bulk|tasks|jobs/i.test(textOf(own(record, name), 60) ?? ''),
  );
}

/** `{"code": 0, "request_id": …, "data": [{"id": …, "status": …}, …]}`: the answer to a question about several (Kling). */
function isOfExchange(record: JsonRecord, idName: string): boolean {
  if (!/^request_?id$/i.test(idName) || own(record, 'code') === undefined) return false;
  const told = own(record, 'data');
  return Array.isArray(told) && told.every((task: unknown) => isRecord(task) && saysState(task));
}
