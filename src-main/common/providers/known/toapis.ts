import { provider } from '../provider.ts';

export const toapis = provider({
  id: 'toapis',
  name: 'ToAPIs',
  signature: 'toapis',
  secretName: 'TOAPIS',
  headers: [
    { header: 'x-toapis-webhook-id', decides: true },
    { header: 'x-toapis-webhook-signature', decides: true },
  ],
  // Only its headers are documented.
  shapes: [],
  sample: ({ taskId, fail, failure, video }) => ({
    id: taskId,
    object: 'generation.task',
    status: fail ? 'failed' : 'completed',
    ...(fail ? { error: { code: 'test', message: failure } } : { result: { data: [{ url: video }] } }),
  }),
  sampleHeaders: { 'x-toapis-webhook-id': 'test' },
});
