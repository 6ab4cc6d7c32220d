import { oneOf, path, provider, shape } from '../provider.ts';

/** fal.ai/docs; "no automatic expiry unless the account or the request sets one". It publishes its keys. */
export const fal = provider({
  id: 'fal',
  name: 'fal',
  signature: 'fal',
  keepsResult: true,
  aliases: ['fal', 'fal-ai'],
  headers: [
    { header: 'x-fal-webhook-signature', decides: true },
    { header: 'x-fal-webhook-request-id', decides: true },
  ],
  shapes: [
    shape([path('request_id')], [path('gateway_request_id'), path('payload_error')]),
    shape([path('request_id'), oneOf('status', 'ok', 'error')]),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    request_id: taskId,
    gateway_request_id: taskId,
    status: fail ? 'ERROR' : 'OK',
    ...(fail ? { error: failure, payload: null } : { payload: { video: { url: video, content_type: 'video/mp4' } } }),
  }),
});
