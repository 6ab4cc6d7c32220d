import type { BodyView } from './body-view.ts';
import { isRecord, namesIn, numberOf, own, parseJsonText, textOf } from './json.ts';
import { remembered, wordsOf } from './names.ts';
import { pathList, pathOf, type PathList } from './path.ts';

/** The most telling first: what went wrong with the task, then what the envelope says. */
const tellingPaths = pathList([
  'data.failMsg',
  'data.errorMessage',
  'data.error',
  'error',
  'payload_error',
  'failure_reason',
  'task_status_msg',
  'base_resp.status_msg',
  'data.base_resp.status_msg',
  'failMsg',
  'errorMessage',
  'error_message',
  'state_reason',
  'data.failure_reason',
  'data.task_status_msg',
  'data.error_message',
  'event_data.msg',
  'err_msg',
  'Response.Error',
  'data.fail_msg',
  'fail_msg',
]);

/** Names that a success uses for other things. */
const pathsOfFailure = pathList([
  'errors',
  'payload.error',
  'payload.task.reason',
  'task.error',
  'output.error',
  'output.message',
  'result.error',
  'response.error',
  'payload.detail',
  'detail',
  'details',
  'reason',
  'fail_reason',
  'failReason',
  'failure',
  'failureReason',
  'error_msg',
  'errorMsg',
  'ErrMsg',
  'Message',
  'error_detail',
  'status_message',
  'statusMessage',
  'status_details',
  'moderation_message',
  'event_data.error',
  'movie.message',
  'data.reason',
  'data.fail_reason',
  'data.failReason',
  'data.error_msg',
  'data.err_msg',
  'data.detail',
  'data.status_message',
]);

const greetingPaths = pathList(['msg', 'message', 'data.msg', 'data.message']);

const errorPaths = pathList([
  'data.failMsg',
  'data.errorMessage',
  'data.error',
  'error',
  'errors',
  'failure_reason',
  'Response.Error',
]);

const partsOfError = [
  'message',
  'msg',
  'errorMessage',
  'error_message',
  'detail',
  'raw',
  'reason',
  'description',
  'raw_message',
  'title',
  'Message',
  // In several languages.
  'en',
  'default',
] as const;
/** Where an error keeps the reason when it says nothing itself. */
const insideOfError = [
  'error',
  'errors',
  'details',
  'detail',
  'cause',
  'inner',
  'body',
  'response',
  'data',
  'metadata',
] as const;
const maxMessageLength = 4000;
const maxDepth = 5;

/** What the provider tells the person, or `null`. */
export function readMessage(body: BodyView, failed: boolean): string | null {
  const message =
    firstMessage(body, tellingPaths) ??
    (failed ? firstMessage(body, pathsOfFailure) : null) ??
    firstMessage(body, greetingPaths);
  if (!failed) return message;
  if (message !== null && !saysNothing(message)) return besideOf(message, body) ?? message;
  return reasonAnywhere(body, message) ?? lastPrinted(body) ?? message ?? errorCodeOf(body);
}

/** `NSFW_CONTENT`, `invalid_request`: a sentence beside it is what a person reads. */
function isCode(message: string): boolean {
  return /^[a-z][\w.-]{0,80}$/i.test(message) && /[_.]|^[A-Z\d]+$/.test(message);
}

const besideCode = pathList(
  ['error_description', 'error_message', 'error_msg', 'error_detail', 'reason', 'detail', 'message', 'msg'].flatMap(
    (name) => [name, `data.${name}`],
  ),
);

/** What HTTP calls a status; beside it FastAPI's `detail` tells what happened (fal). */
const statusPhrase = /^(?:internal(?: server)? error|bad gateway|service unavailable|gateway time-?out)[.!]?$/i;
const besidePhrase = pathList(['payload.detail', 'detail', 'data.detail']);

/** A sentence that tells more; `null` where there is none. */
function besideOf(message: string, body: BodyView): string | null {
  const paths = isCode(message) ? besideCode : statusPhrase.test(message) ? besidePhrase : null;
  if (paths === null) return null;
  return body.first(paths, (value) => {
    const text = messageOf(value);
    const isSentence = text !== null && (text.split(/\s+/).length > 2 || /\p{Script=Han}{4}/u.test(text));
    return isSentence && !saysNothing(text) && !tellsSuccess(text) ? text : null;
  });
}

