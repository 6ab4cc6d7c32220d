import { day, isA, named, path, provider, shape, starts } from '../provider.ts';

/** kling.ai/document-api, both dialects; files are removed after 30 days. */
export const kling = provider({
  id: 'kling',
  name: 'Kling',
  expiresAfterSeconds: 30 * day,
  signature: 'standard-webhooks',
  secretName: 'KLING',
  shapes: [
    shape([path('task_id'), path('task_status')]),
    shape([path('data.task_id'), path('data.task_status')], undefined, [starts('type', 'dashscope:')]),
    // The dialect of 2026: signed, `outputs` with types, `billing` in units.
    shape([path('id'), path('status')], [isA('billing', 'list'), named('external_id')]),
    shape([path('id'), path('status'), named('create_time'), named('update_time')]),
    shape([path('data.id'), path('data.status')], [isA('data.billing', 'list'), named('data.external_id')]),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    id: taskId,
    status: fail ? 'failed' : 'succeeded',
    message: fail ? failure : '',
    external_id: 'test',
    create_time: 0,
    update_time: 0,
    outputs: fail ? [] : [{ type: 'video', id: 'test', url: video, duration: '5' }],
    billing: [],
  }),
});
