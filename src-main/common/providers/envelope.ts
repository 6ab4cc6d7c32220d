/** Bodies of a form that nobody documents: where the task's id stands in them, if it stands anywhere. */
import { isRecord, parseJsonText, type JsonRecord } from './json.ts';
import { taskIdOf } from './task-id.ts';

/** As lower-case letters, so that `TaskID`, `TASK_ID` and `task-id` are one; the most telling first. */
const idNames: readonly (readonly string[])[] = [['taskid'], ['requestid', 'jobid', 'predictionid']];

/** Whose bare `id` is a task's; the `id` of a `user` or a `video` is not. */
const taskNames = new Set('task job prediction payload result response event_data body'.split(' '));

/** What we sent ourselves; an id in it may be that of another task (the one to extend, the parent). */
const requestNames =
  /^(input|inputs|request|config|param|params|parameters|paramJson|param_json|promptJson|prompt_json|generateParam|task_info|metadata|urls|usage)$/;

const maxObjects = 64;
const maxNames = 256;
const maxDepth = 3;

export interface OpenedEnvelope {
  readonly taskId: string;
  /** The body with the fields beside the id lifted to its root, where every rule looks for them. */
  readonly body: JsonRecord;
}

/** For a body without an id in the usual places: the id in an object within it or under an unusual spelling. */
export function openEnvelope(body: JsonRecord): OpenedEnvelope | null {
  const objects = objectsIn(body);
  for (const names of idNames) {
    for (const [, record] of objects) {
      for (const [name, value] of entriesOf(record)) {
        const taskId = names.includes(lettersOf(name)) ? taskIdOf(value) : null;
        if (taskId !== null) return { taskId, body: { ...body, ...record } };
      }
    }
  }
  for (const [name, record] of objects) {
    const taskId = taskNames.has(name) ? taskIdOf(Object.hasOwn(record, 'id') ? record['id'] : null) : null;
    if (taskId !== null) return { taskId, body: { ...body, ...record } };
  }
  return null;
}

/** The body and the objects in it, each with its name, from the outside in. */
function objectsIn(body: JsonRecord): readonly (readonly [name: string, record: JsonRecord])[] {
  const objects: [string, JsonRecord][] = [['', body]];
  let level = objects.slice();
  for (let depth = 0; depth < maxDepth; depth++) {
    const next: [string, JsonRecord][] = [];
    for (const [, record] of level) {
      for (const [name, value] of entriesOf(record)) {
        if (requestNames.test(name) || objects.length + next.length >= maxObjects) continue;
        const held = typeof value === 'string' ? parseJsonText(value) : value;
        const first: unknown = Array.isArray(held) ? held[0] : held;
        if (isRecord(first)) next.push([name, first]);
      }
    }
    objects.push(...next);
    level = next;
  }
  return objects;
}

function entriesOf(record: JsonRecord): readonly (readonly [string, unknown])[] {
  return Object.keys(record)
    .slice(0, maxNames)
    .map((name) => [name, record[name]]);
}

function lettersOf(name: string): string {
  return name.length > 40 ? '' : name.toLowerCase().replace(/[_-]/g, '');
}
