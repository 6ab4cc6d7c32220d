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
  /** The echoed request, the outer objects first. */
  readonly echoes: readonly JsonRecord[];
  /** The value at a dotted path of names; looks into JSON text on the way. */
  at(path: string): unknown;
}

export function createBodyView(root: JsonRecord): BodyView {
  const results = collectResults(root);
  const data = recordsIn(own(root, 'data'), 8)[0] ?? null;
  const known = new Map<string, unknown>([['data', data ?? own(root, 'data')]]);

  function at(path: string): unknown {
    if (known.has(path)) return known.get(path);
    const dot = path.lastIndexOf('.');
    const parent = dot < 0 ? root : at(path.slice(0, dot));
    const record = isRecord(parent) ? parent : typeof parent === 'string' ? recordsIn(parent, 1)[0] : undefined;
    const value = record && own(record, path.slice(dot + 1));
    known.set(path, value);
    return value;
  }

  return { root, data, results, echoes: collectEchoes(results), at };
}

function collectResults(root: JsonRecord): readonly (readonly JsonRecord[])[] {
  const groups: (readonly JsonRecord[])[] = [[root]];
  let budget = maxRecords;
  let level: (readonly JsonRecord[])[] = [[root]];
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
    const next: (readonly JsonRecord[])[] = [];
    for (const group of level) {
      for (const name of resultContainers) {
        const members = group.flatMap((record) => inside(record, name, budget)).slice(0, budget);
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
  const value = own(record, name);
  if (value === undefined || limit <= 0) return [];
  // A list in `content` is a request in the style of chat APIs (Ark): it holds what we sent.
  if (name === 'content' && !isRecord(value)) return [];
  return recordsIn(value, limit);
}

function collectEchoes(results: readonly (readonly JsonRecord[])[]): readonly JsonRecord[] {
  const echoes: JsonRecord[] = [];
  let level: readonly JsonRecord[] = results.flat();
  // kie Market nests the request twice: `param` is JSON text whose `input` may be JSON text again.
  for (let depth = 0; depth < 4 && level.length > 0; depth++) {
    const next: JsonRecord[] = [];
    for (const record of level) {
      for (const name of echoContainers) {
        const room = maxEchoes - echoes.length - next.length;
        if (room > 0) next.push(...recordsIn(own(record, name), room));
      }
    }
    echoes.push(...next);
    level = next;
  }
  return echoes;
}
