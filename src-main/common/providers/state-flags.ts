/** What a body says of its task's state in no word: by yes and no, by numbers and by times. */
import type { BodyView } from './body-view.ts';
import { isRecord, numberOf, own, textOf, type JsonRecord } from './json.ts';
import { nameList } from './name-index.ts';
import { pathOf } from './path.ts';
import type { StateReading } from './state-reading.ts';
import { stateOf } from './state-words.ts';

const successFlagPaths = ['data.successFlag', 'successFlag', 'data.success_flag', 'success_flag'].map(pathOf);
const errorMessagePath = pathOf('data.errorMessage');
const errorCodePath = pathOf('data.errorCode');
const errorPath = pathOf('error');

/** Google's operations are `done`, with an `error` or without one; `success: true` alone only says that the call went well. */
export function fromYesNo(body: BodyView): StateReading | null {
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
export function fromSuccessFlag(body: BodyView): StateReading | null {
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

export function fromCode(body: BodyView): StateReading | null {
  const said = fromCodeOf(body.root);
  return said ?? (numberOf(own(body.root, 'code')) === null ? fromStatusNumber(body) : null);
}

/** What the code of an answer means, which may stand in another body. */
export function fromCodeOf(record: JsonRecord): StateReading | null {
  const written = own(record, 'code');
  const code = numberOf(written);
  if (code === 200) return { state: 'succeeded', word: null, isOfCall: true };
  // 0 is "fine" at Kling and some resellers and says nothing about the task.
  if (code === 0) return null;
  // As HTTP has it, 202 is accepted and not done (No-Code Architects Toolkit).
  // Resellers count their successes from 1000 (Akool, Vizard); the rest of the body tells.
  // And some say 1 for yes, with a word or a flag that says so too.
  if (code === 1 && own(record, 'success') === true) return null;
  if (code !== null && (code === 1 || code >= 600) && mayBeFine(record, code)) return null;
  if (code !== null)
    return { state: (code >= 100 && code < 300) || isAtWork(record) ? 'processing' : 'failed', word: null };
  const word = textOf(written, 100);
  const state = word === null ? undefined : stateOf(word);
  return state === undefined ? null : { state, word };
}

/** `{"code": 804, "msg": "APIKEY_TASK_IS_RUNNING"}`: a name of a code, and no sentence. */
function isAtWork(record: JsonRecord): boolean {
  const name = textOf(own(record, 'msg') ?? own(record, 'message'), 60);
  return name !== null && /^[A-Z]+(?:_[A-Z]+)+$/.test(name) && stateOf(name) === 'processing';
}

function mayBeFine(record: JsonRecord, code: number): boolean {
  const greeting = textOf(own(record, 'msg') ?? own(record, 'message'), 60);
  if (greeting === null) return code % 1000 === 0;
  return stateOf(greeting) === 'succeeded' || /成功[!！。.]?$/.test(greeting);
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
export function fromTimes(body: BodyView): StateReading | null {
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
