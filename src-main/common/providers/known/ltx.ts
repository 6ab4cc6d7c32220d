import { path, provider, shape, starts } from '../provider.ts';

/** A guess: only the place of the video is known. */
export const ltx = provider({
  id: 'ltx',
  name: 'LTX',
  shapes: [shape([path('id'), path('status'), starts('model', 'ltx')])],
  sample: ({ taskId, fail, failure, video }) => ({
    id: taskId,
    model: 'ltx-2',
    status: fail ? 'failed' : 'completed',
    ...(fail ? { error: { message: failure } } : { result: { video_url: video } }),
  }),
});
