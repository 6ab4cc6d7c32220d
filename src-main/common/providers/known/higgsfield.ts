import { oneOf, path, provider, shape } from '../provider.ts';

export const higgsfield = provider({
  id: 'higgsfield',
  name: 'Higgsfield',
  shapes: [
    shape([path('request_id'), path('status')], [path('status_url'), path('cancel_url')]),
    shape([path('request_id'), oneOf('status', 'completed', 'failed', 'nsfw')]),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    status: fail ? 'failed' : 'completed',
    request_id: taskId,
    ...(fail ? { error: failure } : { video: { url: video } }),
  }),
});
