import { verify, type KeyObject } from 'node:crypto';
import { isRecord, own } from '../../../common/providers/json.ts';
import { fromHex, isFresh, sha256 } from './hmac.ts';
import { ed25519Key } from './standard-webhooks.ts';
import { covered, type FetchJwks, type SignedRequest, type Verdict } from './verdict.ts';

/** Where fal publishes its keys. */
export const falJwksUrl = 'https://rest.fal.ai/.well-known/jwks.json';

const maxKeys = 16;

/**
 * fal: ed25519 over request id, user id, timestamp and the hex SHA-256 of the body, joined by line feeds; the
 * signature is hex, the public keys are published as a JSON Web Key Set, and any of them may fit.
 */
export async function verifyFal(request: SignedRequest, fetchJwks: FetchJwks | undefined): Promise<Verdict> {
  const requestId = request.header('x-fal-webhook-request-id');
  const userId = request.header('x-fal-webhook-user-id');
  const timestamp = request.header('x-fal-webhook-timestamp');
  const signature = request.header('x-fal-webhook-signature');
  if (requestId === null || userId === null || timestamp === null || signature === null) return { verdict: 'missing' };
  const given = fromHex(signature);
  if (given?.byteLength !== 64) return { verdict: 'wrong' };
  // Checked first here: an old signature is not worth a request for keys. It is `stale` only where it is right.
  const fresh = isFresh(timestamp, request.now);
  const message = Buffer.from([requestId, userId, timestamp, sha256(request.rawBody).toString('hex')].join('\n'));
  const fits = (keys: readonly KeyObject[]): boolean => keys.some((key) => verify(null, message, key, given));

  const keys = keysIn(await fetchJwks?.({ afterMiss: false }));
  if (keys.length === 0) return { verdict: 'no-secret' };
  if (fits(keys)) return fresh ? covered : { verdict: 'stale' };
  if (!fresh) return { verdict: 'wrong' };
  // fal may have changed its keys since.
  return fits(keysIn(await fetchJwks?.({ afterMiss: true }))) ? covered : { verdict: 'wrong' };
}

function keysIn(jwks: unknown): readonly KeyObject[] {
  const list = isRecord(jwks) ? own(jwks, 'keys') : undefined;
  if (!Array.isArray(list)) return [];
  return list
    .slice(0, maxKeys)
    .filter(isRecord)
    .filter((jwk) => own(jwk, 'kty') === 'OKP' && own(jwk, 'crv') === 'Ed25519')
    .map((jwk) => own(jwk, 'x'))
    .map((x) => (typeof x === 'string' ? ed25519Key(x) : null))
    .filter((key) => key !== null);
}
