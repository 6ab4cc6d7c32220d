/** What arrived at the public side and how it was answered, as the page and the commands see it. Plain data. */
import type { Result, TaskState, Trust } from './model.ts';
import { say } from './texts/language.ts';
import { enRequests as texts, refusalTexts, type RefusalCode, type RefusalFacts } from './texts/en-requests.ts';
import type { Told } from './texts/sentence.ts';

/** `ping` is a provider's test event that makes no card. */
export type RequestOutcome = 'stored' | 'challenge' | 'ping' | 'refused';

/**
 * Stored, but not as one would expect: nothing to save was found in it, it names another film than before, or more tasks
 * than are read.
 */
export type Oddness = 'no-video' | 'conflict' | 'not-all';

/** One of the tasks that a request named. */
export interface RequestTask {
  readonly taskId: string;
  /** Of the task in the library; `null` where it did not come there. */
  readonly key: string | null;
}

export interface RequestHead {
  /** Counts all that ever arrived here: names the request in `requests show N`. */
  readonly n: number;
  readonly at: string;
  /** The newest of those that are folded into this one; `at` where there are none. */
  readonly lastAt: string;
  readonly method: string;
  readonly status: number;
  /** From the request's head to the answer. */
  readonly ms: number;
  /** Of the body: as it arrived, or as it was announced. */
  readonly bytes: number;
  readonly outcome: RequestOutcome;
  readonly code: RefusalCode | null;
  readonly facts: RefusalFacts;
  readonly provider: string | null;
  readonly taskId: string | null;
  readonly key: string | null;
  /** How many tasks it named; absent where it is one or none. */
  readonly tasks?: number;
  /** Those beside `taskId`, the first of them; absent where there are none. `RequestDetail` has them all. */
  readonly others?: readonly RequestTask[];
  readonly trust: Trust | null;
  readonly state: TaskState | null;
  readonly videos: number;
  readonly message: string | null;
  readonly odd: Oddness | null;
  readonly urlId: string | null;
  readonly remote: string | null;
  /** The same request came so often before, this one included: 2 = the same again, for the second time. */
  readonly nth: number;
  /** How many more of the same came after this one and were not listed by themselves. */
  readonly again: number;
}

export interface RequestDetail extends RequestHead {
  /** Names in lower case; secrets and signatures are hidden. */
  readonly headers: Readonly<Record<string, string>>;
  /** Secrets are hidden. `null` where it was not kept. */
  readonly body: string | null;
  readonly bodyEncoding: 'utf8' | 'base64';
  /** True where only the beginning of the body was kept. */
  readonly isCut: boolean;
  readonly bodySha256: string | null;
  /** What the reader of that time found, of several tasks about the first. */
  readonly result: Result | null;
  /** All beside `taskId`; absent where there are none. */
  readonly allOthers?: readonly RequestTask[];
}

export interface RequestQuery {
  readonly show: 'all' | 'refused' | 'odd';
  readonly provider: string | null;
  /** Looked for in task id, provider, message, headers and body. */
  readonly text: string;
  /** Only those that named the task of this key; absent = of any. */
  readonly key?: string;
  readonly offset: number;
  readonly limit: number;
}

export interface RequestPage {
  /** Newest first. */
  readonly rows: readonly RequestHead[];
  /** Of those that match. */
  readonly total: number;
  readonly counts: {
    readonly all: number;
    readonly refused: number;
    readonly odd: number;
    readonly providers: readonly string[];
  };
}

/** For the rail, `status` and `doctor`. */
export interface RequestSummary {
  /** Since midnight of this machine, folded ones counted. */
  readonly refusedToday: number;
  readonly lastRefused: ({ readonly n: number; readonly at: string; readonly status: number } & Told) | null;
  /** What keeps callbacks out just now, whoever sends them: the disk, or too many. `null` a minute after the last time. */
  readonly trouble: {
    readonly code: RefusalCode;
    readonly facts: RefusalFacts;
    readonly since: string;
    /** A sentence. */
    readonly message: string;
  } | null;
}

