/** Where in a body results may stand, and where the request is echoed. */
import { isRecord, mayBeJson, own, recordsIn, type JsonRecord } from './json.ts';
import type { Look } from './look.ts';
import { addToIndex, createIndex, nameList, presentIn, valuesIn, type NameIndex } from './name-index.ts';
import { isBeside } from './names.ts';
import { saysBeside } from './media-kind.ts';
import { urlsIn } from './urls.ts';

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
  'generate_param',
  'input',
  'inputs',
  'request',
  'task_info',
] as const;

/** Deeper or wider than any provider goes; a hostile body costs no more than this. */
const maxDepth = 8;
const maxRecords = 2048;
const maxEchoes = 64;

/** Objects that stand at one place: one, or the members of a list. */
export interface Place {
  /** The name that they stand under; `null` for the body itself. */
  readonly name: string | null;
  readonly records: readonly JsonRecord[];
}

const none: readonly never[] = [];

export function collectResults(root: JsonRecord, look: Look): readonly Place[] {
  const places: Place[] = [{ name: null, records: [root] }];
  let budget = maxRecords;
  let from = 0;
  for (let depth = 0; depth < maxDepth && from < places.length; depth++) {
    const end = places.length;
    for (; from < end; from++) {
      const place = places[from];
      if (place === undefined) continue;
      for (const { name, values } of containersIn(place.records, look)) {
        const members: JsonRecord[] = [];
        for (const value of values) addInside(members, name, value, budget - members.length, look);
        if (members.length === 0) continue;
        budget -= members.length;
        places.push({ name, records: members });
      }
    }
  }
  return places;
}

interface Container {
  readonly name: string;
  readonly values: unknown[];
}

/** What these records hold under the names of containers; of several containers the likeliest comes first. */
function containersIn(records: readonly JsonRecord[], { lookAt }: Look): readonly Container[] {
  let found: Container[] | null = null;
  for (const record of records) {
    const { names, bits, anyBits } = lookAt(record);
    if ((anyBits & containerRanks.bit) === 0) continue;
    for (let at = 0; at < names.length; at++) {
      const name = names[at] ?? '';
      if (((bits[at] ?? 0) & containerRanks.bit) === 0 || !containerRanks.has(name)) continue;
      if (name === 'payload' && isSentPayload(record)) continue;
      found ??= [];
      const known = found.find((container) => container.name === name);
      if (known === undefined) found.push({ name, values: [record[name]] });
      else known.values.push(record[name]);
    }
  }
  if (found === null) return none;
  return found.length < 2 ? found : found.sort((a, b) => rankOf(a.name) - rankOf(b.name));
}

/** What was sent, where it stands beside what came of it. */
export function isSentPayload(record: JsonRecord): boolean {
  const made = own(record, 'output') ?? own(record, 'result');
  return made !== undefined && Object.hasOwn(record, 'payload') && urlsIn(made, 'video').urls.length > 0;
}

const containerRanks = nameList(resultContainers);

/** True where objects stand in the results under names that are neither places for results nor what we sent. */
export function holdsStrangers(results: readonly Place[], { lookAt }: Look): boolean {
  for (const { records } of results) {
    for (const record of records) {
      for (const name of lookAt(record).names) {
        const value = record[name];
        const isObject = typeof value === 'object' ? value !== null : mayBeJson(value);
        if (isObject && !containerRanks.has(name) && !isBeside(name)) return true;
      }
    }
  }
  return false;
}

function rankOf(name: string): number {
  return containerRanks.get(name) ?? Infinity;
}

function addInside(members: JsonRecord[], name: string, value: unknown, limit: number, { parse }: Look): void {
  // A list in `content` is a request in the style of chat APIs (Ark): it holds what we sent.
  if (limit <= 0 || (name === 'content' && !isRecord(value))) return;
  if (isRecord(value)) members.push(value);
  else if (typeof value === 'object' || mayBeJson(value)) {
    const records = recordsIn(value, limit, parse);
    // Of several, what says that it is what we sent.
    members.push(...(records.length > 1 ? records.filter((record) => !saysBeside(record)) : records));
  }
}

/** What we sent, where it stands in the results, and what stands in that again. */
export function collectEchoes(results: NameIndex, look: Look): NameIndex {
  const echoes = createIndex();
  let found = 0;
  let level = echoesIn(results, 0, maxEchoes, look);
  // kie Market nests the request twice: `param` is JSON text whose `input` may be JSON text again.
  for (let depth = 0; depth < 4 && level.length > 0; depth++) {
    found += level.length;
    const from = echoes.all.length;
    for (const record of level) addToIndex(echoes, look.lookAt(record));
    level = echoesIn(echoes, from, maxEchoes - found, look);
  }
  return echoes;
}

function echoesIn(index: NameIndex, from: number, limit: number, { parse }: Look): readonly JsonRecord[] {
  const names = presentIn(index, echoNames, from);
  if (names.length === 0) return none;
  const echoes: JsonRecord[] = [];
  for (const name of names) {
    for (const value of valuesIn(index, name, from)) {
      for (const echo of recordsIn(value, limit - echoes.length, parse)) echoes.push(echo);
    }
  }
  return echoes;
}

const echoNames = nameList(echoContainers);
