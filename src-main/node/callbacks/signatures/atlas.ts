import { verify } from 'node:crypto';
import { fromBase64, isFresh } from './hmac.ts';
import { checkWithKeys } from './published-keys.ts';
import { covered, type FetchJwks, type SignedRequest, type Verdict } from './verdict.ts';

const maxKidLength = 200;

/**
 * Atlas Cloud: ed25519 over `timestamp.body`, base64url, by the published key that the request names. The HMAC of old
 * beside it is not looked at.
 * @see https://www.atlascloud.ai/docs/en/webhooks
 */
export async function verifyAtlas(
  request: SignedRequest,
  fetchJwks: FetchJwks | undefined,
  isRequired: boolean,
): Promise<Verdict> {
  const timestamp = request.header('x-atlascloud-webhook-timestamp');
  const kid = request.header('x-atlascloud-webhook-key-id');
  const signature = request.header('x-atlascloud-webhook-signature-ed25519');
  if (timestamp === null || kid === null || signature === null) return { verdict: 'missing' };
  const given = fromBase64(signature);
  if (given?.byteLength !== 64 || kid.length > maxKidLength) return { verdict: 'wrong' };
  const message = Buffer.concat([Buffer.from(`${timestamp}.`), request.rawBody]);
  const verdict = await checkWithKeys({
    fetchJwks,
    kind: 'ed25519',
    kid,
    fits: (key) => verify(null, message, key, given),
    isRequired,
    isFresh: isFresh(timestamp, request),
  });
  return verdict === 'valid' ? covered : { verdict };
}
