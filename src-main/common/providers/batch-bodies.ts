/** The bodies of their own that tasks of a list are read from. */
import type { Member } from './batch-members.ts';
import { errorName, holdsLink, saysError, saysState } from './batch-says.ts';
import type { JsonRecord } from './json.ts';
import { isBeside, isStateName } from './names.ts';
import { stateOf } from './state-words.ts';

/** What stands around a list is read again with each of its tasks: so much of it, in characters, all of them together. */
const mostShared = 4 * 1024 * 1024;
const mostSharedNames = 64;

/**
 * What several items of one task say stays together in the list that it came in.
 * @param around What stands around the lists, without its ids.
 * @param place `data` where the list stood there, as kie.ai and Kling have it; else what the list held is the body.
 */
export function ownBodies(members: readonly Member[], around: JsonRecord, place: 'data' | ''): readonly JsonRecord[] {
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
    return (
      tells && (Object.hasOwn(member, name) || isStateName(name) || sharedStates.test(name) || errorName.test(name))
    );
  });
}

export function without(record: JsonRecord, isOut: (name: string) => boolean): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !isOut(name)));
}
