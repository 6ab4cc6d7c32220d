import { day, path, provider, shape, starts } from '../provider.ts';

/** Volcengine Ark and BytePlus ModelArk: links live 24 hours. */
export const ark = provider({
  id: 'ark',
  name: 'Seedance',
  expiresAfterSeconds: day,
  aliases: ['ark', 'seedance', 'volcengine', 'byteplus'],
  shapes: [
    shape([starts('id', 'cgt-'), path('status')]),
    shape([path('id'), path('status')], [path('content.video_url'), path('content.last_frame_url')]),
  ],
  sampleTaskId: (uuid) => `cgt-${uuid}`,
  sample: ({ taskId, fail, failure, video, image }) => ({
    id: taskId,
    model: 'sample',
    status: fail ? 'failed' : 'succeeded',
    ...(fail
      ? { error: { code: 'Test', message: failure } }
      : { content: { video_url: video, last_frame_url: image } }),
  }),
});
