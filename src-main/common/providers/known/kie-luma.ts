import { day, path, provider, shape, starts } from '../provider.ts';
import { kie } from './kie.ts';

/** Says only "may expire after some time"; the 14 days of kie.ai are the upper bound, and a late date warns better than none. */
export const kieLuma = provider({
  id: 'kie-luma',
  name: 'Luma Modify',
  ...kie,
  expiresAfterSeconds: 14 * day,
  aliases: ['kie-luma', 'luma-modify', 'modify'],
  shapes: [
    shape([starts('msg', 'Modify record')]),
    shape([path('data.promptJson.videoUrl')]),
    shape([path('data.promptJson'), path('data.resultUrls')]),
  ],
  sample: ({ taskId, fail, failure, prompt, video, callbackUrl }) => ({
    code: fail ? 500 : 200,
    msg: fail ? failure : 'Modify record generated successfully.',
    data: {
      taskId,
      promptJson: JSON.stringify({ prompt, videoUrl: video, callBackUrl: callbackUrl, waterMark: '' }),
      ...(fail ? {} : { resultUrls: [video] }),
    },
  }),
});
