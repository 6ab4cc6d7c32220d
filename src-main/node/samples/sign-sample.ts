/** Signs a sample callback as its provider would, so that the test also passes an inbox that demands signatures. */
import { createHmac, randomUUID } from 'node:crypto';
import { providerInfo } from '../../common/providers/catalog.ts';

export interface SampleToSign {
  readonly provider: string;
  readonly taskId: string;
  /** The body, as it will be sent. */
  readonly text: string;
  readonly secret: (name: string) => string | null;
  readonly now: () => Date;
}

/** @returns no headers where no secret is set, or none can be: fal alone has the key to its signatures. */
export function signSample({ provider, taskId, text, secret, now }: SampleToSign): Record<string, string> {
  const info = providerInfo(provider);
  const key = info?.secretName === null || info === null ? null : secret(info.secretName);
  if (info === null || key === null) return {};
  const id = randomUUID();
  const timestamp = String(Math.floor(now().getTime() / 1000));
  const hmac = (secretKey: string | Buffer, signed: string) => createHmac('sha256', secretKey).update(signed);
  const bare = key.replace(/^whsec_/, '');
  switch (info.signature) {
    case 'kie':
      return {
        'X-Webhook-Timestamp': timestamp,
        'X-Webhook-Signature': hmac(key, `${taskId}.${timestamp}`).digest('base64'),
      };
    case 'standard-webhooks': {
      const signature = hmac(Buffer.from(bare, 'base64'), `${id}.${timestamp}.${text}`).digest('base64');
      return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
    }
    case 'openrouter':
      return { 'X-OpenRouter-Signature': `t=${timestamp},v1=${hmac(key, `${timestamp},${text}`).digest('hex')}` };
    case 'wavespeed': {
      const signature = hmac(bare, `${id}.${timestamp}.${text}`).digest('hex');
      return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v3,${signature}` };
    }
    case 'piapi':
      return { 'x-webhook-secret': key };
    default:
      return {};
  }
}
