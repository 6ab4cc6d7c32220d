/** A kept request once more: through today's reader, and to another address. */
import { callbackTextInTurns } from '../../../common/body/callback-body.ts';
import { withoutInlineLink } from '../../../common/inline-film.ts';
import { isKeyOfBody } from '../../../common/providers/envelope.ts';
import { readTasksInTurns } from '../../../common/providers/reader.ts';
import type { Reading, ResultReading } from '../../../common/providers/reading.ts';
import { isMasked } from '../../../common/redact.ts';
import type { ReplayDifference, ReplayOutcome, RequestDetail } from '../../../common/requests.ts';
import { inTurns } from '../../in-turns.ts';
import type { Fetch } from '../../outgoing/outgoing.ts';
import { openInTurns } from '../body/open-body.ts';

/** What today's reader makes of the body, of each task that it names; `null` where it cannot be read in any form. Others go on meanwhile. */
export async function readAgain(
  { body, bodyEncoding, headers, taskId }: Pick<RequestDetail, 'body' | 'bodyEncoding' | 'headers' | 'taskId'>,
  url: { readonly provider: string | null; readonly label: string } | null,
): Promise<readonly [Reading, ...ResultReading[]] | null> {
  const contentType = headers['content-type'] ?? null;
  const read =
    bodyEncoding === 'utf8'
      ? await inTurns(callbackTextInTurns(body ?? '', contentType))
      : (await openInTurns(bodyBytes(body, bodyEncoding), contentType)).read;
  if (!('value' in read)) return null;
  const [first, ...others] = await inTurns(
    readTasksInTurns({
      body: read.value,
      headers,
      providerHint: url?.provider ?? null,
      urlName: url?.label ?? null,
    }),
  );
  if (first.kind !== 'result') return [first, ...others.map(withoutLinks)];
  // What names no task is about the one that the address named then; the address itself is not kept.
  const named = taskId !== null && isKeyOfBody(first.taskId) ? { ...first, taskId } : first;
  return [withoutLinks(named), ...others.map(withoutLinks)];
}

/**
 * Only this inbox's own bodies hold links to films inside them, and one that a stranger wrote names no film of ours. Of one with a
 * secret in it the mask is kept, which is none.
 */
function withoutLinks(reading: ResultReading): ResultReading {
  const { result } = reading;
  return {
    ...reading,
    result: {
      ...result,
      videoUrls: result.videoUrls.flatMap((url) => (isMasked(url) ? [] : withoutInlineLink(url, () => true))),
    },
  };
}

export function differencesOf(request: RequestDetail, reading: Reading | null): readonly ReplayDifference[] {
  const now = reading?.kind === 'result' ? reading : null;
  const was = request.result;
  const is = now?.result ?? null;
  const isTaken = reading !== null && reading.kind !== 'unreadable';
  const pairs: readonly (readonly [ReplayDifference['field'], string | null, string | null])[] = [
    // Other refusals are not the reader's: a signature, a limit, the disk.
    ...(request.status === 400 ? [['answer', '400', isTaken ? '200' : '400'] as const] : []),
    ['provider', request.provider, now?.provider ?? null],
    ['taskId', request.taskId, now?.taskId ?? null],
    ['state', was?.state ?? null, is?.state ?? null],
    ['videos', was?.videoUrls.join('\n') ?? '', is?.videoUrls.join('\n') ?? ''],
    ['message', was?.message ?? null, is?.message ?? null],
    ['prompt', was?.prompt ?? null, is?.prompt ?? null],
    ['source', was?.sourceUrl ?? null, is?.sourceUrl ?? null],
    ['credits', was?.credits?.toString() ?? null, is?.credits?.toString() ?? null],
    ['model', was?.model ?? null, is?.model ?? null],
  ];
  return pairs.flatMap(([field, before, after]) =>
    before === after ? [] : [{ field, was: before || null, is: after || null }],
  );
}

const ownHeaders =
  /^(?:host|connection|content-length|content-encoding|transfer-encoding|accept-encoding|expect|keep-alive|te|upgrade|x-forwarded-.*|ngrok-.*)$/;
const timeoutMs = 20_000;
const shownChars = 2000;

/** @param signature Headers of a signature made anew; the kept ones are hidden, so they are not sent. */
export async function sendTo(
  fetch: Fetch,
  url: string,
  { method, headers, body, bodyEncoding }: RequestDetail,
  signature: Readonly<Record<string, string>>,
): Promise<NonNullable<ReplayOutcome['sent']>> {
  const renewed = new Set(Object.keys(signature).map((name) => name.toLowerCase()));
  const sentHeaders = Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) => !renewed.has(name) && !ownHeaders.test(name) && !/^\[(?:hidden|redacted)/.test(value),
    ),
  );
  const started = performance.now();
  const signed = Object.keys(signature).length > 0;
  const done = (status: number | null, text: string) => ({
    status,
    ms: Math.round(performance.now() - started),
    text: text.slice(0, shownChars),
    signed,
  });
  try {
    // What a GET told stood in its address.
    const isRead = method === 'GET';
    const address = isRead ? `${url}${url.includes('?') ? '&' : '?'}${body ?? ''}` : url;
    const response = await fetch(new URL(address), {
      method,
      headers: { ...sentHeaders, ...signature },
      ...(isRead ? {} : { body: bodyBytes(body, bodyEncoding) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return done(response.status, await response.text());
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return done(null, cause instanceof Error ? cause.message : String(cause));
  }
}

function bodyBytes(body: string | null, encoding: RequestDetail['bodyEncoding']): Buffer<ArrayBuffer> {
  return Buffer.from(body ?? '', encoding);
}
