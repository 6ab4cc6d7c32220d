/** Signs beside the state, or in place of one, for bodies that promise something and have nothing to show. */
import type { BodyView } from './body-view.ts';
import { isRecord, namesIn, numberOf, own, textOf, type JsonRecord } from './json.ts';
import { nameList } from './name-index.ts';
import { fromCodeOf } from './state-flags.ts';
import { stateOf } from './state-words.ts';

/** True where it is said outright that it did not go well, for bodies that are over and have nothing to show. */
export function saysNo({ root, data }: BodyView): boolean {
  const isNo = (record: JsonRecord): boolean =>
    ['success', 'is_success', 'isSuccess', 'succeeded', 'successful'].some((name) => {
      const said = own(record, name);
      // In forms all is text.
      return said === false || (typeof said === 'string' && /^false$/i.test(said));
    });
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

/** Google's long operations say `done` once they are; until then there may be nothing but their name. */
export function isOpenOperation({ root }: BodyView): boolean {
  const isEnded = ['done', 'response', 'error', 'result'].some((name) => Object.hasOwn(root, name));
  return !isEnded && /(?:^|\/)operations\/[^/\s]/.test(textOf(own(root, 'name'), 500) ?? '');
}

/** `{"status": -1, "msg": "node is down"}`: whoever counts so counts what went wrong. For bodies with a sentence and no film. */
export function countsBelowZero({ root, names, data, dataNames }: BodyView): boolean {
  const isBelow = (record: JsonRecord, inside: readonly string[]): boolean =>
    inside.some((name) => belowZeroName.test(name) && (numberOf(record[name]) ?? 0) < 0);
  return isBelow(root, names) || (data !== null && isBelow(data, dataNames));
}

const belowZeroName = /^(?:task_?|job_?|video_?)?(?:status|state|progress)$/i;

const barredName =
  /^(?:is_?|has_?)?(?:nsfw|flagged|moderated|blocked|censored|filtered)(?:_?(?:contents?|concepts?))?(?:_?detected)?$/i;
/** Objects that tell how it was judged, and names of why a model stopped. */
const judgementName = /^(?:content_?)?(?:moderation|safety|filter)(?:_?(?:result|check|ratings?))?$/i;
const endName = /^(?:finish|stop|end)_?reason$/i;
const barredEnd = /moderat|safety|(?:content|prompt).?filter|prohibited|sensitive|nsfw|blocklist/i;

/** True where the result was held back for what it shows, for bodies that promise one and have none. */
export function isBarred(body: BodyView): boolean {
  const { root, names, data, dataNames } = body;
  if (isBarredIn(root, names) || (data !== null && isBarredIn(data, dataNames))) return true;
  // xAI says so of the film that it does not link.
  return (
    body.mayHold((name) => heldRulesName.test(name)) &&
    body
      .parts()
      .some(({ record, names: inner }) => inner.some((name) => heldRulesName.test(name) && record[name] === false))
  );
}

const heldRulesName = /^(?:respect(?:s|ed)?|pass(?:es|ed)?)_?moderation$/i;

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
  'rai_media_filtered_count',
  'ErrCode',
  'errCode',
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

/**
 * True for an answer that did not go well, handed on by one that says nothing of it:
 * `{"event": "TASK_END", "taskId": …, "eventData": "{\"code\": 805, \"msg\": …}"}` (RunningHub). For what promises nothing.
 */
export function holdsFailedAnswer(body: BodyView): boolean {
  if (!body.mayHold((name) => name === 'code' || name === 'Code')) return false;
  return body.parts().some(({ record, depth, siblings }) => {
    if (depth !== 1 || siblings > 0) return false;
    const code = own(record, 'code') ?? own(record, 'Code');
    if (numberOf(code) === null) return false;
    const message = own(record, 'msg') ?? own(record, 'message') ?? own(record, 'Message');
    return textOf(message, 1) !== null && fromCodeOf({ ...record, code, message })?.state === 'failed';
  });
}

const atWork =
  /\b(?:in (?:progress|process|(?:the )?queue)|(?:is|are|still|currently) (?:still |currently )?(?:processing|generating|rendering|upscaling|preparing|running|creating|working|encoding|waiting|pending|queued)|being (?:processed|generated|rendered|upscaled|prepared|created|made|encoded)|not (?:yet )?(?:ready|finished|done|completed?|available yet)|(?:under|on (?:its|the)) way)\b|^(?:processing|generating|rendering|upscaling|queued|pending)\b|处理中|生成中|排队中|正在(?:处理|生成|排队)|尚未(?:完成|生成)|未完成/i;
const overAllTheSame =
  /\b(?:fail\w*|errors?|reject\w*|denied|refused|invalid|moderat\w*|cancel\w*|abort\w*|expired?|timed? ?out|exceeded|unable|cannot|could not)\b|失败|错误|拒绝|违规/i;

/**
 * True where a refusal is one of a question that came too early: nothing of the body but its greeting tells how the task is,
 * and that says that it is still being made.
 */
export function tellsOfWork({ root, data }: BodyView): boolean {
  const code = numberOf(own(root, 'code'));
  if (code !== null && (code < 400 || code >= 500)) return false;
  const greeting = own(root, 'msg') ?? own(root, 'message') ?? own(data ?? root, 'msg') ?? own(data ?? root, 'message');
  const text = textOf(greeting, 300);
  return text !== null && atWork.test(text) && !overAllTheSame.test(text);
}
