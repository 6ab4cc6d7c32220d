import type { TaskState } from '../model.ts';
import { pathOf, type BodyView } from './body-view.ts';
import { numberOf, own, textOf } from './json.ts';

/** Lower-case, with `_` for spaces and hyphens. `callback_failed` is Luma Modify's: the video exists, kie could not tell us. */
const words: Readonly<Record<Exclude<TaskState, 'unknown'>, readonly string[]>> = {
  succeeded: ['success', 'succeed', 'succeeded', 'completed', 'complete', 'ok', 'done', 'finished', 'callback_failed'],
  failed: [
    'fail',
    'failed',
    'failure',
    'error',
    'canceled',
    'cancelled',
    'expired',
    'nsfw',
    'timeout',
    'timed_out',
    'aborted',
    'rejected',
    'create_task_failed',
    'generate_failed',
  ],
  processing: [
    'wait',
    'waiting',
    'queueing',
    'queuing',
    'queued',
    'preparing',
    'starting',
    'processing',
    'generating',
    'running',
    'dreaming',
    'in_progress',
    'in_queue',
    'submitted',
    'pending',
    'staged',
    'throttled',
  ],
};

const stateByWord = new Map<string, TaskState>(
  (['succeeded', 'failed', 'processing'] as const).flatMap((state) =>
    words[state].map((word): [string, TaskState] => [word, state]),
  ),
);

/** The inner object knows better than the envelope around it: an outer `status` may only say that the call went well. */
const wordPaths = ['data.state', 'data.status', 'data.task_status', 'state', 'status', 'task_status'].map(pathOf);
/** Event names such as `video.completed`; only their last part counts, and only where we know it. */
const eventPaths = ['type', 'event_type', 'event'].map(pathOf);
const successFlagPaths = ['data.successFlag', 'successFlag'].map(pathOf);
const errorMessagePath = pathOf('data.errorMessage');
const errorCodePath = pathOf('data.errorCode');

export interface StateReading {
  readonly state: TaskState;
  /** The provider's own word, as it stood. */
  readonly word: string | null;
}

/**
 * What the body says of its task's state; `null` where it says nothing.
 *
 * A word beats `successFlag`, and both beat `code`: progress bodies of kie Market carry `code` 200 beside a state that
 * is not done, and maxapi sends `code` 0 for success and failure alike.
 */
export function readState(body: BodyView): StateReading | null {
  return fromWords(body) ?? fromEvents(body) ?? fromSuccessFlag(body) ?? fromCode(body);
}

function fromWords(body: BodyView): StateReading | null {
  for (const path of wordPaths) {
    const word = textOf(body.at(path), 100);
    // `status: "200"` is a code, not a word.
    if (word === null || numberOf(word) !== null) continue;
    return { state: stateOf(word) ?? 'unknown', word };
  }
  return null;
}

function fromEvents(body: BodyView): StateReading | null {
  for (const path of eventPaths) {
    const event = textOf(body.at(path), 100);
    const word = event?.slice(event.lastIndexOf('.') + 1);
    const state = word && stateOf(word);
    if (state) return { state, word };
  }
  return null;
}

function stateOf(word: string): TaskState | undefined {
  return stateByWord.get(word.toLowerCase().replace(/[ -]/g, '_'));
}

/** kie.ai's record-info answers. 4 = the video exists but kie's own callback failed: take it. */
function fromSuccessFlag(body: BodyView): StateReading | null {
  for (const path of successFlagPaths) {
    const written = body.at(path);
    const flag = numberOf(written);
    if (flag !== null) return fromFlagNumber(flag, body);
    // Its documents name the numbers: `GENERATING`, `CREATE_TASK_FAILED` …
    const word = textOf(written, 100);
    if (word !== null) return { state: stateOf(word) ?? 'unknown', word };
  }
  return null;
}

function fromFlagNumber(flag: number, body: BodyView): StateReading {
  if (flag === 1 || flag === 4) return { state: 'succeeded', word: null };
  if (flag === 2 || flag === 3) return { state: 'failed', word: null };
  if (flag !== 0) return { state: 'unknown', word: String(flag) };
  return { state: hasError(body) ? 'failed' : 'processing', word: null };
}

/** Flag 0 with an error beside it has ended, although the flag alone says that it runs. */
function hasError(body: BodyView): boolean {
  const code = body.at(errorCodePath);
  return (
    textOf(body.at(errorMessagePath), 1) !== null ||
    (typeof code === 'number' ? code !== 0 : textOf(code, 1) !== null && numberOf(code) !== 0)
  );
}

function fromCode(body: BodyView): StateReading | null {
  const written = own(body.root, 'code');
  const code = numberOf(written);
  if (code === 200) return { state: 'succeeded', word: null };
  // 0 is "fine" at Kling and some resellers and says nothing about the task.
  if (code !== null) return code === 0 ? null : { state: 'failed', word: null };
  const word = textOf(written, 100);
  const state = word === null ? undefined : stateOf(word);
  return state === undefined ? fromStatusNumber(body) : { state, word };
}

/** A number in `status` is a code where it reads as one of HTTP; others are some provider's own counting. */
function fromStatusNumber(body: BodyView): StateReading | null {
  const status = numberOf(own(body.root, 'status'));
  if (status === 200) return { state: 'succeeded', word: null };
  return status !== null && status >= 400 && status < 600 ? { state: 'failed', word: null } : null;
}
