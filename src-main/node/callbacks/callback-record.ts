/** What is kept and told of a body that was read: its events, and its line in the list of requests. */
import type { Draft, EventTrust } from '../../common/events.ts';
import type { Result } from '../../common/model.ts';
import { maxTasks } from '../../common/providers/batch-members.ts';
import { providerFamily } from '../../common/providers/catalog.ts';
import type { ResultReading } from '../../common/providers/reading.ts';
import { labelLimit } from '../../common/tags-in-text.ts';
import type { CallbackUrlEntry } from './callback-urls.ts';
import type { KeptBody } from './kept-body.ts';
import type { RequestNote } from './requests/request-recorder.ts';

/** What a body tells of one task. */
export interface TaskTold extends ResultReading {
  readonly key: string;
  /** True where the library has it. */
  readonly isKnown: boolean;
  readonly trust: EventTrust;
  /** Of the signature, where it is meant by that. */
  readonly replayKey: string | null;
}

/** What is kept of a body, without secrets. */
export interface KeptRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly kept: KeptBody;
  readonly bodySha256: string;
}

export const nothingFound = {
  outcome: 'refused',
  code: null,
  facts: {},
  provider: null,
  taskId: null,
  key: null,
  trust: null,
  odd: null,
  result: null,
  kept: null,
  bodySha256: null,
} as const satisfies RequestNote;

export function foundIn({ provider, taskId, result }: ResultReading): Partial<RequestNote> {
  return { provider, taskId, result };
}

/** Its line in the list of requests. */
export function noteOf(
  { first, all }: { readonly first: ResultReading; readonly all: readonly ResultReading[] },
  tasks: readonly TaskTold[],
  { headers, kept, bodySha256 }: KeptRequest,
): RequestNote {
  const [one, ...further] = tasks;
  const note = {
    outcome: 'stored',
    code: null,
    facts: nothingFound.facts,
    provider: first.provider,
    result: first.result,
    taskId: one?.taskId ?? first.taskId,
    key: one?.key ?? null,
    trust: one?.trust ?? null,
    odd:
      tasks.length > maxTasks || all.some(hasMore)
        ? 'not-all'
        : all.every(({ result }) => isEmpty(result))
          ? 'no-video'
          : null,
    headers,
    kept,
    bodySha256,
  } as const satisfies RequestNote;
  return further.length === 0
    ? note
    : {
        ...note,
        others: further.map(({ taskId, key, result }) => ({ taskId, key, videos: result.videoUrls.length })),
      };
}

/** Its events, one for each task. */
export function draftsOf(
  { url, remote }: { readonly url: CallbackUrlEntry; readonly remote: string | null },
  tasks: readonly TaskTold[],
  { headers, kept, bodySha256 }: KeptRequest,
): readonly Draft<'result'>[] {
  return tasks.map(({ provider, certain, taskId, result, trust, replayKey }, index) => ({
    type: 'result',
    source: 'callback',
    read: { provider, certain, family: providerFamily(provider), taskId, result },
    trust,
    evidence: {
      urlId: url.id,
      // The first of them has it.
      headers: index === 0 ? headers : {},
      body: index === 0 ? kept.body : null,
      bodyEncoding: kept.bodyEncoding,
      bodySha256,
      remote,
      replayKey,
    },
    ...(url.project === null
      ? { tags: [] }
      : { tags: [url.project.slice(0, labelLimit).trim()], project: url.project }),
  }));
}

function hasMore({ result }: ResultReading): boolean {
  return result.linksLeft !== undefined;
}

/** Said to have worked, and there is nothing to save and no word about how to get it. */
function isEmpty({ state, videoUrls, needsApiKey }: Result): boolean {
  return state === 'succeeded' && videoUrls.length === 0 && !needsApiKey;
}
