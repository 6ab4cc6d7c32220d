import { named, path, provider, shape } from '../provider.ts';

export const tavus = provider({
  id: 'tavus',
  name: 'Tavus',
  shapes: [
    shape(
      [path('video_id'), path('status')],
      [named('hosted_url'), named('stream_url'), named('video_name'), named('status_details')],
    ),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    video_id: taskId,
    video_name: 'Test',
    status: fail ? 'error' : 'ready',
    status_details: fail ? failure : '',
    ...(fail ? {} : { download_url: video }),
  }),
});
