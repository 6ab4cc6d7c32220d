import { path, provider, shape } from '../provider.ts';

/** Avatar videos, translations and agents; each names its id otherwise (docs.heygen.com). */
export const heygen = provider({
  id: 'heygen',
  name: 'HeyGen',
  shapes: [shape([path('event_type'), path('event_data')])],
  sample: ({ taskId, fail, failure, video }) => ({
    event_type: fail ? 'avatar_video.fail' : 'avatar_video.success',
    event_data: { video_id: taskId, ...(fail ? { msg: failure } : { url: video }) },
  }),
});
