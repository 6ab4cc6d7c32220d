import { named, path, provider, shape, starts } from '../provider.ts';

export const synthesia = provider({
  id: 'synthesia',
  name: 'Synthesia',
  shapes: [
    shape(
      [starts('type', 'video.'), path('data.id')],
      [named('data.download'), named('data.callbackId'), named('data.lastUpdatedAt')],
    ),
  ],
  sample: ({ taskId, fail, failure, video, image }) => ({
    type: fail ? 'video.failed' : 'video.completed',
    data: {
      id: taskId,
      status: fail ? 'failed' : 'complete',
      title: 'Test',
      callbackId: null,
      ...(fail ? { error: failure } : { download: video, thumbnail: { image }, duration: '0:00:05' }),
    },
  }),
});
