import { named, oneOf, path, provider, shape } from '../provider.ts';

/** Its links live minutes. */
export const bfl = provider({
  id: 'bfl',
  name: 'Black Forest Labs',
  expiresAfterSeconds: 600,
  aliases: ['bfl', 'black-forest-labs'],
  shapes: [
    shape([path('status'), path('result.sample')]),
    shape([path('id'), oneOf('status', 'request moderated', 'content moderated')]),
    shape([path('task_id'), oneOf('status', 'request moderated', 'content moderated')]),
    // Others are ready, too, and say elsewhere what is.
    shape([path('id'), oneOf('status', 'ready'), named('result')]),
    shape([path('task_id'), oneOf('status', 'ready'), named('result')]),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    task_id: taskId,
    status: fail ? 'Content Moderated' : 'Ready',
    result: fail ? null : { sample: video },
    ...(fail ? { details: { message: failure } } : {}),
  }),
});
