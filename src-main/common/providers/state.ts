import type { BodyView } from './body-view.ts';
import { numberOf, own, textOf, type JsonRecord } from './json.ts';
import { isStateName, remembered, wordsOf } from './names.ts';
import { pathList, type PathList } from './path.ts';
import type { Provider } from './provider.ts';
import { fromAnywhere } from './state-anywhere.ts';
import { fromCode, fromSuccessFlag, fromTimes, fromYesNo } from './state-flags.ts';
import { tellsOfWork } from './state-hints.ts';
import { sayingOf, stateWordIn, wordOf, type StateReading } from './state-reading.ts';
import { stateOf } from './state-words.ts';

/** The inner object knows better than the envelope around it: an outer `status` may only say that the call went well. */
const wordPaths = pathList(['data.state', 'data.status', 'data.task_status', 'state', 'status', 'task_status']);
/** Where the state stands when the one outside is that of the call (Atlas), or is not there at all (Novita, DashScope). */
const innerPaths = pathList([
  'payload.status',
  'payload.state',
  'payload.task.status',
  'task.status',
  'task.state',
  'output.task_status',
  'output.status',
  'result.status',
  'result.state',
  'response.status',
  'movie.status',
]);
/** Event names such as `video.completed`; only their last part counts, and only where we know it. */
const eventPaths = pathList(['type', 'event_type', 'event', 'eventType', 'event_name', 'eventName', 'action', 'topic']);
const songPaths = pathList(['data.callbackType', 'callbackType', 'data.callback_type', 'callback_type']);
const callWords = new Set(['ok', 'error', 'success']);

/**
 * What the body says of its task's state; `null` where it says nothing.
 *
 * A word beats `successFlag`, and both beat `code`: progress bodies of kie Market carry `code` 200 beside a state that
 * is not done, and maxapi sends `code` 0 for success and failure alike.
 * @param numbers The provider's own, where it counts its states.
 */
export function readState(body: BodyView, numbers?: Provider['numbers']): StateReading | null {
  const about = body.first(eventPaths, subjectOfEvent);
  const said = saidOfTask(body, numbers);
  // That the money went well says nothing of the task. What says itself how it is may name its event after why: `quota_exceeded`.
  if (about === 'bill' && (said?.isEvent === true || said?.state === 'succeeded')) return null;
  // With a film beside it that is what was made.
  if (about === 'step' && said?.state === 'succeeded') return { ...said, state: 'processing', isEvent: true };
  return said?.state === 'failed' && isTriedAgain(body) ? { ...said, state: 'processing' } : said;
}

function saidOfTask(body: BodyView, numbers: Provider['numbers'] | undefined): StateReading | null {
  return (
    fromNumbers(body, numbers) ??
    fromConclusion(body) ??
    fromWords(body) ??
    fromPaths(body, innerPaths) ??
    fromEvents(body) ??
    body.first(songPaths, sayingOfSong) ??
    fromSuccessFlag(body) ??
    fromAnywhere(body) ??
    unlessUnderWay(body, fromYesNo(body) ?? fromResultWord(body) ?? fromTimes(body) ?? fromCode(body))
  );
}

/**
 * Asked for too early, kie.ai answers with the code of a refusal (422, and 400 for 1080p) and says beside it that the film is
 * still being made.
 */
function unlessUnderWay(body: BodyView, said: StateReading | null): StateReading | null {
  return said?.state === 'failed' && said.word === null && tellsOfWork(body)
    ? { state: 'processing', word: null }
    : said;
}

function fromNumbers(body: BodyView, numbers: Provider['numbers']): StateReading | null {
  for (const path of numbers?.at ?? []) {
    const said = numberOf(body.at(path));
    const state = said === null ? undefined : numbers?.means[String(said)];
    if (state !== undefined) return { state, word: null };
  }
  return null;
}

/**
 * GitHub, and who learnt of it, say `status: "completed"` of what is over, and beside it how it went. The outermost object that
 * tells a state is asked: its steps and reviews have conclusions of their own.
 */
function fromConclusion(body: BodyView): StateReading | null {
  if (!body.mayHold((name) => name === 'conclusion')) return null;
  for (const { record, names, siblings } of body.parts()) {
    const words = names.filter(isStateName).flatMap((name) => stateWordIn(record[name]) ?? []);
    const said = sayingOf(own(record, 'conclusion'));
    const isOutermost = record === body.root || record === body.data;
    if (said !== null && said.state !== 'unknown' && siblings < 2 && (words.length > 0 || isOutermost)) {
      return words.every((word) => (stateOf(word) ?? 'succeeded') === 'succeeded') ? said : null;
    }
    if (words.length > 0) return null;
  }
  return null;
}

