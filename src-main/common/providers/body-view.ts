/** One body, prepared once: where results may stand, where the request is echoed, and what stands under each name. */
import { isRecord, own, recordsIn, type JsonRecord } from './json.ts';
import { createLook, type Look } from './look.ts';
import { bitForList } from './name-bits.ts';
import { isBeside } from './names.ts';
import type { Path, PathGroup, PathList, RankedPath } from './path.ts';
import { mayBeJson, partsOf, type BodyPart } from './whole-body.ts';

/**
 * Objects that may hold results, the likeliest first. What is not named here is never entered, so the source video in
 * `input`, `promptJson` and their like cannot be taken for a result.
 */
const resultContainers = [
  'data',
  'info',
  'response',
  'payload',
  'assets',
  'content',
  'videoInfo',
  'video_info',
  'task_result',
  'taskResult',
  'generation',
  'generations',
  'resultJson',
  'result_json',
  'output',
  'result',
  'event_data',
  'works',
  'file',
  'task',
  'movie',
  'Resp',
] as const;

/** Objects in which providers send our own request back: prompt, source video, callback URL. */
const echoContainers = [
  'promptJson',
  'prompt_json',
  'paramJson',
  'param_json',
  'param',
  'params',
  'parameters',
  'generateParam',
  'input',
  'inputs',
  'request',
  'task_info',
] as const;

/** Deeper or wider than any provider goes; a hostile body costs no more than this. */
const maxDepth = 8;
const maxRecords = 256;
const maxEchoes = 64;

/** Objects that stand at one place: one, or the members of a list. */
export interface Place {
  /** The name that they stand under; `null` for the body itself. */
  readonly name: string | null;
  readonly records: readonly JsonRecord[];
}

export interface BodyView {
  readonly root: JsonRecord;
  /** `data` where it is an object, the first object of a list, or the JSON text of one. */
  readonly data: JsonRecord | null;
  /** Places for results, from the outside in. */
  readonly results: readonly Place[];
  /** What stands under `name` anywhere in the results, from the outside in. */
  readonly named: (name: string) => readonly unknown[];
  /** Those of the names that stand in the results, the first of the list first. */
  readonly present: (wanted: NameList) => readonly string[];
  /** The same in the echoed request. */
  readonly echoed: (name: string) => readonly unknown[];
  readonly presentEchoed: (wanted: NameList) => readonly string[];
  /** The value at the end of a path; looks into JSON text on the way, and takes the first object of `data` and `errors`. */
  readonly at: (path: Path) => unknown;
  /** The names at the root, and in `data`. */
  readonly names: readonly string[];
  readonly dataNames: readonly string[];
  /** What `accept` makes of the first of these paths that holds something for it; `null` where none does. */
  readonly first: <T>(paths: PathList, accept: (value: unknown) => T | null) => T | null;
  /** False where no name of the body passes, so that looking through all of its objects would be for nothing. */
  readonly mayHold: (test: (name: string) => boolean) => boolean;
  /** Every object of the body that is not what we sent ourselves, from the outside in; made when it is first asked for. */
  readonly parts: () => readonly BodyPart[];
}

const none: readonly never[] = [];

export function createBodyView(root: JsonRecord): BodyView {
  const look = createLook();
  const { parse, namesOf, bitsIn } = look;
  const results = collectResults(root, look);
  const namedResults = createIndex();
  for (const { records } of results) addToIndex(namedResults, records, look);
  const namedEchoes = collectEchoes(namedResults, look);
  const data = recordsIn(own(root, 'data'), 8, parse)[0] ?? null;

  function at(path: Path): unknown {
    let record: JsonRecord | undefined = root;
    for (let depth = 0; depth < path.length - 1; depth++) {
      const name = path[depth] ?? '';
      record = depth === 0 && name === 'data' ? (data ?? undefined) : open(own(record, name), name);
      if (record === undefined) return undefined;
    }
    return own(record, path[path.length - 1] ?? '');
  }

  function open(value: unknown, name: string): JsonRecord | undefined {
    if (isRecord(value)) return value;
    return typeof value === 'string' || name === 'errors' ? recordsIn(value, 1, parse)[0] : undefined;
  }

  const names = namesOf(root);
  const bits = bitsIn(root);

  function first<T>(paths: PathList, accept: (value: unknown) => T | null): T | null {
    if ((bits & paths.bit) === 0) return null;
    const groups: PathGroup[] = [];
    for (const name of names) {
      const group = paths.get(name);
      if (group !== undefined) groups.push(group);
    }
    for (let next = nextPath(groups, -1); next !== null; next = nextPath(groups, next.rank)) {
      const accepted = accept(at(next.path));
      if (accepted !== null) return accepted;
    }
    return null;
  }

  let parts: readonly BodyPart[] | null = null;
  let hasStrangers: boolean | null = null;

  return {
    root,
    data,
    results,
    named: (name) => namedResults.values.get(name) ?? none,
    present: (wanted) => presentIn(namedResults, wanted),
    echoed: (name) => namedEchoes.values.get(name) ?? none,
    at,
    names,
    dataNames: data === null ? none : namesOf(data),
    first,
    presentEchoed: (wanted) => presentIn(namedEchoes, wanted),
    mayHold(test) {
      for (const name of namedResults.values.keys()) if (test(name)) return true;
      return (hasStrangers ??= holdsStrangers(results, look));
    },
    parts: () => (parts ??= partsOf(root, look)),
  };
}

