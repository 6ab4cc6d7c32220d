/** Signatures whose keys the provider publishes: which keys there are, when to look again, and what to say meanwhile. */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isRecord, own } from '../../../common/providers/json.ts';
import type { FetchJwks, Verdict } from './verdict.ts';

export interface PublishedKey {
  readonly kid: string | null;
  readonly key: KeyObject;
}

export type KeyKind = 'ed25519' | 'rsa';

const maxKeys = 16;
const requiredWaitMs = 2000;
/** Where a signature is not demanded its badge is not worth more than this. */
const optionalWaitMs = 300;

export interface KeyCheck {
  readonly fetchJwks: FetchJwks | undefined;
  readonly kind: KeyKind;
  /** The key that the request names; `null` where its scheme names none, and any may fit. */
  readonly kid: string | null;
  readonly fits: (key: KeyObject) => boolean;
  readonly isRequired: boolean;
  /** An old signature is not worth a request for newer keys. */
  readonly isFresh: boolean;
}

/** @returns what the keys say; `valid` stands for a signature that fits and is fresh. */
export async function checkWithKeys(check: KeyCheck): Promise<Exclude<Verdict['verdict'], 'missing' | 'unsupported'>> {
  const { fetchJwks, isFresh } = check;
  if (fetchJwks === undefined) return 'no-secret';
  const waitMs = check.isRequired ? requiredWaitMs : optionalWaitMs;
  const known = keysIn(await fetchJwks({ afterMiss: false, waitMs }), check.kind);
  if (known.length === 0) return 'keys-unavailable';
  if (fitsAny(known, check)) return isFresh ? 'valid' : 'stale';
  // The one that it names was among them, so newer ones would not fit either.
  if (!isFresh || (check.kid !== null && known.some(({ kid }) => kid === check.kid))) return 'wrong';
  const newer = await fetchJwks({ afterMiss: true, waitMs });
  if (newer === null) return 'keys-unavailable';
  return fitsAny(keysIn(newer, check.kind), check) ? 'valid' : 'wrong';
}

function fitsAny(keys: readonly PublishedKey[], { kid, fits }: KeyCheck): boolean {
  return keys.some((known) => (kid === null || known.kid === null || known.kid === kid) && fits(known.key));
}

function keysIn(jwks: unknown, kind: KeyKind): readonly PublishedKey[] {
  const list = isRecord(jwks) ? own(jwks, 'keys') : undefined;
  if (!Array.isArray(list)) return [];
  return list
    .slice(0, maxKeys)
    .filter(isRecord)
    .flatMap((jwk) => {
      const key = keyOf(jwk, kind);
      const kid = own(jwk, 'kid');
      return key === null ? [] : [{ kid: typeof kid === 'string' ? kid : null, key }];
    });
}

function keyOf(jwk: Readonly<Record<string, unknown>>, kind: KeyKind): KeyObject | null {
  const text = (name: string): string => {
    const value = own(jwk, name);
    return typeof value === 'string' ? value : '';
  };
  const wanted: JsonWebKey =
    kind === 'rsa' ? { kty: 'RSA', n: text('n'), e: text('e') } : { kty: 'OKP', crv: 'Ed25519', x: text('x') };
  if (text('kty') !== wanted.kty || (kind === 'ed25519' && text('crv') !== 'Ed25519')) return null;
  try {
    const key = createPublicKey({ key: wanted, format: 'jwk' });
    // A short modulus is no signature worth the name.
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return kind === 'rsa' && bits < 2048 ? null : key;
  } catch {
    return null;
  }
}
