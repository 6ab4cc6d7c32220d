import { named, path, provider, shape, starts } from '../provider.ts';

/** The form of its query, from third parties. */
export const xai = provider({
  id: 'xai',
  name: 'Grok Imagine',
  aliases: ['xai', 'grok'],
  shapes: [
    shape([path('status'), starts('model', 'grok')]),
    shape([path('request_id'), path('status')], [named('video.respect_moderation')]),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    request_id: taskId,
    model: 'grok-imagine-video',
    status: fail ? 'failed' : 'done',
    ...(fail ? { error: failure } : { video: { url: video, duration: 5 } }),
  }),
});
