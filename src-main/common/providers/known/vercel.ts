import { provider } from '../provider.ts';

/** Terminal facts only, never links. */
export const vercel = provider({
  id: 'vercel',
  name: 'Vercel AI Gateway',
  signature: 'vercel',
  secretName: 'VERCEL',
  keepsResult: true,
  aliases: ['vercel', 'ai-gateway'],
  headers: [
    { header: 'x-ai-gateway-signature', decides: true },
    { header: 'x-ai-gateway-idempotency-key', decides: true },
  ],
  // The same body as OpenRouter's: only its header tells it apart.
  shapes: [],
  sample: ({ taskId, fail, failure }) => ({
    type: fail ? 'video.generation.failed' : 'video.generation.completed',
    data: { id: taskId, status: fail ? 'failed' : 'completed', ...(fail ? { error: failure } : {}) },
  }),
  sampleHeaders: { 'x-ai-gateway-idempotency-key': 'test' },
});
