/** One body, prepared once: where results may stand, and where the request is echoed. */
import { isRecord, own, recordsIn, type JsonRecord } from './json.ts';

/**
 * Objects that may hold results. What is not named here is never entered, so the source video in `input`,
 * `promptJson` and their like cannot be taken for a result.
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
  'resultJson',
  'result_json',
  'output',
  'result',
  'event_data',
  'works',
  'file',
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

export interface BodyView {
  readonly root: JsonRecord;
  /** `data` where it is an object, the first object of a list, or the JSON text of one. */
  readonly data: JsonRecord | null;
  /** Places for results, from the outside in; objects of one list stand together. */
  readonly results: readonly (readonly JsonRecord[])[];
  /** The same without the groups. */
  readonly records: readonly JsonRecord[];
  /** The echoed request, the outer objects first. */
  readonly echoes: readonly JsonRecord[];
  /** The value at a dotted path of names; looks into JSON text on the way, and takes the first object of `data`. */
  at(path: string): unknown;
}

export function createBodyView(root: JsonRecord): BodyView {
  const results = collectResults(root);
  const records = results.flat();
  const data = recordsIn(own(root, 'data'), 8)[0] ?? null;
  /** JSON texts that `at` went into: a long one is parsed once, not for every rule that asks. */
  const opened = new Map<string, JsonRecord | undefined>();

  function open(value: unknown): JsonRecord | undefined {
    if (isRecord(value)) return value;
    if (typeof value !== 'string') return undefined;
    if (!opened.has(value)) opened.set(value, recordsIn(value, 1)[0]);
    return opened.get(value);
  }

  function at(path: string): unknown {
    const names = namesOf(path);
    let record: JsonRecord | undefined = root;
    for (let depth = 0; depth < names.length - 1; depth++) {
      record = depth === 0 && names[0] === 'data' ? (data ?? undefined) : open(own(record, names[depth] ?? ''));
      if (record === undefined) return undefined;
    }
    return own(record, names[names.length - 1] ?? '');
  }

  return { root, data, results, records, echoes: collectEchoes(records), at };
}

/** The paths are constants of our own, some hundred; splitting them again for every body would cost most of a reading. */
const splitPaths = new Map<string, readonly string[]>();

function namesOf(path: string): readonly string[] {
  const known = splitPaths.get(path);
  if (known !== undefined) return known;
  const names = path.split('.');
  splitPaths.set(path, names);
  return names;
}

function collectResults(root: JsonRecord): readonly (readonly JsonRecord[])[] {
  const groups: (readonly JsonRecord[])[] = [[root]];
  let budget = maxRecords;
  let level: (readonly JsonRecord[])[] = [[root]];
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
    const next: (readonly JsonRecord[])[] = [];
    for (const group of level) {
      for (const name of resultContainers) {
        const members: JsonRecord[] = [];
        for (const record of group) {
          if (Object.hasOwn(record, name)) members.push(...inside(record, name, budget - members.length));
        }
        if (members.length === 0) continue;
        budget -= members.length;
        next.push(members);
      }
    }
    groups.push(...next);
    level = next;
  }
  return groups;
}

function inside(record: JsonRecord, name: string, limit: number): readonly JsonRecord[] {
  const value = record[name];
  // A list in `content` is a request in the style of chat APIs (Ark): it holds what we sent.
  if (limit <= 0 || (name === 'content' && !isRecord(value))) return [];
  return recordsIn(value, limit);
}

function collectEchoes(records: readonly JsonRecord[]): readonly JsonRecord[] {
  const echoes: JsonRecord[] = [];
  let level = records;
  // kie Market nests the request twice: `param` is JSON text whose `input` may be JSON text again.
  for (let depth = 0; depth < 4 && level.length > 0; depth++) {
    const next: JsonRecord[] = [];
    for (const record of level) {
      for (const name of echoContainers) {
        const room = maxEchoes - echoes.length - next.length;
        if (room > 0 && Object.hasOwn(record, name)) next.push(...recordsIn(record[name], room));
      }
    }
    echoes.push(...next);
    level = next;
  }
  return echoes;
}
