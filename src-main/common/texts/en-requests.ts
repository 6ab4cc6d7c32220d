/**
 * Why a request at a callback URL was refused, as the sender and the person read it. Stored as a code and parameters;
 * another language is one more table of this type.
 */
import { catalog } from './language.ts';
import { sentences } from './sentence.ts';

/** Closed list; what is stored under a code keeps its meaning. */
export type RefusalCode =
  | 'empty'
  | 'cut-off'
  | 'not-readable'
  | 'not-an-object'
  | 'nothing-in-it'
  | 'broken-off'
  | 'too-large'
  | 'packed-too-tightly'
  | 'packing-unknown'
  | 'signature-missing'
  | 'signature-wrong'
  | 'signature-stale'
  | 'signature-used'
  | 'no-secret'
  | 'signature-unknown'
  | 'keys-unavailable'
  | 'too-many-requests'
  | 'too-many-at-once'
  | 'tasks-per-day'
  | 'bytes-per-day'
  | 'disk-low'
  | 'storage-failed'
  | 'wrong-method'
  | 'broke';

export interface RefusalFacts {
  readonly bytes?: number;
  readonly limitBytes?: number;
  readonly limit?: number;
  readonly label?: string;
  readonly method?: string;
  /** A sentence from deeper down, where that knows more (the disk). */
  readonly detail?: string;
}

const mega = (bytes: number | undefined): string =>
  bytes === undefined
    ? '?'
    : bytes < 1024 * 1024
      ? `${String(Math.ceil(bytes / 1024))} KiB`
      : `${String(Math.round((bytes / 1024 / 1024) * 10) / 10)} MiB`;

const ids = 'data.taskId, data.task_id, taskId, task_id, request_id, data.id, id and names that end in id';

export const enRefusals: Readonly<Record<RefusalCode, (facts: RefusalFacts) => string>> = {
  empty: () => 'The body is empty; JSON or a form is expected.',
  'cut-off': () => 'Not readable: the body ends in the middle.',
  'not-readable': () => 'The body is not readable: neither JSON nor a form nor XML.',
  'not-an-object': () => 'The body must be a JSON object.',
  'nothing-in-it': () => `The body names no task, no film and no state; looked at ${ids}.`,
  'broken-off': () => 'The body did not arrive whole.',
  'too-large': ({ bytes, limitBytes }) =>
    `The body is larger than ${mega(limitBytes)}${[mega(undefined), mega(limitBytes)].includes(mega(bytes)) ? '' : ` (${mega(bytes)})`}; the limit can be raised in the settings (callbacks.bodyLimitMiB).`,
  'packed-too-tightly': () => 'The body unpacks to far more than a callback holds.',
  // Not said any more; stands in what older versions stored.
  'packing-unknown': ({ label }) =>
    `The body is packed with ${label ?? 'something'}, which this inbox cannot unpack where it runs; gzip, deflate, br or no packing at all can be read.`,
  'signature-missing': () => 'This inbox demands signed callbacks, and this one has no signature.',
  'signature-wrong': () => 'The signature does not match.',
  'signature-stale': () =>
    'The time in the signature is too far from the clock of this computer: the callback is old, or the clock is wrong. Check date and time here, then have it sent again.',
  'signature-used': () => 'This signature was already used for another body.',
  'no-secret': () => 'This inbox demands signed callbacks, but the secret to check them with is not set.',
  'signature-unknown': () => 'This inbox demands signed callbacks, and no signature of this provider is known.',
  'keys-unavailable': () => 'The keys to check the signature with cannot be had just now; send it again.',
  'too-many-requests': () => 'Too many requests; try again later.',
  'too-many-at-once': () => 'Too many callbacks at once; send it again in a moment.',
  'tasks-per-day': ({ limit }) =>
    `This callback URL has made ${String(limit)} tasks in a day, which is its limit (callbacks.tasksPerDay).`,
  'bytes-per-day': ({ limitBytes }) =>
    `This callback URL has filled ${mega(limitBytes)} of the disk in a day, which is its limit (callbacks.keptMiBPerDay).`,
  'disk-low': ({ bytes, limitBytes }) =>
    `The disk has ${mega(bytes)} left, and below ${mega(limitBytes)} no callback is taken; free some space and send it again.`,
  'storage-failed': ({ detail }) => detail ?? 'The callback could not be stored; send it again.',
  'wrong-method': ({ method }) => `Send callbacks with POST, not ${method ?? 'this'}.`,
  broke: () => 'The callback could not be stored; send it again.',
};

export const refusalTexts = sentences('refusals', enRefusals);

/** What a request came to, in a few words; see `RequestHead` for the facts. */
export const enRequests = catalog('requests', {
  madeVideos: (count: number) =>
    count === 0 ? 'made no video' : count === 1 ? 'made 1 video' : `made ${String(count)} videos`,
  noVideo: 'no video found',
  anotherFilm: 'names another film',
  notAll: 'names more tasks or videos than are read at once; the first of them are kept',
  sameAgain: (nth: number) => `the same again, ${ordinal(nth)} time`,
  moreOfIt: (count: number) => (count === 1 ? 'and once more' : `and ${String(count)} times more`),
  moreTasks: (count: number) => (count === 1 ? 'and 1 more task' : `and ${String(count)} more tasks`),
  stillProcessing: 'still processing',
  stateUnknown: 'state not known',
  failed: (message: string | null) => (message === null ? 'failed' : `failed: ${message}`),
  challenge: 'address check, answered',
  ping: 'test ping, no card',
  refusedWhileWaiting: (id: string, n: number, status: number, reason: string) =>
    `Time is up: a callback that names "${id}" was refused with ${String(status)}: ${reason} "video-inbox requests show ${String(n)}" shows it.`,
});

function ordinal(n: number): string {
  const tens = n % 100;
  const ending = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${String(n)}${ending}`;
}
