import { createBodyView } from '../../../common/providers/body-view.ts';
import { isRecord } from '../../../common/providers/json.ts';
import { kieSignedIdPaths, taskIdOf } from '../../../common/providers/task-id.ts';
import { equalBytes, fromBase64, hmacSha256, isFresh, sha256 } from './hmac.ts';
import type { SignedRequest, Verdict } from './verdict.ts';

/**
 * kie.ai: base64(HMAC-SHA256(key, taskId + "." + timestamp)), the key as UTF-8 text.
 *
 * Which `taskId` of the body is meant differs between its APIs and its own samples, so every one is tried; the one
 * that verifies is the task's id. The body itself is not signed.
 * @see https://docs.kie.ai/common-api/webhook-verification
 */
export function verifyKie(request: SignedRequest, secret: string): Verdict {
  const timestamp = request.header('x-webhook-timestamp');
  const signature = request.header('x-webhook-signature');
  if (timestamp === null || signature === null) return { verdict: 'missing' };
  const given = fromBase64(signature);
  if (given === null) return { verdict: 'wrong' };
  for (const id of request.signedIds()) {
    const expected = hmacSha256(secret, `${id}.${timestamp}`);
    if (!equalBytes(given, expected)) continue;
    if (!isFresh(timestamp, request)) return { verdict: 'stale' };
    return { verdict: 'valid', signedTaskId: taskIdOf(id), replayKey: sha256(expected).toString('hex') };
  }
  return { verdict: 'wrong' };
}

/** The ids in a body that may have been signed. */
export function kieIdsIn(body: unknown): ReadonlySet<string> {
  if (!isRecord(body)) return new Set();
  const view = createBodyView(body);
  return new Set(
    kieSignedIdPaths
      .map((path) => view.at(path))
      .filter((value) => taskIdOf(value) !== null)
      .map(String),
  );
}