/** True where the body names an error of its own, apart from `msg`, which also greets a success. */
export function hasErrorText(body: BodyView): boolean {
  return firstMessage(body, errorPaths) !== null;
}

const outputErrors = ['output.error', 'result.error', 'response.error', 'output.error_message', 'result.error_message'];
const outputErrorPaths = pathList([
  'payload.error',
  ...['', 'data.', 'payload.', 'task.'].flatMap((around) => outputErrors.map((path) => around + path)),
]);

/** True where what was made is an error: some say "completed" for a worker that ended (RunPod). For bodies without a film. */
export function hasOutputError(body: BodyView): boolean {
  const message = firstMessage(body, outputErrorPaths);
  return message !== null && !saysNothing(message);
}

/**
 * True where an error is told in words beside a "completed" that has nothing to show, and they are not that there is none.
 */
export function hasPlainError(body: BodyView): boolean {
  const message = firstMessage(body, plainErrorPaths);
  return (
    message !== null &&
    !/^\W*(?:no(?:ne|t|thing)?\b|n\/?a$|null|nil|false|ok|undefined|empty)/i.test(message) &&
    !tellsSuccess(message) &&
    /\p{L}{2}/u.test(message)
  );
}

/** Some fill the field in any case. Rather asked for in vain than taken to have failed: it was paid for. */
function tellsSuccess(message: string): boolean {
  if (
    /^[^\p{L}]*(?:success|(?:complete|finishe)d?\b|done\b|fine\b|all (?:good|ok|fine)\b|成功|完成|正常)/iu.test(message)
  )
    return true;
  return /\bsuccess/i.test(message) && !/\b(?:not|no|without|fail\w*|errors?)\b/i.test(message);
}

const detailPaths = ['detail', 'payload.detail', 'data.detail', 'output.detail'].map(pathOf);

/** True for a list of what was wrong, as FastAPI writes it: fal says "completed" of what ended so. For bodies without a film. */
export function hasFaultDetails(body: BodyView): boolean {
  const isFault = (item: unknown): boolean =>
    isRecord(item) && textOf(own(item, 'msg'), 1) !== null && textOf(own(item, 'type'), 1) !== null;
  return detailPaths.some((path) => {
    const value = body.at(path);
    return Array.isArray(value) && value.some(isFault);
  });
}

const plainErrorPaths = pathList([
  'error',
  'error_message',
  'errorMessage',
  'data.error',
  'data.error_message',
  'data.errorMessage',
]);

function firstMessage(body: BodyView, paths: PathList): string | null {
  return body.first(paths, messageOf);
}

function messageOf(value: unknown): string | null {
  return messageIn(value, 0);
}

const noText = /^(?:null|none|nil|undefined)$/i;

function messageIn(value: unknown, depth: number): string | null {
  if (value === undefined || value === null || depth > maxDepth) return null;
  if (typeof value === 'string') {
    const held = parseJsonText(value);
    const text = (held === undefined ? null : messageIn(held, depth + 1)) ?? textOf(value, maxMessageLength);
    // As forms and programs write that there is none.
    return text !== null && text.length < 10 && noText.test(text) ? null : text;
  }
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 8) as readonly unknown[]) {
      const message = messageIn(item, depth + 1);
      if (message !== null) return message;
    }
    return null;
  }
  if (!isRecord(value)) return null;
  for (const part of partsOfError) {
    const text = own(value, part);
    // A text may be the answer of another service, as JSON.
    const message = typeof text === 'string' ? messageIn(text, depth + 1) : null;
    if (message !== null) return message;
  }
  for (const part of insideOfError) {
    const inner = own(value, part);
    const message = typeof inner === 'object' ? messageIn(inner, depth + 1) : null;
    if (message !== null) return message;
  }
  // Lists by field: `{"prompt": ["is too long"]}`.
  for (const name of namesIn(value).slice(0, 8)) {
    const list = value[name];
    const message = Array.isArray(list) ? messageIn(list, depth + 1) : null;
    if (message !== null) return message;
  }
  return null;
}

/** `Unexpected status code: 422`, `805`, `Bad Request` and `failed` say that it failed and not why. */
function saysNothing(message: string): boolean {
  return (
    message.length <= 120 &&
    (/\bstatus(?: code)?:? ?[45]\d\d\b|^(?:http(?:error)?[ :]*)?[45]\d\d\b|^-?\d+$/i.test(message) ||
      emptyWords.test(message))
  );
}

