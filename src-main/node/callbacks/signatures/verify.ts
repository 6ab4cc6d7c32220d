import { providerInfo } from '../../../common/providers/catalog.ts';
import { verifyFal } from './fal.ts';
import { verifyKie } from './kie.ts';
import { verifyPiApi, verifyPollo, verifyTimestampedHeader, verifyWaveSpeed } from './shared-secret.ts';
import { verifyStandardWebhooks } from './standard-webhooks.ts';
import type { SignedRequest, Verdict, VerifyInput } from './verdict.ts';

export type { Verdict, VerifyInput } from './verdict.ts';

/**
 * Checks the signature of one delivery by the scheme of its provider. Never throws.
 *
 * What `valid` means differs: kie.ai signs the task id, PiAPI sends its secret in clear, all others sign the bytes of
 * the body.
 */
export async function verifySignature(input: VerifyInput): Promise<Verdict> {
  const info = providerInfo(input.provider);
  const scheme = info?.signature ?? null;
  if (info === null || scheme === null) return { verdict: 'unsupported' };

  if (scheme === 'fal') return verifyFal(signedRequest(input), input.fetchJwks);
  const secret = info.secretName === null ? null : input.secrets(info.secretName);
  if (secret === null || secret === '') return { verdict: 'no-secret' };
  const request = signedRequest(input);
  switch (scheme) {
    case 'kie':
      return verifyKie(request, secret);
    case 'standard-webhooks':
      return verifyStandardWebhooks(request, secret);
    case 'openrouter':
      return verifyTimestampedHeader(request, secret, 'x-openrouter-signature');
    case 'vercel':
      return verifyTimestampedHeader(request, secret, 'x-ai-gateway-signature');
    case 'wavespeed':
      return verifyWaveSpeed(request, secret);
    case 'pollo':
      return verifyPollo(request, secret);
    case 'piapi':
      return verifyPiApi(request, secret);
  }
}

function signedRequest({ headers, rawBody, body, now }: VerifyInput): SignedRequest {
  const lowerCased = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  return { header: (name) => lowerCased.get(name) ?? null, rawBody, body, now };
}
