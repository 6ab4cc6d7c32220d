import type { Attempt, HistoryEntry } from '../../src-main/common/model.ts';
import { fewTries, type TaskView } from '../../src-main/common/task-view.ts';
import { useInbox } from '../inbox.ts';
import { storedAttemptSentence } from '../../src-main/common/texts/en-downloads.ts';
import { say } from '../../src-main/common/texts/language.ts';
import { shortReason } from '../gallery/attempt-line.ts';
import { ScreenLink } from '../shell/screen-link.tsx';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { saysOnlyDone } from './says-only-done.ts';
import { type AnswerTimes, useAnswerTimes } from './use-answer-times.ts';
import asideStyles from './aside.module.css';
import styles from './history.module.css';

type Tone = 'good' | 'warn' | 'bad' | 'calm';

interface Line {
  readonly at: string;
  readonly tone: Tone;
  readonly what: string;
  readonly detail: string | null;
  /** Number of the request that it came with. */
  readonly request: number | null;
}

/** "What happened", oldest first; each failed attempt has its line. */
export function History({ task }: { readonly task: TaskView }) {
  const { format, now } = useInbox();
  const present = useStore(now, (value) => value);
  const answered = useAnswerTimes(task);
  const lines = linesOf(task, (at) => format.moment(at, present), answered);
  if (lines.length === 0) return null;
  /** How long it took since the line above, where one would notice. */
  const gapBefore = (i: number): string | null => {
    const [before, line] = [lines[i - 1], lines[i]];
    if (before === undefined || line === undefined) return null;
    const ms = Date.parse(line.at) - Date.parse(before.at);
    return ms < 1000 ? null : `+${format.span(ms)}`;
  };
  return (
    <section>
      <h2 className={asideStyles['heading']}>{texts.history.title}</h2>
      <ol className={styles['list']}>
        {lines.map(({ at, tone, what, detail, request }, i) => (
          <li key={`${at} ${i}`} className={styles['entry']} data-tone={tone}>
            <span className={styles['what']}>
              {what}
              {detail === null ? null : (
                <span className={styles['message']} dir="auto">
                  {detail}
                </span>
              )}
              {request === null ? null : (
                <ScreenLink to={{ name: 'requests', n: request }} className={styles['request']}>
                  {texts.history.seeRequest}
                </ScreenLink>
              )}
            </span>
            <span className={styles['gap']}>{gapBefore(i)}</span>
            <time dateTime={at} title={format.dateAndTime(at)} className={styles['time']}>
              {format.moment(at, present)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}

function linesOf(task: TaskView, showTime: (at: string) => string, answered: AnswerTimes): Line[] {
  const several = task.videos.length > 1;
  const entries = task.history.map((entry) => ({
    at: entry.at,
    tone: toneOf(entry),
    what: sentence(entry, several),
    detail: detailOf(entry, answered),
    request: requestOf(entry, answered)?.n ?? null,
  }));
  const attempts = task.videos.flatMap(({ attempts: made = [] }, i) =>
    made.map((attempt) => ({
      at: attempt.at,
      request: null,
      tone: 'warn' as const,
      what: several
        ? texts.attempt.lineOf(i + 1, attempt.n, fewTries(attempt))
        : texts.attempt.line(attempt.n, fewTries(attempt)),
      detail: [
        shortReason(attempt) ?? whyFailed(attempt) ?? texts.card.noReason,
        attempt.nextAt === null ? null : texts.history.nextTry(showTime(attempt.nextAt)),
      ]
        .filter((part) => part !== null)
        .join(texts.common.separator),
    })),
  );
  return [...entries, ...attempts].sort((a, b) => a.at.localeCompare(b.at));
}

function detailOf(entry: HistoryEntry, answered: AnswerTimes): string | null {
  if (entry.kind === 'tries') return moreThanDone(entry) ?? triesDetail(entry);
  const request = requestOf(entry, answered);
  const parts = [moreThanDone(entry), request === null ? null : texts.history.answered(request.took)].filter(
    (part) => part !== null,
  );
  return parts.length === 0 ? null : parts.join(texts.common.separator);
}

/** What a request to the callback URL left in the story. */
const arrivals: ReadonlySet<HistoryEntry['kind']> = new Set(['callback', 'repeat', 'late', 'conflict']);

const requestOf = (entry: HistoryEntry, answered: AnswerTimes) =>
  arrivals.has(entry.kind) ? answered(entry.at) : null;

/** What the provider says of it, where that is more than that it went well. */
function moreThanDone({ kind, state, message }: HistoryEntry): string | null {
  if (message === undefined) return null;
  if (kind !== 'callback' || state !== 'succeeded') return message;
  return saysOnlyDone(message) ? null : message;
}

function triesDetail({ code = '', params = {} }: HistoryEntry): string {
  return shortReason({ reason: code, params }) ?? whyFailed({ reason: code, params }) ?? texts.card.noReason;
}

function sentence({ kind, state, video, code, params }: HistoryEntry, several: boolean): string {
  const { history } = texts;
  const n = several ? video : undefined;
  switch (kind) {
    case 'callback':
      return history.callback[state ?? 'plain'];
    case 'tries': {
      const tries = Number(params?.['tries'] ?? 1);
      return n === undefined ? history.tries(tries) : history.triesN(tries, n);
    }
    case 'saved':
      return n === undefined ? history.saved : history.savedN(n);
    case 'failed':
      return n === undefined ? history.failed : history.failedN(n);
    case 'retry':
      return n === undefined ? history.retry : history.retryN(n);
    case 'link':
      return history.link[code === 'record' || code === 'provider' ? code : 'person'];
    case 'upgrade':
      return history.upgrade(String(params?.['quality'] ?? ''), code ?? 'asked');
    case 'repeat':
    case 'late':
    case 'conflict':
    case 'reread':
    case 'asked':
    case 'dropped':
    case 'watched':
    case 'unwatched':
    case 'trashed':
    case 'restored':
      return history[kind];
  }
}

function toneOf({ kind, state }: HistoryEntry): Tone {
  if (kind === 'saved' || (kind === 'callback' && state === 'succeeded')) return 'good';
  if (kind === 'failed' || (kind === 'callback' && state === 'failed')) return 'bad';
  if (kind === 'late' || kind === 'conflict' || kind === 'retry' || kind === 'tries') return 'warn';
  return 'calm';
}

function whyFailed({ reason, params }: Pick<Attempt, 'reason' | 'params'>): string | null {
  const sentence = storedAttemptSentence(reason, params);
  return sentence === null ? null : say(sentence);
}
