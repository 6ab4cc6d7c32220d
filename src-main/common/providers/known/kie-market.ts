import { day, path, provider, shape } from '../provider.ts';
import { kie } from './kie.ts';

/** Its pages name 14 days and 24 hours; the shorter one is safe. */
export const kieMarket = provider({
  id: 'kie-market',
  name: 'kie Market',
  ...kie,
  expiresAfterSeconds: day,
  aliases: ['kie-market', 'market'],
  shapes: [
    shape([path('data.taskId')], [path('data.resultJson'), path('data.param'), path('data.failMsg')]),
    shape([path('data.taskId'), path('data.state')]),
  ],
  sample: ({ taskId, fail, failure, prompt, video, callbackUrl }) => ({
    code: fail ? 501 : 200,
    msg: fail ? 'Playground task failed.' : 'Playground task completed successfully.',
    data: {
      taskId,
      model: 'test/sample',
      state: fail ? 'fail' : 'success',
      param: JSON.stringify({ model: 'test/sample', callBackUrl: callbackUrl, input: { prompt } }),
      resultJson: fail ? null : JSON.stringify({ resultUrls: [video] }),
      failCode: fail ? '500' : null,
      failMsg: fail ? failure : null,
    },
  }),
});
