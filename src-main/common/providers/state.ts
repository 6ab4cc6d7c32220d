import type { TaskState } from '../model.ts';
import type { BodyView } from './body-view.ts';
import { isRecord, namesIn, numberOf, own, textOf, type JsonRecord } from './json.ts';
import { nameList } from './name-index.ts';
import { isOfOther, isStateName, remembered, wordsOf } from './names.ts';
import type { Provider } from './provider.ts';
import { stateOf } from './state-words.ts';
import { pathList, pathOf, type PathList } from './path.ts';

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
const songPaths = pathList(['data.callbackType', 'callbackType']);
const callWords = new Set(['ok', 'error', 'success']);
const successFlagPaths = ['data.successFlag', 'successFlag'].map(pathOf);
const errorMessagePath = pathOf('data.errorMessage');
const errorCodePath = pathOf('data.errorCode');

export interface StateReading {
  readonly state: TaskState;
  /** The provider's own word, as it stood. */
  readonly word: string | null;
  /** True where it is the name of an event, which may also be that of a kind of task (`type: "upscaling"`). */
  readonly isEvent?: boolean;
  /** True where it is only that the call went well. */
  readonly isOfCall?: boolean;
}

/**
 * What the body says of its task's state; `null` where it says nothing.
 *
 * A word beats `successFlag`, and both beat `code`: progress bodies of kie Market carry `code` 200 beside a state that
 * is not done, and maxapi sends `code` 0 for success and failure alike.
 * @param numbers The provider's own, where it counts its states.
 */
export function readState(body: BodyView, numbers?: Provider['numbers']): StateReading | null {
  return (
    fromNumbers(body, numbers) ??
    fromConclusion(body) ??
    fromWords(body) ??
    fromPaths(body, innerPaths) ??
    fromEvents(body) ??
    body.first(songPaths, sayingOfSong) ??
    fromSuccessFlag(body) ??
    fromAnywhere(body) ??
    fromYesNo(body) ??
    fromResultWord(body) ??
    fromTimes(body) ??
    fromCode(body)
  );
}