function fromWords(body: BodyView): StateReading | null {
  const outer = fromPaths(body, wordPaths);
  if (outer === null || !callWords.has(outer.word?.toLowerCase() ?? '')) return outer;
  return fromPaths(body, innerPaths) ?? outer;
}

function fromPaths(body: BodyView, paths: PathList): StateReading | null {
  return body.first(paths, sayingOf);
}

const madePaths = pathList([
  'data.output.status',
  'data.output.task_status',
  'data.result.status',
  'data.result.state',
]);

/** Words of an event that say that it is over, and not how it went. */
const onlyOver = /(?:finished|ended|done|closed|terminated)$/i;

/**
 * True where what was made tells that it went wrong, around which it is only said to be over (RunPod), or anything does in an
 * event that is called no more than that. For bodies without a film.
 */
export function hasFailedInside(body: BodyView, said: StateReading | null): boolean {
  if ((fromPaths(body, innerPaths) ?? fromPaths(body, madePaths))?.state === 'failed') return true;
  return said?.isEvent === true && onlyOver.test(said.word ?? '') && fromAnywhere(body)?.state === 'failed';
}

const bills = new Set(
  'refund refunds credits billing payment payments charge charges invoice usage balance wallet quota subscription'.split(
    ' ',
  ),
);
const steps = new Set(
  `moderation safety upload input inputs preprocessing preprocess validation audio voice voiceover tts thumbnail preview poster
  cover transcript transcription subtitle subtitles caption captions script storyboard prompt attempt step`.split(
    /\s+/,
  ),
);

/**
 * What an event is about that is not the task's end: what it costs or is given back (`credits.refunded`), or a part of the
 * way to its film that went well (`moderation.passed`).
 */
function subjectOfEvent(value: unknown): 'bill' | 'step' | null {
  const event = textOf(value, 100);
  return event === null ? null : subjectOf(event);
}

const subjectOf = remembered((event: string): 'bill' | 'step' | null => {
  const [first = '', second, ...more] = wordsOf(event);
  if (second === undefined) return null;
  if (bills.has(first)) return 'bill';
  return steps.has(first) && more.length === 0 && stateOf(second) === 'succeeded' ? 'step' : null;
});

/** What went wrong is tried once more by whoever tells of it: until then the task goes on. */
function isTriedAgain({ root, data }: BodyView): boolean {
  const names = [
    'will_retry',
    'willRetry',
    'will_be_retried',
    'willBeRetried',
    'retrying',
    'is_retrying',
    'isRetrying',
  ];
  return names.some((name) => own(root, name) === true || (data !== null && own(data, name) === true));
}

function fromEvents(body: BodyView): StateReading | null {
  return body.first(eventPaths, sayingOfEvent);
}

function sayingOfEvent(value: unknown): StateReading | null {
  const event = textOf(value, 100);
  const word = event?.slice(Math.max(event.lastIndexOf('.'), event.lastIndexOf(':'), event.lastIndexOf('/')) + 1);
  const state = word && stateOf(word);
  return state ? { state, word, isEvent: true } : null;
}

/** kie.ai calls back when the words of a song are there, then its first track, then all of it. */
function sayingOfSong(value: unknown): StateReading | null {
  const word = textOf(value, 20);
  const state = word === null ? undefined : /^(?:text|first)$/.test(word) ? 'processing' : stateOf(word);
  return word === null || state === undefined ? null : { state, word };
}

/** `{"result": "failure"}`, `{"resultCode": "SUCCESS"}`: a result that is a word of how it went, and nothing else. */
function fromResultWord({ root, names, data, dataNames }: BodyView): StateReading | null {
  return resultWordIn(root, names) ?? (data === null ? null : resultWordIn(data, dataNames));
}

function resultWordIn(record: JsonRecord, names: readonly string[]): StateReading | null {
  for (const name of names) {
    const word = isOfHowItWent(name) ? wordOf(record[name]) : null;
    const state = word === null ? undefined : stateOf(word);
    // As a code of the call (`return_code`) it says that the call went well, also of one that tells how far the task is.
    if (state !== undefined && word !== null)
      return state === 'succeeded' && callCodeName.test(name) ? { state, word, isOfCall: true } : { state, word };
  }
  return null;
}

const callCodeName = /^(?:result|return|ret|resp|response|biz)_?(?:code|status|type)$/i;
const isOfHowItWent = remembered((name: string): boolean => resultName.test(name));
const resultName = new RegExp(`^(?:result|outcome|verdict)$|${callCodeName.source}`, 'i');
