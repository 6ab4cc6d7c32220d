/** Makes an entry of the request log from what arrived and how it was answered: secrets hidden, floods counted only. */
import type { Redactor } from '../../../common/redact.ts';
import type { RequestHead, RequestTask } from '../../../common/requests.ts';
import type { Result } from '../../../common/model.ts';
import { createRateLimiter } from '../rate-limits.ts';
import { limitName } from '../sender-address.ts';
import type { KeptBody } from '../kept-body.ts';
import type { NewRequest, RequestLog } from './request-log.ts';

/** What the intake found out about a request; plain data, so that it can come from another thread. */
export interface RequestNote extends Pick<
  RequestHead,
  'outcome' | 'code' | 'facts' | 'provider' | 'taskId' | 'key' | 'trust' | 'odd'
> {
  readonly result: Result | null;
  /** The tasks that it named beside the first; absent where there are none. */
  readonly others?: readonly (RequestTask & { readonly videos: number })[];
  /** Without secrets, where they were looked at already; making them anew costs as much as reading a body. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `null` where the body was not read. */
  readonly kept: KeptBody | null;
  readonly bodySha256: string | null;
}

export interface AnsweredRequest extends Pick<
  RequestHead,
  'at' | 'method' | 'status' | 'ms' | 'bytes' | 'urlId' | 'remote'
> {
  readonly headers: Readonly<Record<string, string>>;
  readonly note: RequestNote;
}

const bodyLimit = 1024 * 1024;
const messageLimit = 200;
/** Of the ids in a head, of which ten thousand are in memory; what it came with has them all. */
const otherChars = 1024;
/** What is listed with all that it came with; beyond that a flood of refused ones is counted, of others the heads stay. */
const listedRefused = { burst: 200, perSecond: 0.2 };
const listedOthers = { burst: 2000, perSecond: 20 };
const hiddenHeaders = /signature|secret|token|authorization|cookie|api-?key|password/;

export function createRequestRecorder(
  requests: Pick<RequestLog, 'add'>,
  redactor: () => Redactor,
  nowMs: () => number,
): (answered: AnsweredRequest) => void {
  const refused = createRateLimiter(listedRefused, nowMs);
  const listed = createRateLimiter(listedOthers, nowMs);

  function contentOf({ note, headers }: AnsweredRequest): NewRequest['content'] {
    const { kept, bodySha256, result, others } = note;
    return {
      headers: shownHeaders(note.headers ?? redactor().headers(headers)),
      body: kept?.body.slice(0, bodyLimit) ?? null,
      bodyEncoding: kept?.bodyEncoding ?? 'utf8',
      isCut: kept !== null && kept.body.length > bodyLimit,
      bodySha256,
      result,
      ...(others === undefined ? {} : { allOthers: others.map(({ taskId, key }) => ({ taskId, key })) }),
    };
  }

  return (answered) => {
    const { note, at, method, status, ms, bytes, urlId, remote } = answered;
    const { result, bodySha256, outcome, code, facts, provider, taskId, key, trust, odd, others } = note;
    const isRefused = outcome === 'refused';
    const isListed = (isRefused ? refused : listed).take('') === 0;
    const same = isRefused && !isListed ? 'flood' : (bodySha256 ?? limitName(remote));
    const head: NewRequest['head'] = {
      at,
      method,
      status,
      ms: Math.round(ms * 10) / 10,
      bytes,
      outcome,
      code,
      facts,
      provider,
      taskId,
      key,
      trust,
      state: result?.state ?? null,
      videos: result?.videoUrls.length ?? 0,
      message: result?.message?.slice(0, messageLimit) ?? null,
      odd,
      urlId,
      remote,
    };
    requests.add({
      head: others === undefined ? head : withOthers(head, others),
      // Of a flood nothing is kept, so it is not made.
      content: isListed ? contentOf(answered) : null,
      sameAs: `${String(status)} ${code ?? ''} ${urlId ?? ''} ${same} ${trust ?? ''}`,
    });
  };
}

function withOthers(head: NewRequest['head'], others: NonNullable<RequestNote['others']>): NewRequest['head'] {
  const videos = others.reduce((sum, each) => sum + each.videos, head.videos);
  return { ...head, videos, tasks: others.length + 1, others: firstOf(others) };
}

function firstOf(others: readonly RequestTask[]): readonly RequestTask[] {
  const found: RequestTask[] = [];
  let chars = 0;
  for (const { taskId, key } of others) {
    chars += taskId.length + (key?.length ?? 0);
    if (chars > otherChars) break;
    found.push({ taskId, key });
  }
  return found;
}

function shownHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      hiddenHeaders.test(name) ? `[hidden: ${String(value.length)} characters]` : value,
    ]),
  );
}
