import { providerInfo, type SecretName, type SignatureScheme } from '../../../common/providers/catalog.ts';
import { verifyAtlas } from './atlas.ts';
import { verifyFal } from './fal.ts';
import { isGeminiToken, verifyGeminiToken } from './gemini.ts';
import { verifyKie } from './kie.ts';
import {
  verifyPiApi,
  verifyPollo,
  verifySync,
  verifyTimestampedHeader,
  verifyToApis,
  verifyWaveSpeed,
} from './shared-secret.ts';
import { verifyStandardWebhooks } from './standard-webhooks.ts';
import type { SignedRequest, Verdict, VerifyInput } from './verdict.ts';

export type { Verdict, VerifyInput } from './verdict.ts';

/** kie.ai documents no window; 300 s is what Standard Webhooks libraries and the other providers use. */
const usualWindowSeconds = 300;
const maxSecrets = 4;
const none: readonly string[] = [];

/**
 * Checks the signature of one delivery by the scheme of its provider; at once where that needs no keys of others. Never
 * throws.
 *
 * What `valid` means differs: kie.ai signs the task id, Gemini's tokens the callback URL, PiAPI sends its secret in
 * clear, all others sign the bytes of the body.
 */
export function verifySignature(input: VerifyInput): Verdict | Promise<Verdict> {
  const info = providerInfo(input.provider);
  const scheme = info?.signature ?? null;
  if (info === null || scheme === null) return { verdict: 'unsupported' };
  const secrets = secretsIn(info.secretName === null ? null : input.secrets(info.secretName));
  // Most deliveries: nothing to check with, and nothing that could be checked without.
  if (secrets.length === 0 && scheme !== 'fal' && scheme !== 'atlas' && scheme !== 'gemini') {
    return withoutSecret(input, info.secretName);
  }
  const request = signedRequest(input);
  const isRequired = input.isRequired ?? false;
  if (scheme === 'fal') return verifyFal(request, input.keySet?.('fal'), isRequired);
  if (scheme === 'atlas') return verifyAtlas(request, input.keySet?.('atlas'), isRequired);
  if (scheme === 'gemini' && isGeminiToken(request)) {
    return verifyGeminiToken(request, input.keySet?.('gemini'), isRequired, input.isOurUrl ?? (() => false));
  }
  if (secrets.length === 0) return withoutSecret(input, info.secretName);
  // One that is stale under one secret is wrong under the others.
  let verdict: Verdict = { verdict: 'wrong' };
  for (const secret of secrets) {
    const next = byScheme[scheme](request, secret);
    if (next.verdict === 'valid' || next.verdict === 'missing') return next;
    if (next.verdict === 'stale') verdict = next;
  }
  return verdict;
}

/** What was set and is lost for now is no reason to tell a sender that it need not come again. */
function withoutSecret({ mayLack }: VerifyInput, name: SecretName | null): Verdict {
  return { verdict: name !== null && mayLack?.(name) === true ? 'keys-unavailable' : 'no-secret' };
}

const byScheme: Readonly<
  Record<Exclude<SignatureScheme, 'fal' | 'atlas'>, (request: SignedRequest, secret: string) => Verdict>
> = {
  kie: verifyKie,
  'standard-webhooks': verifyStandardWebhooks,
  gemini: verifyStandardWebhooks,
  openrouter: (request, secret) => verifyTimestampedHeader(request, secret, 'x-openrouter-signature'),
  vercel: (request, secret) => verifyTimestampedHeader(request, secret, 'x-ai-gateway-signature'),
  wavespeed: verifyWaveSpeed,
  pollo: verifyPollo,
  piapi: verifyPiApi,
  toapis: verifyToApis,
  sync: verifySync,
};

/** Two at a time, separated by a comma, while one is rotated. A secret that itself holds a comma still counts as one. */
export function secretsIn(text: string | null): readonly string[] {
  if (text === null) return none;
  const whole = text.trim();
  const parts = whole
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.length > 1 ? [...parts.slice(0, maxSecrets), whole] : parts;
}

function signedRequest({
  headers,
  rawBody,
  signedIds,
  now,
  windowSeconds = usualWindowSeconds,
}: VerifyInput): SignedRequest {
  const lowerCased = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  return { header: (name) => lowerCased.get(name) ?? null, rawBody, signedIds, now, windowSeconds };
}
