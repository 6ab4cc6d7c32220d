import { hour, isA, named, path, provider, shape, starts } from '../provider.ts';

/** replicate.com/docs/topics/webhooks: files of predictions by API are deleted after an hour. */
export const replicate = provider({
  id: 'replicate',
  name: 'Replicate',
  expiresAfterSeconds: hour,
  signature: 'standard-webhooks',
  secretName: 'REPLICATE',
  // The same page, "output": each output is told of as it is made, and the last callback is sent for a minute only.
  givesEarly: true,
  shapes: [
    shape(
      [path('id'), path('status')],
      [starts('urls.get', 'https://api.replicate.com/'), path('webhook_events_filter')],
    ),
    shape([path('id'), path('status'), isA('input', 'record')], [path('version'), named('logs'), path('metrics')]),
  ],
  sample: ({ taskId, fail, failure, prompt, video, callbackUrl }) => ({
    id: taskId,
    status: fail ? 'failed' : 'succeeded',
    model: 'test/sample',
    version: 'sample',
    input: { prompt },
    output: fail ? null : video,
    error: fail ? failure : null,
    urls: { get: `https://api.replicate.com/v1/predictions/${taskId}` },
    webhook: callbackUrl,
  }),
});
