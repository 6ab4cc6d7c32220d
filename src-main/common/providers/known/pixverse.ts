import { named, path, provider, shape } from '../provider.ts';

/** The form of its query, and of its callback, which has no envelope; 7 is moderated, 8 failed, 6 deleted. */
export const pixverse = provider({
  id: 'pixverse',
  name: 'PixVerse',
  shapes: [
    shape([path('Resp')], [named('ErrCode'), named('ErrMsg')]),
    shape([path('id'), path('status'), named('has_audio'), named('credits')]),
  ],
  numbers: {
    at: [['Resp', 'status'], ['status']],
    means: { '1': 'succeeded', '5': 'processing', '6': 'failed', '7': 'failed', '8': 'failed' },
  },
  sample: ({ taskId, fail, failure, video }) => ({
    ErrCode: 0,
    ErrMsg: fail ? failure : 'success',
    Resp: { id: taskId, status: fail ? 8 : 1, url: fail ? '' : video },
  }),
});
