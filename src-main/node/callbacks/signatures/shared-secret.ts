/** The schemes that need one shared secret and little code: OpenRouter, Vercel, WaveSpeed, Pollo, PiAPI, ToAPIs, sync.so. */
import { equalBytes, equalTexts, fromBase64, fromHex, hmacSha256, isFresh } from './hmac.ts';
import { covered, type SignedRequest, type Verdict } from './verdict.ts';

const maxEntries = 16;

/**
 * OpenRouter: `X-OpenRouter-Signature: t=<seconds>,v1=<hex>`, HMAC-SHA256 over `t + "," + body` (a comma).
 * Vercel's AI Gateway signs in the same form under a header of its own.
 */
export function verifyTimestampedHeader(request: SignedRequest, secret: string, headerName: string): Verdict {
  const header = request.header(headerName);
  if (header === null) return { verdict: 'missing' };
  const fields = header.split(',', maxEntries).map((field) => field.trim());
  const timestamp = fields.find((field) => field.startsWith('t='))?.slice(2);
  if (timestamp === undefined) return { verdict: 'wrong' };
  const expected = hmacSha256(secret, `${timestamp},`, request.rawBody);
  const matches = fields.some((field) => field.startsWith('v1=') && fits(fromHex(field.slice(3)), expected));
  return judge(matches, timestamp, request);
}

/**
 * WaveSpeed: the header names of Standard Webhooks, but `v3,<hex>`, and the secret without `whsec_` is the key as
 * plain text, not decoded.
 * @see https://wavespeed.ai/docs/verify-webhooks
 */
export function verifyWaveSpeed(request: SignedRequest, secret: string): Verdict {
  const id = request.header('webhook-id');
  const timestamp = request.header('webhook-timestamp');
  const signature = request.header('webhook-signature');
  if (id === null || timestamp === null || signature === null) return { verdict: 'missing' };
  const key = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  const expected = hmacSha256(key, `${id}.${timestamp}.`, request.rawBody);
  const matches = signature
    .split(' ', maxEntries)
    .some((entry) => entry.startsWith('v3,') && fits(fromHex(entry.slice(3)), expected));
  return judge(matches, timestamp, request);
}

/**
 * Pollo: `X-Webhook-Id`, `-Timestamp` and `-Signature`, base64 HMAC-SHA256 over `id.timestamp.body`. Its page does not
 * say whether the secret is decoded; public receivers decode it. Both are tried.
 * @see https://docs.pollo.ai/webhooks
 */
export function verifyPollo(request: SignedRequest, secret: string): Verdict {
  const id = request.header('x-webhook-id');
  const timestamp = request.header('x-webhook-timestamp');
  const signature = request.header('x-webhook-signature');
  if (id === null || timestamp === null || signature === null) return { verdict: 'missing' };
  const given = fromBase64(signature.startsWith('v1,') ? signature.slice(3) : signature);
  const matches = keysOf(secret).some((key) => fits(given, hmacSha256(key, `${id}.${timestamp}.`, request.rawBody)));
  return judge(matches, timestamp, request);
}

/**
 * ToAPIs: `X-ToAPIs-Webhook-Id`, `-Timestamp` and `-Signature: v1=<digest>`, HMAC-SHA256. Its page tells neither how the
 * digest is written nor whether the id is signed with the rest, so each of the ways counts; all of them need the secret.
 */
export function verifyToApis(request: SignedRequest, secret: string): Verdict {
  const id = request.header('x-toapis-webhook-id');
  const timestamp = request.header('x-toapis-webhook-timestamp');
  const signature = request.header('x-toapis-webhook-signature');
  if (id === null || timestamp === null || signature === null) return { verdict: 'missing' };
  const given = signature.split(/[\s,]+/, maxEntries).map((entry) => digestIn(entry.replace(/^v1[=,]/, '')));
  const matches = fitsAny(given, secret, [`${id}.${timestamp}.`, `${timestamp}.`], request.rawBody);
  return judge(matches, timestamp, request);
}

/**
 * sync.so: `Sync-Signature: t=<seconds>,v1=<digest>` over `timestamp.body`. Older accounts have `X-Signature-Primary`
 * over the body alone, without a time.
 * @see https://sync.so/docs/api-reference/guides/webhooks
 */
export function verifySync(request: SignedRequest, secret: string): Verdict {
  const header = request.header('sync-signature');
  if (header === null) {
    const primary = request.header('x-signature-primary');
    if (primary === null) return { verdict: 'missing' };
    return fitsAny([digestIn(primary.replace(/^sha256=/, ''))], secret, [''], request.rawBody)
      ? covered
      : { verdict: 'wrong' };
  }
  const fields = header.split(',', maxEntries).map((field) => field.trim());
  const timestamp = fields.find((field) => field.startsWith('t='))?.slice(2);
  if (timestamp === undefined) return { verdict: 'wrong' };
  const given = fields.flatMap((field) => (/^v\d=/.test(field) ? [digestIn(field.slice(3))] : []));
  return judge(fitsAny(given, secret, [`${timestamp}.`], request.rawBody), timestamp, request);
}

/**
 * PiAPI sends the secret itself in `x-webhook-secret`: no time, nothing signed. It proves that the sender knows the
 * secret and no more, and the body echoes it, so it is redacted before anything is stored.
 * @see https://piapi.ai/docs/unified-webhook
 */
export function verifyPiApi(request: SignedRequest, secret: string): Verdict {
  const given = request.header('x-webhook-secret');
  if (given === null) return { verdict: 'missing' };
  return equalTexts(given, secret) ? covered : { verdict: 'wrong' };
}

/** A secret as text, without its prefix, and decoded: what a provider means by it few of them say. */
function keysOf(secret: string): readonly Uint8Array[] {
  const bare = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  return [fromBase64(bare), Buffer.from(secret), Buffer.from(bare)].filter((key) => key !== null);
}

/** 32 bytes in hex or in base64. */
function digestIn(text: string): Uint8Array | null {
  return text.length === 64 ? fromHex(text) : fromBase64(text);
}

function fitsAny(
  given: readonly (Uint8Array | null)[],
  secret: string,
  heads: readonly string[],
  rawBody: Uint8Array,
): boolean {
  return keysOf(secret).some((key) =>
    heads.some((head) => {
      const expected = hmacSha256(key, head, rawBody);
      return given.some((digest) => fits(digest, expected));
    }),
  );
}

function fits(given: Uint8Array | null, expected: Uint8Array): boolean {
  return given !== null && equalBytes(given, expected);
}

function judge(matches: boolean, timestamp: string, request: SignedRequest): Verdict {
  if (!matches) return { verdict: 'wrong' };
  return isFresh(timestamp, request) ? covered : { verdict: 'stale' };
}