const emptyWords =
  /^(?:(?:the )?(?:task|job|request|generation|render|prediction|run|video)?(?: has)? ?(?:errors?|errored|fail(?:ed|ure)?|ok|success)|unprocessable (?:entity|content)|bad request|internal|(?:unknown|validation|server|provider|downstream(?: service)?|upstream(?: service)?) error|(?:an )?error occurred|something went wrong|n\/a|none|null)[.!]?$/i;

const reasonWords = new Set(
  'msg message messages messege detail details reason reasons description desc error errors err failure cause exception explanation remark'.split(
    ' ',
  ),
);
/** They also tell other things, so only where nothing better is there. */
const weakReasonWords = new Set('info text note hint status'.split(' '));

/** How much a name promises a reason. */
const promiseOf = remembered((name: string): 'strong' | 'weak' | null => {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (/(?:原因|错误信息|错误消息|grund|meldung)$/.test(last)) return 'strong';
  const ending = words.length === 1 ? last.replace(/^err(?:or)?(?=[a-z])|^fail(?:ed|ure)?(?=[a-z])/, '') : last;
  if (reasonWords.has(last) || reasonWords.has(ending)) return 'strong';
  return weakReasonWords.has(last) || weakReasonWords.has(ending) ? 'weak' : null;
});

/**
 * A sentence of the error's details, wherever it stands. Where a number was said already, two words such as `field
 * required` say less than it does.
 */
function reasonAnywhere(body: BodyView, said: string | null): string | null {
  for (const promise of ['strong', 'weak'] as const) {
    const inShort: string[] = [];
    for (const { record, names } of body.parts()) {
      for (const name of names) {
        if (promiseOf(name) !== promise) continue;
        const value = record[name];
        const text = isRecord(value)
          ? ofFault.test(name)
            ? messageIn(value, 1)
            : null
          : textOf(Array.isArray(value) ? value[0] : value, maxMessageLength);
        if (text === null || text === said || saysNothing(text) || /^https?:\S+$/i.test(text)) continue;
        const words = text.split(/\s+/).length;
        // A single word there is a code or a state, which others tell; Chinese has no spaces.
        if (promise === 'weak' && words < 3) continue;
        if (words > 2 || /\p{Script=Han}/u.test(text)) return text;
        // A code beside its sentence; where nothing better comes, better than nothing.
        if (said === null) inShort.push(text);
      }
      // The name of a code is no reason while a sentence may come.
      const short = inShort.find((text) => !/^[A-Z\d]+(?:_[A-Z\d]+)+$/.test(text));
      if (short !== undefined) return short;
    }
    if (inShort[0] !== undefined) return inShort[0];
  }
  return null;
}

/** What a program printed last before it ended: of ffmpeg its complaint, of Python the exception. */
function lastPrinted(body: BodyView): string | null {
  for (const { record, names } of body.parts()) {
    for (const name of names) {
      if (!/^(?:std_?err|trace_?back|stack_?trace)$/i.test(name)) continue;
      const lines = textOf(record[name], maxPrinted)?.split(/[\r\n]+/) ?? [];
      const last = lines.findLast((line) => /\p{L}{2}/u.test(line))?.trim() ?? '';
      if (last !== '' && !saysNothing(last)) return last.slice(0, maxMessageLength);
    }
  }
  return null;
}

/** More is no message of a program that ended. */
const maxPrinted = 256 * 1024;

const ofFault = /err|fail|exception|fault/i;

const codeNames = new Set(
  'err_code errcode error_code errorcode error_type errortype failurecode failure_code fail_code failcode'.split(' '),
);

/** `TaskPromptPolicyViolation`: better than nothing. */
function errorCodeOf(body: BodyView): string | null {
  for (const { record, names, name: place } of body.parts()) {
    for (const name of names) {
      const isOfError = /^(?:error|exception|failure)$/i.test(place) && /^(?:type|code|kind|name)$/i.test(name);
      const text = isOfError || codeNames.has(name.toLowerCase()) ? textOf(record[name], 200) : null;
      if (text !== null && numberOf(text) === null) return text;
    }
  }
  return null;
}
