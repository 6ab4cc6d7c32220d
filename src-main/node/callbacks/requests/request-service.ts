/** The calls about what arrived: the list, one of them whole, and one of them again. */
import { canParseUrl } from '../../../common/can-parse-url.ts';
import { InboxError } from '../../../common/errors.ts';
import { callbackTexts } from '../../../common/texts/en-callbacks.ts';
import type { ResultReading } from '../../../common/providers/reading.ts';
import type {
  ReplayOptions,
  ReplayOutcome,
  RequestDetail,
  RequestPage,
  RequestQuery,
  RequestSummary,
} from '../../../common/requests.ts';
import type { Fetch } from '../../outgoing/outgoing.ts';
import { signSample } from '../../samples/sign-sample.ts';
import type { CallbackUrlEntry } from '../callback-urls.ts';
import { differencesOf, readAgain, sendTo } from './replay.ts';
import type { RequestLog } from './request-log.ts';

export interface RequestService {
  query(query: RequestQuery): Promise<RequestPage>;
  get(n: number): Promise<RequestDetail | null>;
  /** @throws InboxError `not-found`, `bad-request` for an address that is none, or what taking over throws. */
  replay(n: number, options: ReplayOptions): Promise<ReplayOutcome>;
  summary(): RequestSummary;
}

export interface RequestServicePorts {
  readonly log: Pick<RequestLog, 'query' | 'get' | 'summary'>;
  readonly secret: (name: string) => string | null;
  readonly now: () => Date;
  readonly fetch: Fetch;
  /** What the callback URL tells about who sends to it; `null` where it is not there any more. */
  readonly urlOf: (urlId: string) => Pick<CallbackUrlEntry, 'provider' | 'label'> | null;
  /** Makes what today's reader sees a part of the library. */
  readonly takeOver: (request: RequestDetail, readings: readonly ResultReading[]) => Promise<void>;
}

export function createRequestService({
  log,
  secret,
  now,
  fetch,
  urlOf,
  takeOver,
}: RequestServicePorts): RequestService {
  async function replay(n: number, { to, sign, take }: ReplayOptions): Promise<ReplayOutcome> {
    const request = await log.get(n);
    if (request === null) throw new InboxError('not-found', callbackTexts.noSuchRequest(n));
    const problem = request.body === null ? 'not-kept' : request.isCut ? 'cut' : null;
    if (problem !== null) return { problem, differences: [], taken: false, sent: null };
    const readings = await readAgain(request, request.urlId === null ? null : urlOf(request.urlId));
    const [reading = null, ...others] = readings ?? [];
    const differences = differencesOf(request, reading);
    if (take) {
      if (reading?.kind !== 'result') {
        throw new InboxError('conflict', callbackTexts.nothingToReplay);
      }
      await takeOver(request, [reading, ...others]);
    }
    if (to === null) return { problem, differences, taken: take, sent: null };
    return {
      problem,
      differences,
      taken: take,
      sent: await sendTo(fetch, addressIn(to), request, signature(request, sign)),
    };
  }

  function signature(request: RequestDetail, sign: boolean): Readonly<Record<string, string>> {
    const { provider, taskId, body, bodyEncoding } = request;
    if (!sign || provider === null || taskId === null || body === null || bodyEncoding !== 'utf8') return {};
    return signSample({ provider, taskId, text: body, secret, now });
  }

  return { query: (query) => log.query(query), get: (n) => log.get(n), replay, summary: () => log.summary() };
}

function addressIn(text: string): string {
  const url = canParseUrl(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url.href;
  throw new InboxError('bad-request', callbackTexts.forwardTo(text));
}