/** One line of what today's reader sees otherwise. Values are as they are shown; `null` = not known. */
export interface ReplayDifference {
  readonly field:
    'answer' | 'provider' | 'taskId' | 'state' | 'videos' | 'message' | 'prompt' | 'source' | 'credits' | 'model';
  readonly was: string | null;
  readonly is: string | null;
}

export interface ReplayOptions {
  /** Send it there as well, and change nothing here. A person typed it, so it may be a private address. */
  readonly to: string | null;
  /** Sign it anew for that address, where the provider's secret is set here. */
  readonly sign: boolean;
  /** Take over what today's reader sees; else nothing changes. */
  readonly take: boolean;
}

export interface ReplayOutcome {
  /** The body cannot be read again: it was not kept, or only its beginning. */
  readonly problem: 'not-kept' | 'cut' | null;
  readonly differences: readonly ReplayDifference[];
  readonly taken: boolean;
  readonly sent: {
    readonly status: number | null;
    readonly ms: number;
    /** The beginning of the answer, or why there was none. */
    readonly text: string;
    readonly signed: boolean;
  } | null;
}

/** Which task it was about, and how many more. */
export function tasksOf({ taskId, tasks = 0 }: RequestHead): string {
  return tasks < 2 ? (taskId ?? '') : `${taskId ?? ''} ${texts.moreTasks(tasks - 1)}`;
}

/** What it came to, in one line, for a person. */
export function outcomeOf(head: RequestHead): string {
  const outcome = head.nth > 1 && head.outcome === 'stored' ? texts.sameAgain(head.nth) : firstTime(head);
  return head.again === 0 ? outcome : `${outcome.replace(/[.。]$/, '')}, ${texts.moreOfIt(head.again)}`;
}

function firstTime({ outcome, code, facts, odd, state, videos, message }: RequestHead): string {
  if (outcome === 'refused') return code === null ? '' : say(refusalTexts[code](facts));
  if (outcome !== 'stored') return texts[outcome];
  if (odd !== null) return { 'no-video': texts.noVideo, conflict: texts.anotherFilm, 'not-all': texts.notAll }[odd];
  if (state === 'failed') return texts.failed(message);
  if (state === 'succeeded' || videos > 0) return texts.madeVideos(videos);
  return state === 'processing' ? texts.stillProcessing : texts.stateUnknown;
}

/** Signs that a terminal obeys are written out, since somebody reads it before it is pasted; POSIX has `$'…'` for it. */
function shown(value: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what has to go
  const signs = /[\u0001-\u0008\u000b-\u001f\u007f]/g;
  if (!signs.test(value)) return `'${value.replaceAll("'", `'\\''`)}'`;
  const escaped = value
    .replace(/[\\']/g, '\\$&')
    .replace(signs, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `$'${escaped}'`;
}

const ownHeaders =
  /^(?:host|connection|content-length|content-encoding|transfer-encoding|accept-encoding|x-forwarded-.*|ngrok-.*)$/;

/** The request as a command, for a POSIX shell. What is hidden stays hidden. */
export function asCurl(request: RequestDetail, url: string): string {
  // What a GET told stood in its address.
  const query = request.method === 'GET' && request.body !== null ? `?${request.body}` : '';
  const lines = [`curl -X ${request.method} ${shown(url + query)}`];
  for (const [name, value] of Object.entries(request.headers)) {
    if (!ownHeaders.test(name)) lines.push(`  -H ${shown(`${name}: ${value}`)}`);
  }
  if (request.body !== null && query === '') {
    lines.push(
      request.bodyEncoding === 'utf8'
        ? // Behind an @ the other one names a file of whoever pastes it.
          `  ${request.body.startsWith('@') ? '--data-raw' : '--data-binary'} ${shown(request.body)}`
        : `  --data-binary "$(printf %s ${shown(request.body)} | base64 -d)"`,
    );
  }
  return lines.join(' \\\n');
}
