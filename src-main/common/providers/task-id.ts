import type { BodyView } from './body-view.ts';
import { own } from './json.ts';
import { pathList, pathOf } from './path.ts';
import { withoutUnseen } from '../trim.ts';

/**
 * First non-empty wins. A task's id inside comes before the `request_id` of the exchange (DashScope), and a job's before
 * a bare `id`, which may be the caller's own, the same for every job (No-Code Architects Toolkit).
 */
const taskIdPaths = pathList([
  'data.taskId',
  'data.task_id',
  'taskId',
  'task_id',
  'taskUUID',
  'data.taskUUID',
  'errors.taskUUID',
  'output.task_id',
  'output.taskId',
  'task.task_id',
  'task.taskId',
  'task.id',
  'result.task_id',
  'result.taskId',
  'response.task_id',
  'response.taskId',
  'payload.task.task_id',
  'payload.task.id',
  'data.output.task_id',
  'Resp.video_id',
  'data.job_id',
  'data.jobId',
  'request_id',
  'job_id',
  'jobId',
  'data.id',
  'prompt_id',
  'movie.project',
  'id',
  'data.request_id',
  'data.response.taskId',
  'data.videoInfo.taskId',
  'event_data.video_id',
  'event_data.video_translate_id',
  'event_data.session_id',
  'requestId',
  'video_id',
  'data.videoId',
  'data.object.id',
  'Resp.id',
]);

/** As lists of one: of a request that may be for several. */
const idListPaths = pathList(
  ['task_id', 'taskId', 'job_id', 'jobId', 'request_id', 'id'].flatMap((name) =>
    [name, `${name}s`].flatMap((each) => [each, `data.${each}`]),
  ),
);

const innerIdPaths = pathList(['data.taskId', 'data.task_id', 'taskId', 'task_id']);

/** Longer than any provider's; a longer one is refused rather than cut, because two cut ids could become one. */
const maxTaskIdLength = 512;

// Ids go into keys, file names and terminals: no control characters, line separators, lone surrogates, or characters
// that turn the direction of the text around.
const unfitForId = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** What templates and programs write where there was none: as ids they would make one task of many. */
const noId = /^(?:null|undefined|none|nil|nan|n\/a|\[object object\]|\{\{[^{}]*\}\}|\$\{[^{}]*\})$/i;

/** A task id as text, or `null` where `value` cannot be one. Kling, MiniMax and Vidu use long digit strings. */
export function taskIdOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) && value !== 0 ? String(value) : null;
  if (typeof value !== 'string') return null;
  const id = withoutUnseen(value.trim());
  return id !== '' && id.length <= maxTaskIdLength && !unfitForId.test(id) && !noId.test(id) ? id : null;
}

/** The provider's id of the task that the body is about, or `null`. */
export function readTaskId(body: BodyView): string | null {
  // Where the root says that it is a task, its `id` is the task's, and `request_id` the caller's (Zhipu).
  const hasState = own(body.root, 'task_status') !== undefined || own(body.root, 'taskStatus') !== undefined;
  const hasRequest = own(body.root, 'request_id') !== undefined || own(body.root, 'requestId') !== undefined;
  if (hasState && hasRequest) {
    const task = taskIdOf(own(body.root, 'task_id') ?? own(body.root, 'taskId')) ?? taskIdOf(own(body.root, 'id'));
    if (task !== null) return task;
  }
  // An answer to a question of ours has the id of the exchange beside what it answers (Kling).
  if (hasRequest && own(body.root, 'code') !== undefined) {
    const { data } = body;
    const task = data !== null && (own(data, 'status') ?? own(data, 'state')) !== undefined ? own(data, 'id') : null;
    const id = taskIdOf(task);
    if (id !== null && body.first(innerIdPaths, taskIdOf) === null) return id;
  }
  // What is hosted of a render is a copy of what the render made (Shotstack).
  const render = own(body.root, 'type') === 'serve' ? taskIdOf(own(body.root, 'render')) : null;
  if (render !== null) return render;
  // The number that the task was given, around what came of it, which has another one of whoever made it (FancyAI).
  for (const name of givenNames) {
    const given = taskIdOf(own(body.root, name));
    if (given !== null) return given;
  }
  // A list of several in `data` are the films of what the root names.
  const several = own(body.root, 'data');
  const outer = Array.isArray(several) && several.length > 1 ? taskIdOf(own(body.root, 'id')) : null;
  return outer ?? body.first(taskIdPaths, taskIdOf) ?? sessionIdOf(body) ?? body.first(idListPaths, onlyIdIn);
}

const givenNames = ['taskNo', 'task_no', 'TaskNo'] as const;

function onlyIdIn(value: unknown): string | null {
  return Array.isArray(value) && value.length === 1 ? taskIdOf(value[0]) : null;
}

/** Atlas Cloud's; elsewhere a session has many tasks. */
function sessionIdOf({ root }: BodyView): string | null {
  const isOfAtlas = own(root, 'event_type') !== undefined || own(root, 'payload') !== undefined;
  return isOfAtlas ? taskIdOf(own(root, 'session_id')) : null;
}

/** Every id that kie.ai may have signed, each as it stands in the body, without repeats. */
export const kieSignedIdPaths = ['data.taskId', 'data.task_id', 'taskId', 'task_id'].map(pathOf);
