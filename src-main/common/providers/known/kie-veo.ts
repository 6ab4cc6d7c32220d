import { day, path, provider, shape, starts } from '../provider.ts';
import { kie } from './kie.ts';

export const kieVeo = provider({
  id: 'kie-veo',
  name: 'Veo',
  ...kie,
  expiresAfterSeconds: 14 * day,
  aliases: ['kie-veo', 'veo', 'veo3'],
  shapes: [
    shape([starts('data.taskId', 'veo')]),
    shape([path('data')], [path('data.info.resultUrls'), path('data.info.imageUrls'), path('data.fallbackFlag')]),
    shape([path('data')], [starts('data.promptJson.model', 'veo'), starts('data.paramJson.model', 'veo')]),
    shape([path('data.response.resolution')]),
  ],
  sampleTaskId: (uuid) => `veo_task_${uuid.slice(0, 12)}`,
  sample: ({ taskId, fail, failure, prompt, video, callbackUrl }) => ({
    code: fail ? 501 : 200,
    msg: fail ? failure : 'Video generated successfully.',
    data: {
      taskId,
      promptJson: JSON.stringify({ prompt, model: 'veo3_fast', callBackUrl: callbackUrl }),
      ...(fail ? {} : { info: { resultUrls: [video], resolution: '720p' } }),
      fallbackFlag: false,
    },
  }),
});
