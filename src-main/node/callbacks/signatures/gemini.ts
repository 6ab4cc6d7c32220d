import { verify } from 'node:crypto';
import { isRecord, own } from '../../../common/providers/json.ts';
import { fromBase64, isFresh, sha256 } from './hmac.ts';
import { checkWithKeys } from './published-keys.ts';
import { covered, type FetchJwks, type SignedRequest, type Verdict } from './verdict.ts';

const maxTokenLength = 8192;
const issuers = new Set([
  'accounts.google.com',
  'https://accounts.google.com',
  'https://generativelanguage.googleapis.com',
]);

/** True where the request is signed by Google's keys (a webhook of one call), not by a secret (one of the project). */
export function isGeminiToken(request: SignedRequest): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(tokenOf(request) ?? '');
}

/**
 * Gemini, webhooks of one call: `Webhook-Signature` is a JSON Web Token, RS256, whose audience is the callback URL. It
 * is not documented that the token covers the body, so it vouches for the first body that came with it, and for another
 * one only where a claim is that body's SHA-256.
 * @see https://ai.google.dev/gemini-api/docs/webhooks
 */
export async function verifyGeminiToken(
  request: SignedRequest,
  fetchJwks: FetchJwks | undefined,
  isRequired: boolean,
  isOurUrl: (url: string) => boolean,
): Promise<Verdict> {
  const token = tokenOf(request);
  const timestamp = request.header('webhook-timestamp');
  if (token === null || timestamp === null) return { verdict: 'missing' };
  const [head = '', payload = '', signature = ''] = token.split('.');
  const header = jsonIn(head);
  const claims = jsonIn(payload);
  const given = fromBase64(signature);
  const kid = header === null ? null : own(header, 'kid');
  // The algorithm is ours to choose: a token that names another one is not looked at.
  if (token.length > maxTokenLength || header === null || claims === null || given === null)
    return { verdict: 'wrong' };
  if (own(header, 'alg') !== 'RS256' || typeof kid !== 'string' || !isForUs(claims, isOurUrl))
    return { verdict: 'wrong' };
  const message = Buffer.from(`${head}.${payload}`);
  const verdict = await checkWithKeys({
    fetchJwks,
    kind: 'rsa',
    kid,
    fits: (key) => verify('sha256', message, key, given),
    isRequired,
    isFresh: isFresh(timestamp, request) && isInTime(claims, request),
  });
  if (verdict !== 'valid') return { verdict };
  return coversBody(claims, request.rawBody)
    ? covered
    : { verdict: 'valid', signedTaskId: null, replayKey: sha256(`${head}.${payload}`).toString('hex') };
}

function tokenOf(request: SignedRequest): string | null {
  return request.header('webhook-signature')?.replace(/^(?:v1j?,|Bearer )/, '') ?? null;
}

function jsonIn(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isForUs(claims: Readonly<Record<string, unknown>>, isOurUrl: (url: string) => boolean): boolean {
  const issuer = own(claims, 'iss');
  const audiences = [own(claims, 'aud')].flat();
  return (
    typeof issuer === 'string' &&
    issuers.has(issuer) &&
    audiences.some((audience) => typeof audience === 'string' && isOurUrl(audience))
  );
}

function isInTime(claims: Readonly<Record<string, unknown>>, { now, windowSeconds }: SignedRequest): boolean {
  const seconds = now.getTime() / 1000;
  const [expires, notBefore] = [own(claims, 'exp'), own(claims, 'nbf')];
  if (typeof expires !== 'number' || expires + windowSeconds < seconds) return false;
  return typeof notBefore !== 'number' || notBefore - windowSeconds <= seconds;
}

function coversBody(claims: Readonly<Record<string, unknown>>, rawBody: Uint8Array): boolean {
  const digest = sha256(rawBody);
  const spellings = new Set([digest.toString('hex'), digest.toString('base64'), digest.toString('base64url')]);
  return Object.values(claims).some((value) => typeof value === 'string' && spellings.has(value));
}