/** Those of a few groups are merged as they are asked for: nearly always one of the first is the one. */
function nextPath(groups: readonly PathGroup[], after: number): RankedPath | null {
  let next: RankedPath | null = null;
  for (const group of groups) {
    for (const path of group) {
      if (path.rank <= after) continue;
      if (next === null || path.rank < next.rank) next = path;
      break;
    }
  }
  return next;
}

function collectResults(root: JsonRecord, look: Look): readonly Place[] {
  const places: Place[] = [{ name: null, records: [root] }];
  let budget = maxRecords;
  let level: readonly Place[] = places.slice();
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
    const next: Place[] = [];
    for (const { records } of level) {
      for (const [name, values] of containersIn(records, look)) {
        const members: JsonRecord[] = [];
        for (const value of values) members.push(...inside(name, value, budget - members.length, look));
        if (members.length === 0) continue;
        budget -= members.length;
        next.push({ name, records: members });
      }
    }
    places.push(...next);
    level = next;
  }
  return places;
}

/** What these records hold under the names of containers; of several containers the likeliest comes first. */
function containersIn(
  records: readonly JsonRecord[],
  { namesOf, bitsIn }: Look,
): readonly (readonly [string, readonly unknown[]])[] {
  const found = new Map<string, unknown[]>();
  for (const record of records) {
    if ((bitsIn(record) & containerRanks.bit) === 0) continue;
    for (const name of namesOf(record)) {
      if (containerRanks.has(name)) add(found, name, record[name]);
    }
  }
  if (found.size === 0) return none;
  return found.size < 2 ? [...found] : [...found].sort(([a], [b]) => rankOf(a) - rankOf(b));
}

const containerRanks = nameList(resultContainers);

/** True where objects stand in the results under names that are neither places for results nor what we sent. */
function holdsStrangers(results: readonly Place[], { namesOf }: Look): boolean {
  return results.some(({ records }) =>
    records.some((record) =>
      namesOf(record).some((name) => {
        const value = record[name];
        const isObject = typeof value === 'object' ? value !== null : mayBeJson(value);
        return isObject && !containerRanks.has(name) && !isBeside(name);
      }),
    ),
  );
}

function rankOf(name: string): number {
  return containerRanks.get(name) ?? Infinity;
}

function inside(name: string, value: unknown, limit: number, { parse }: Look): readonly JsonRecord[] {
  // A list in `content` is a request in the style of chat APIs (Ark): it holds what we sent.
  if (limit <= 0 || (name === 'content' && !isRecord(value))) return none;
  return recordsIn(value, limit, parse);
}

function collectEchoes(results: NameIndex, look: Look): NameIndex {
  const echoes = createIndex();
  let found = 0;
  let level = echoesIn(results, maxEchoes, look);
  // kie Market nests the request twice: `param` is JSON text whose `input` may be JSON text again.
  for (let depth = 0; depth < 4 && level.length > 0; depth++) {
    found += level.length;
    addToIndex(echoes, level, look);
    const inside = createIndex();
    addToIndex(inside, level, look);
    level = echoesIn(inside, maxEchoes - found, look);
  }
  return echoes;
}

function echoesIn(index: NameIndex, limit: number, { parse }: Look): readonly JsonRecord[] {
  const echoes: JsonRecord[] = [];
  for (const name of presentIn(index, echoNames)) {
    for (const value of index.values.get(name) ?? none) echoes.push(...recordsIn(value, limit - echoes.length, parse));
  }
  return echoes;
}

/** A list of names, the most telling first, made for looking up: a body has few names and a list has many. */
export interface NameList extends ReadonlyMap<string, number> {
  readonly bit: number;
}

export function nameList(names: readonly string[]): NameList {
  const ranks = new Map(names.map((name, rank) => [name, rank]));
  return Object.assign(ranks, { bit: bitForList(names) });
}

const echoNames = nameList(echoContainers);

function presentIn(index: NameIndex, wanted: NameList): readonly string[] {
  if ((index.bits & wanted.bit) === 0) return none;
  const found: string[] = [];
  for (const name of index.values.keys()) if (wanted.has(name)) found.push(name);
  return found.length < 2 ? found : found.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
}

/** A body has some twenty names and we know some hundred: looking the body through once is what makes asking cheap. */
interface NameIndex {
  readonly values: Map<string, unknown[]>;
  /** Of all its names. */
  bits: number;
}

function createIndex(): NameIndex {
  return { values: new Map(), bits: 0 };
}

function addToIndex(index: NameIndex, records: readonly JsonRecord[], { namesOf, bitsIn }: Look): void {
  for (const record of records) {
    for (const name of namesOf(record)) add(index.values, name, record[name]);
    index.bits |= bitsIn(record);
  }
}

function add(index: Map<string, unknown[]>, name: string, value: unknown): void {
  const values = index.get(name);
  if (values === undefined) index.set(name, [value]);
  else values.push(value);
}