function fromNumbers(body: BodyView, numbers: Provider['numbers']): StateReading | null {
  const said = numbers === undefined ? null : numberOf(body.at(numbers.at));
  const state = said === null ? undefined : numbers?.means[String(said)];
  return state === undefined ? null : { state, word: null };
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

function sayingOf(value: unknown): StateReading | null {
  const word = wordOf(value);
  return word === null ? null : { state: stateOf(word) ?? 'unknown', word };
}

/** `status: "200"` is a code, not a word; links and sentences are none either. */
function wordOf(value: unknown): string | null {
  const word = textOf(value, 100);
  return word === null || numberOf(word) !== null || /^https?:/i.test(word) ? null : word;
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

/** A field that is called a state, wherever it stands: a word that we know before one that we do not. */
function fromAnywhere(body: BodyView): StateReading | null {
  if (!body.mayHold(isStateName)) return null;
  let unknown: StateReading | null = null;
  let listed: StateReading | null = null;
  let list: string | null = null;
  let latest: JsonRecord | null = null;
  for (const { record, names, name: place, siblings } of body.parts()) {
    if (isOfOther(place)) continue;
    for (const name of names) {
      if (!isStateName(name)) continue;
      const word = stateWordIn(record[name]);
      const state = word === null ? undefined : stateOf(word);
      if (state !== undefined && siblings < 2) return listed ?? { state, word };
      const isNext = place === list && (isHistory(place) ? isLater(record, latest) : isMore(state, listed?.state));
      if (state !== undefined && (listed === null || isNext)) {
        listed = { state, word };
        list = place;
        latest = record;
      }
      if (word !== null) unknown ??= { state: 'unknown', word };
    }
  }
  return listed ?? unknown;
}

/** Of several jobs of one task what goes on tells that it does, and one that went well that there is something to have. */
function isMore(state: TaskState | undefined, than: TaskState | undefined): boolean {
  return state !== undefined && than !== undefined && ranks.indexOf(state) > ranks.indexOf(than);
}

/** What one task went through, one after the other; the last is where it is now. */
const isHistory = remembered((name: string): boolean =>
  wordsOf(name).some((word) => /^(?:history|histories|timeline|transitions?|changes|updates|lifecycle)$/.test(word)),
);

/** Nearly all write what came later behind it; where times say otherwise they count. */
function isLater(record: JsonRecord, than: JsonRecord | null): boolean {
  const times = [record, than ?? {}].map((each) => {
    for (const name of [
      'at',
      'time',
      'timestamp',
      'ts',
      'date',
      'created_at',
      'createdAt',
      'updated_at',
      'updatedAt',
    ]) {
      const value = own(each, name);
      const time = numberOf(value) ?? Date.parse(textOf(value, 40) ?? '');
      if (!Number.isNaN(time)) return time;
    }
    return null;
  });
  const [time = null, before = null] = times;
  return time === null || before === null || time >= before;
}

const ranks: readonly TaskState[] = ['failed', 'succeeded', 'processing'];

/** The word itself, or what an object of that name says (`{"text": "completed", "code": 3}`). */
function stateWordIn(value: unknown): string | null {
  if (!isRecord(value)) return wordOf(value);
  for (const name of ['status', 'state', 'status_str', 'value', 'text', 'name', 'label', 'code', 'description']) {
    const word = wordOf(own(value, name));
    if (word !== null) return word;
  }
  return null;
}

const errorPath = pathOf('error');

/** Google's operations are `done`, with an `error` or without one; `success: true` alone only says that the call went well. */
function fromYesNo(body: BodyView): StateReading | null {
  if (!body.mayNameOutside(outsideNames)) return null;
  const { root, data } = body;
  const said = (names: readonly string[], yes: boolean): boolean =>
    names.some((name) => {
      const value = own(root, name) ?? (data === null ? undefined : own(data, name));
      return (
        value === yes ||
        (typeof value === 'string' && value.toLowerCase() === String(yes)) ||
        // A number in `status` is some provider's own counting.
        (value === Number(yes) && name !== 'status')
      );
    });
  if (said(yesNames, false) || said(noNames, true)) return { state: 'failed', word: null };
  if (said(doneNames, false)) return { state: 'processing', word: null };
  if (!said(doneNames, true)) return null;
  return { state: isRecord(body.at(errorPath)) ? 'failed' : 'succeeded', word: null };
}

const yesNames = ['success', 'ok', 'is_success', 'isSuccess', 'succeeded', 'successful', 'status'];
const noNames = ['failed', 'is_failed', 'isFailed', 'has_error', 'hasError', 'is_error', 'isError', 'error', 'nsfw'];
const doneNames = ['done', 'completed', 'finished', 'is_done', 'isComplete', 'is_completed', 'is_finished'];

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
  if (code === 200) return { state: 'succeeded', word: null, isOfCall: true };
  // 0 is "fine" at Kling and some resellers and says nothing about the task.
  if (code === 0) return null;
  // As HTTP has it, 202 is accepted and not done (No-Code Architects Toolkit).
  // Resellers count their successes from 1000 (Akool, Vizard); the rest of the body tells.
  if (code !== null && code >= 600 && mayBeFine(body, code)) return null;
  if (code !== null) return { state: code >= 100 && code < 300 ? 'processing' : 'failed', word: null };
  const word = textOf(written, 100);
  const state = word === null ? undefined : stateOf(word);
  return state === undefined ? fromStatusNumber(body) : { state, word };
}

function mayBeFine({ root }: BodyView, code: number): boolean {
  const greeting = textOf(own(root, 'msg') ?? own(root, 'message'), 60);
  return greeting === null ? code % 1000 === 0 : stateOf(greeting) === 'succeeded';
}

/** A number in `status` is a code where it reads as one of HTTP; others are some provider's own counting. */
function fromStatusNumber({ root }: BodyView): StateReading | null {
  for (const name of ['status', 'statusCode', 'status_code', 'http_status']) {
    const status = numberOf(own(root, name));
    if (status === 200) return { state: 'succeeded', word: null };
    if (status !== null && status >= 400 && status < 600) return { state: 'failed', word: null };
  }
  return null;
}

/** A time at which it failed; whether what is told to have ended went well its links tell. */
function fromTimes(body: BodyView): StateReading | null {
  if (!body.mayNameOutside(outsideNames)) return null;
  const { root, data } = body;
  const hasFailed = (record: JsonRecord): boolean =>
    failedTimes.some((name) => {
      const value = own(record, name);
      const text = textOf(value, 40);
      // Programs in Go and others write a time that never was as the year 1, or as the beginning of their count.
      return !((numberOf(value) ?? (text === null ? 0 : Date.parse(text))) <= 0);
    });
  return hasFailed(root) || (data !== null && hasFailed(data)) ? { state: 'failed', word: null } : null;
}

const failedTimes = [
  'failed_at',
  'failedAt',
  'errored_at',
  'erroredAt',
  'cancelled_at',
  'cancelledAt',
  'canceled_at',
  'canceledAt',
];
/** Of both of these, which nearly no body has. */
const outsideNames = nameList([...yesNames, ...noNames, ...doneNames, ...failedTimes]);

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

/** True where it is said outright that it did not go well, for bodies that are over and have nothing to show. */
export function saysNo({ root, data }: BodyView): boolean {
  const isNo = (record: JsonRecord): boolean =>
    ['success', 'is_success', 'isSuccess', 'succeeded', 'successful'].some((name) => own(record, name) === false);
  return isNo(root) || (data !== null && isNo(data));
}

const progressNames = nameList([
  'progress',
  'progress_percent',
  'progressPercent',
  'progress_percentage',
  'progressPercentage',
  'percent',
  'percentage',
  'percent_complete',
  'percentComplete',
  'percent_done',
  'completion_percentage',
  'progressRatio',
  'progress_ratio',
]);

/**
 * True where a number says that it is not done yet, for bodies that say so in no word. Beside a film a 0 may never have
 * been counted up, and a 1 may stand for all of it.
 */
export function isUnderWay(body: BodyView, hasVideos: boolean): boolean {
  return body.present(progressNames).some((name) =>
    body.named(name).some((value) => {
      const part = numberOf(
        typeof value === 'string' ? (value.endsWith('%') ? value.slice(0, -1).trimEnd() : value) : value,
      );
      return part !== null && part < 100 && part !== 1 && (hasVideos ? part > 0 : part >= 0);
    }),
  );
}

const queueName = /^(?:queue_?position|position_?in_?queue|jobs_?ahead)$/i;

/** True where it is told how many are before it, for bodies that say nothing else. */
export function isInQueue({ root, names, data, dataNames }: BodyView): boolean {
  return (
    names.some((name) => queueName.test(name) && (numberOf(root[name]) ?? -1) >= 0) ||
    (data !== null && dataNames.some((name) => queueName.test(name) && (numberOf(data[name]) ?? -1) >= 0))
  );
}

const barredName =
  /^(?:is_?|has_?)?(?:nsfw|flagged|moderated|blocked|censored|filtered)(?:_?(?:content|concepts?))?(?:_?detected)?$/i;
/** Objects that tell how it was judged, and names of why a model stopped. */
const judgementName = /^(?:content_?)?(?:moderation|safety|filter)(?:_?(?:result|check|ratings?))?$/i;
const endName = /^(?:finish|stop|end)_?reason$/i;
const barredEnd = /moderat|safety|(?:content|prompt).?filter|prohibited|sensitive|nsfw|blocklist/i;

/** True where the result was held back for what it shows, for bodies that promise one and have none. */
export function isBarred({ root, names, data, dataNames }: BodyView): boolean {
  return isBarredIn(root, names) || (data !== null && isBarredIn(data, dataNames));
}

function isBarredIn(record: JsonRecord, names: readonly string[]): boolean {
  const isTrue = (value: unknown): boolean => value === true || (Array.isArray(value) && value.includes(true));
  return names.some((name) => {
    const value = record[name];
    if (barredName.test(name)) return isTrue(value);
    if (endName.test(name)) return barredEnd.test(textOf(value, 100) ?? '');
    return (
      judgementName.test(name) &&
      isRecord(value) &&
      namesIn(value).some((inner) => barredName.test(inner) && isTrue(value[inner]))
    );
  });
}

const errorCodeNames = new Set([
  'raiMediaFilteredCount',
  'ErrCode',
  'ret',
  'retcode',
  'ret_code',
  'err_code',
  'error_code',
  'errorCode',
  'error_type',
  'errorType',
  'errcode',
  'err_no',
  'errno',
  'exit_code',
  'exitCode',
]);

/**
 * True where an error code stands beside the state: some say "finished" or "completed" for what is over, however it went
 * (Tencent, Comfy). For bodies that promise nothing.
 */
export function hasErrorCode(body: BodyView): boolean {
  if (!body.mayHold((name) => errorCodeNames.has(name))) return false;
  return body.parts().some(({ record, names }) =>
    names.some((name) => {
      return errorCodeNames.has(name) && isFaultCode(name, record[name]);
    }),
  );
}

/** `0`, `"00000"`, `"OK"`, `"none"` and what HTTP means by 200 stand there where all went well. */
function isFaultCode(name: string, code: unknown): boolean {
  const number = numberOf(code);
  // Some count in `ret` how often it went well.
  if (number !== null && name === 'ret') return number < 0;
  if (number !== null) return number !== 0 && (number !== 200 || name.startsWith('exit'));
  const word = textOf(code, 100);
  return word !== null && !noFault.test(word) && stateOf(word) !== 'succeeded';
}

const noFault = /^(?:none|null|nil|undefined|n\/a|no[ _-]?(?:error|fault)s?)$/i;

/** `{"code": "Throttling", "message": …}`: a code in words that we do not know, with a sentence, for what promises nothing. */
export function hasFaultCode({ root }: BodyView): boolean {
  const code = textOf(own(root, 'code'), 100);
  if (code === null || numberOf(code) !== null || stateOf(code) !== undefined) return false;
  return (textOf(own(root, 'message') ?? own(root, 'msg'), 200) ?? '').includes(' ');
}
