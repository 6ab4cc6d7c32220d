import { verify } from 'node:crypto';
import { fromHex, isFresh, sha256 } from './hmac.ts';
import { checkWithKeys } from './published-keys.ts';
import { covered, type FetchJwks, type SignedRequest, type Verdict } from './verdict.ts';

/**
 * fal: ed25519 over request id, user id, timestamp and the hex SHA-256 of the body, joined by line feeds; the
 * signature is hex, the public keys are published as a JSON Web Key Set, and any of them may fit.
 */
export async function verifyFal(
  request: SignedRequest,
  fetchJwks: FetchJwks | undefined,
  isRequired: boolean,
): Promise<Verdict> {
  const requestId = request.header('x-fal-webhook-request-id');
  const userId = request.header('x-fal-webhook-user-id');
  const timestamp = request.header('x-fal-webhook-timestamp');
  const signature = request.header('x-fal-webhook-signature');
  if (requestId === null || userId === null || timestamp === null || signature === null) return { verdict: 'missing' };
  const given = fromHex(signature);
  if (given?.byteLength !== 64) return { verdict: 'wrong' };
  const message = Buffer.from([requestId, userId, timestamp, sha256(request.rawBody).toString('hex')].join('\n'));
  const verdict = await checkWithKeys({
    fetchJwks,
    kind: 'ed25519',
    kid: null,
    fits: (key) => verify(null, message, key, given),
    isRequired,
    isFresh: isFresh(timestamp, request),
  });
  return verdict === 'valid' ? covered : { verdict };
}
