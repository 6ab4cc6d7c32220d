/** Members of a list that may be one of tasks. */
import { idIn, idInside } from './batch-ids.ts';
import { looksAt, saysState } from './batch-says.ts';
import { isRecord, namesIn, parseJsonText, type JsonRecord } from './json.ts';
import { isNothingElse, pushedIn } from './pushed.ts';

/**
 * As many as a stranger's callback URL may make in a day, and far more than anybody sends at once. Of a body that names
 * more one more is read, which tells that there are.
 */
export const maxTasks = 10_000;

const listNames: ReadonlySet<string> = new Set(['tasks', 'jobs', 'predictions', 'renders', 'runs', 'generations']);

export interface Member {
  readonly record: JsonRecord;
  /** The name of the list that it stands in. */
  readonly list: string;
  readonly id: string | null;
  readonly isOfTask: boolean;
  /** True where that stands in the id's own name, and not only in the list's. */
  readonly isNamed: boolean;
}

export function mayBeList(value: unknown): boolean {
  return typeof value === 'string' && /^\s*\[\s*\{/.test(value);
}

/** @param isHandedOn What is around the list is about no task: a member may be a message with a whole callback in it. */
export function membersOf(value: unknown, name: string, isHandedOn: boolean): readonly Member[] | null {
  if (Array.isArray(value)) return membersIn(value, name, isHandedOn);
  if (typeof value === 'string') {
    const held = parseJsonText(value);
    return Array.isArray(held) ? membersIn(held, name, isHandedOn) : null;
  }
  return isRecord(value) && (listNames.has(name) || name === 'results') ? membersById(value, name) : null;
}

export function membersIn(list: readonly unknown[], name: string, isHandedOn = true): readonly Member[] | null {
  const member = isHandedOn ? messageOf : memberOf;
  const first = list.slice(0, looksAt).filter(isRecord);
  if (!first.some((record) => member(record, name).id !== null)) return null;
  return list
    .slice(0, maxTasks + 1)
    .filter(isRecord)
    .map((record) => member(record, name));
}

/** `{"tasks": {"t-1": {"status": …}, …}}`: names that are ids have a digit in them. */
export function membersById(value: JsonRecord, list: string): readonly Member[] | null {
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

/** A whole callback in a message of its own, as queues hand several on. */
function messageOf(record: JsonRecord, list: string, depth = 0): Member {
  const held = depth < 3 && isNothingElse(record) ? pushedIn(record) : null;
  return held === null ? memberOf(record, list) : messageOf(held, list, depth + 1);
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
