/** Signs a body as its provider would, so that it also passes an inbox that demands signatures. */
import { createHmac, randomUUID } from 'node:crypto';
import { providerInfo, type SignatureScheme } from '../../common/providers/catalog.ts';
import { secretsIn } from '../callbacks/signatures/verify.ts';

export interface SampleToSign {
  readonly provider: string;
  readonly taskId: string;
  /** The body, as it will be sent. */
  readonly text: string;
  readonly secret: (name: string) => string | null;
  readonly now: () => Date;
}

interface Signing {
  /** The secret as it is set, and without its prefix. */
  readonly secret: string;
  readonly bare: string;
  readonly id: string;
  readonly timestamp: string;
  readonly taskId: string;
  readonly text: string;
}

/** @returns no headers where no secret is set, or none can be: fal and Atlas Cloud alone have the keys to theirs. */
export function signSample({ provider, taskId, text, secret, now }: SampleToSign): Record<string, string> {
  const { signature = null, secretName = null } = providerInfo(provider) ?? {};
  const [first] = secretsIn(secretName === null ? null : secret(secretName));
  if (signature === null || first === undefined) return {};
  return signers[signature]({
    secret: first,
    bare: first.replace(/^whsec_/, ''),
    id: randomUUID(),
    timestamp: String(Math.floor(now().getTime() / 1000)),
    taskId,
    text,
  });
}

const hmac = (key: string | Buffer, signed: string) => createHmac('sha256', key).update(signed);

const standardWebhooks = ({ secret, bare, id, timestamp, text }: Signing): Record<string, string> => {
  // A secret for signatures by a public key checks them and makes none.
  if (secret.startsWith('whpk_')) return {};
  const signature = hmac(Buffer.from(bare, 'base64'), `${id}.${timestamp}.${text}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
};

const signers: Readonly<Record<SignatureScheme, (signing: Signing) => Record<string, string>>> = {
  kie: ({ secret, taskId, timestamp }) => ({
    'X-Webhook-Timestamp': timestamp,
    'X-Webhook-Signature': hmac(secret, `${taskId}.${timestamp}`).digest('base64'),
  }),
  'standard-webhooks': standardWebhooks,
  gemini: standardWebhooks,
  openrouter: ({ secret, timestamp, text }) => ({
    'X-OpenRouter-Signature': `t=${timestamp},v1=${hmac(secret, `${timestamp},${text}`).digest('hex')}`,
  }),
  vercel: ({ secret, timestamp, text }) => ({
    'x-ai-gateway-signature': `t=${timestamp},v1=${hmac(secret, `${timestamp},${text}`).digest('hex')}`,
  }),
  wavespeed: ({ bare, id, timestamp, text }) => ({
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v3,${hmac(bare, `${id}.${timestamp}.${text}`).digest('hex')}`,
  }),
  pollo: ({ bare, id, timestamp, text }) => ({
    'X-Webhook-Id': id,
    'X-Webhook-Timestamp': timestamp,
    'X-Webhook-Signature': hmac(Buffer.from(bare, 'base64'), `${id}.${timestamp}.${text}`).digest('base64'),
  }),
  piapi: ({ secret }) => ({ 'x-webhook-secret': secret }),
  toapis: ({ secret, id, timestamp, text }) => ({
    'X-ToAPIs-Webhook-Id': id,
    'X-ToAPIs-Webhook-Timestamp': timestamp,
    'X-ToAPIs-Webhook-Signature': `v1=${hmac(secret, `${id}.${timestamp}.${text}`).digest('hex')}`,
  }),
  sync: ({ secret, timestamp, text }) => ({
    'Sync-Signature': `t=${timestamp},v1=${hmac(secret, `${timestamp}.${text}`).digest('hex')}`,
  }),
  fal: () => ({}),
  atlas: () => ({}),
};
