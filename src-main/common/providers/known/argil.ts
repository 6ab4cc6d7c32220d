import { provider, shape, starts } from '../provider.ts';

/** Tells the state in the name of the event only. */
export const argil = provider({
  id: 'argil',
  name: 'Argil',
  shapes: [shape([starts('event', 'VIDEO_GENERATION_')])],
  sample: ({ taskId, fail, failure, video }) => ({
    event: fail ? 'VIDEO_GENERATION_FAILED' : 'VIDEO_GENERATION_SUCCESS',
    data: { videoId: taskId, videoName: 'Test', ...(fail ? { error: failure } : { videoUrl: video }) },
  }),
});
