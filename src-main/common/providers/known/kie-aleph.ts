import { day, path, provider, shape } from '../provider.ts';
import { alephFailure, kie } from './kie.ts';

/** kie.ai deletes media after 14 days (docs.kie.ai/1973359m0.md). */
export const kieAleph = provider({
  id: 'kie-aleph',
  name: 'Runway Aleph',
  ...kie,
  expiresAfterSeconds: 14 * day,
  aliases: ['kie-aleph', 'runway-aleph', 'aleph'],
  shapes: [
    shape(
      [],
      [
        path('data.result_video_url'),
        path('data.resultVideoUrl'),
        path('data.result_image_url'),
        path('data.resultImageUrl'),
        path('data.response.resultVideoUrl'),
        path('data.response.resultImageUrl'),
        path('result_video_url'),
        path('resultVideoUrl'),
      ],
    ),
    shape(alephFailure),
  ],
  sample: ({ taskId, fail, failure, video, image }) =>
    fail
      ? { code: 400, msg: failure, data: null, taskId }
      : { code: 200, msg: 'success', data: { result_video_url: video, result_image_url: image }, taskId },
});
