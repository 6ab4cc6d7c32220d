import { oneOf, path, provider, shape } from '../provider.ts';

/** Events of others, and what they hold of a result, beside the same plain names. */
const others = ['event', 'eventType', 'event_type', 'eventId', 'data', 'result', 'output'].map(path);

/** docs.pollo.ai/webhooks: the callback holds no link. */
export const pollo = provider({
  id: 'pollo',
  name: 'Pollo',
  signature: 'pollo',
  secretName: 'POLLO',
  keepsResult: true,
  isPlain: true,
  headers: [{ header: 'x-webhook-id', decides: false }],
  shapes: [shape([path('taskId'), oneOf('status', 'succeed', 'failed')], undefined, others)],
  sample: ({ taskId, fail, failure }) => ({
    taskId,
    status: fail ? 'failed' : 'succeed',
    ...(fail ? { failMsg: failure } : {}),
  }),
  sampleHeaders: { 'x-webhook-id': 'test' },
});
