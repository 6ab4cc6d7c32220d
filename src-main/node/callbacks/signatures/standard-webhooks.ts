import { createPublicKey, verify } from 'node:crypto';
import { equalBytes, fromBase64, hmacSha256, isFresh } from './hmac.ts';
import { covered, type SignedRequest, type Verdict } from './verdict.ts';

/** More entries than any key rotation needs; each costs one comparison. */
const maxEntries = 16;

/**
 * Standard Webhooks 1.0.0 (Replicate, OpenAI, Kling, Magnific, Gemini's project webhooks): `webhook-signature` is a list of `v1,<base64 HMAC-SHA256>` or
 * `v1a,<base64 ed25519>` over `id.timestamp.body`. Any entry may match; unknown versions are skipped. Older senders
 * use the names `svix-*`.
 * @param secret `whsec_` + base64 for v1, `whpk_` + base64 of the public key for v1a.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function verifyStandardWebhooks(request: SignedRequest, secret: string): Verdict {
  const header = (name: string): string | null => request.header(`webhook-${name}`) ?? request.header(`svix-${name}`);
  const id = header('id');
  const timestamp = header('timestamp');
  const signature = header('signature');
  if (id === null || timestamp === null || signature === null) return { verdict: 'missing' };
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), request.rawBody]);
  const matches = matcher(secret, signed);
  const entries = signature.split(' ', maxEntries);
  if (!entries.some((entry) => matches(entry))) return { verdict: 'wrong' };
  return isFresh(timestamp, request) ? covered : { verdict: 'stale' };
}

function matcher(secret: string, signed: Buffer): (entry: string) => boolean {
  if (secret.startsWith('whpk_')) {
    const key = publicKey(secret.slice('whpk_'.length));
    return (entry) => {
      const given = valueOf(entry, 'v1a');
      return given !== null && key !== null && verify(null, signed, key, given);
    };
  }
  const expected = hmacKeys(secret).map((key) => hmacSha256(key, signed));
  return (entry) => {
    const given = valueOf(entry, 'v1');
    return given !== null && expected.some((mac) => equalBytes(given, mac));
  };
}

/** With its prefix a secret is base64. Without it, it is the same cut off by someone, or plain text. */
function hmacKeys(secret: string): readonly Uint8Array[] {
  const bare = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  const decoded = fromBase64(bare);
  const plain = bare === secret ? [Buffer.from(secret)] : [];
  return decoded === null ? plain : [decoded, ...plain];
}

function publicKey(base64: string): ReturnType<typeof createPublicKey> | null {
  const raw = fromBase64(base64);
  try {
    const x = raw?.toString('base64url');
    return x === undefined ? null : createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    return null; // not 32 bytes
  }
}

function valueOf(entry: string, version: string): Buffer | null {
  return entry.startsWith(`${version},`) ? fromBase64(entry.slice(version.length + 1)) : null;
}
