/** Bodies of a form that nobody documents: where the task's id stands in them, if it stands anywhere. */
import { isRecord, namesIn, own, parseJsonText, type JsonRecord } from './json.ts';
import { taskIdOf } from './task-id.ts';

/** As lower-case letters, so that `TaskID`, `TASK_ID` and `task-id` are one; the most telling first. */
const idNames: readonly (readonly string[])[] = [['taskid'], ['requestid', 'jobid', 'predictionid']];

/** Whose bare `id` is a task's; the `id` of a `user` or a `video` is not. */
const taskNames = new Set('task job prediction payload result response event_data body'.split(' '));

/** What we sent ourselves; an id in it may be that of another task (the one to extend, the parent). */
const requestNames =
  /^(input|inputs|request|config|param|params|parameters|paramJson|param_json|promptJson|prompt_json|generateParam|task_info|metadata|urls|usage)$/;

const maxObjects = 64;
const maxDepth = 3;

interface Candidate {
  readonly name: string;
  readonly record: JsonRecord;
  readonly names: readonly string[];
}

export interface OpenedEnvelope {
  readonly taskId: string;
  /** The body with the fields beside the id lifted to its root, where every rule looks for them. */
  readonly body: JsonRecord;
}

/** For a body without an id in the usual places: the id in an object within it or under an unusual spelling. */
export function openEnvelope(body: JsonRecord): OpenedEnvelope | null {
  const candidates = candidatesIn(body);
  for (const wanted of idNames) {
    for (const { record, names } of candidates) {
      for (const name of names) {
        const taskId = wanted.includes(lettersOf(name)) ? taskIdOf(record[name]) : null;
        if (taskId !== null) return { taskId, body: { ...body, ...record } };
      }
    }
  }
  for (const { name, record } of candidates) {
    const taskId = taskNames.has(name) ? taskIdOf(own(record, 'id')) : null;
    if (taskId !== null) return { taskId, body: { ...body, ...record } };
  }
  return null;
}

/** The body and the objects in it, from the outside in. */
function candidatesIn(body: JsonRecord): readonly Candidate[] {
  const candidates: Candidate[] = [{ name: '', record: body, names: namesIn(body) }];
  let level = candidates.slice();
  for (let depth = 0; depth < maxDepth; depth++) {
    const next: Candidate[] = [];
    for (const { record, names } of level) {
      for (const name of names) {
        if (requestNames.test(name) || candidates.length + next.length >= maxObjects) continue;
        const value = record[name];
        const held = typeof value === 'string' ? parseJsonText(value) : value;
        const first: unknown = Array.isArray(held) ? held[0] : held;
        if (isRecord(first)) next.push({ name, record: first, names: namesIn(first) });
      }
    }
    candidates.push(...next);
    level = next;
  }
  return candidates;
}

function lettersOf(name: string): string {
  return name.length > 40 ? '' : name.toLowerCase().replace(/[_-]/g, '');
}
