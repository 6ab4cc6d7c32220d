import { day, path, provider, shape } from '../provider.ts';
import { kie } from './kie.ts';

export const kieRunway = provider({
  id: 'kie-runway',
  name: 'Runway',
  ...kie,
  expiresAfterSeconds: 14 * day,
  aliases: ['kie-runway', 'runway'],
  shapes: [shape([path('data.generateParam')]), shape([path('data.videoInfo'), path('data.state')])],
  sample: ({ taskId, fail, failure, video, image }) => ({
    code: fail ? 400 : 200,
    msg: fail ? failure : 'All generated successfully.',
    data: {
      task_id: taskId,
      video_id: fail ? '' : `v-${taskId}`,
      video_url: fail ? '' : video,
      image_url: fail ? '' : image,
    },
  }),
});
